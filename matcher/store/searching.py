"""Actors found by what people call them: an id, a name, an organisation."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from matcher.store.tables import actors
from matcher.store.visibility import visible

LOOKED_AT = 2_000
"""Rows read to find the few that bear what was typed: the database compares without accents."""

_UNSURE = re.compile(r"[^bdf-hj-mp-rtvwx0-9 ]")
"""What may be written with an accent, or otherwise than it is typed: any sign stands for it."""


class Found(NamedTuple):
    """Who bears a name that was typed."""

    id: str
    name: str
    organization: str | None


def search_actors(
    connection: Connection, typed: str, departments: Sequence[str] | None, limit: int
) -> list[Found]:
    """Those in sight who are matched and whose id or names hold ``typed``, by name then id.

    Case and accents do not count. An id that is typed whole comes first. ``departments`` are those
    of the caller's scope; ``None`` is all of them.
    """
    wanted = folded(typed)
    if not wanted:
        return []
    pattern = f"%{_UNSURE.sub('_', wanted)}%"
    named = [func.lower(column).like(pattern) for column in _NAMED]
    asked = select(*_NAMED).where(actors.c.profiling, or_(actors.c.id == typed.strip(), *named))
    rows = connection.execute(visible(asked, departments).order_by(actors.c.id).limit(LOOKED_AT))
    found = [Found(row.id, row.name, row.organization) for row in rows]
    held = [one for one in found if any(wanted in folded(part or "") for part in one)]
    held.sort(key=lambda one: (one.id != typed.strip(), folded(one.organization or one.name)))
    return held[:limit]


def folded(text: str) -> str:
    """A text as it is compared: lower case, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


_NAMED = (actors.c.id, actors.c.name, actors.c.organization)
