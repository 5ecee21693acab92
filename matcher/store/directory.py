"""Actors looked up by what people call them, without accents, case or punctuation counting."""

import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, insert, or_, select, true

from matcher.engine.profiles import Actor
from matcher.store.forgetting import batches
from matcher.store.tables import actors, names
from matcher.store.visibility import visible


class Entry(NamedTuple):
    """What a list tells of an actor; ``commune`` is a code, ``zone`` holds identifiers."""

    id: str
    kind: str
    name: str
    organization: str | None
    commune: str | None
    zone: tuple[str, ...]


def plain_words(text: str) -> list[str]:
    """Words as they are compared: « L’Épicerie du cœur » gives l, epicerie, du, coeur."""
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", spelled)
    kept = "".join(one for one in decomposed if not unicodedata.combining(one))
    return "".join(one if one.isalnum() else " " for one in kept).split()


def said_words(name: str, organization: str | None) -> str:
    """The plain words of a name and an organisation, a space between them: what is searched."""
    return " ".join(plain_words(f"{name} {organization or ''}"))


def name_row(actor: Actor, departments: str) -> dict[str, Any]:
    """An actor as the table of names has it; ``departments`` as the table of actors has them."""
    said = said_words(actor.name, actor.organization)
    return {"actor_id": actor.id, "said": said, "departments": departments}


def write_names(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows of :func:`name_row` in the place of those of the same actors."""
    for some in batches(rows):
        ids = [row["actor_id"] for row in some]
        connection.execute(delete(names).where(names.c.actor_id.in_(ids)))
        connection.execute(insert(names), some)


def entries_named(
    connection: Connection,
    typed: str,
    departments: Sequence[str] | None,
    *,
    only: str | None = None,
    most: int,
) -> list[Entry]:
    """Actors of ``departments`` whose name and organisation hold every word typed, by id.

    Nothing typed finds everybody. An id that is typed whole is found too. ``departments`` are
    those of the caller's scope, ``None`` is everybody; ``only`` is the one actor that is looked
    at, ``most`` how many are read.
    """
    # The longest first: it is the one that most names do not hold.
    words = sorted(set(plain_words(typed)), key=lambda word: (-len(word), word))
    holds = and_(true(), *(names.c.said.like(f"%{word}%") for word in words))
    asked = select(names.c.actor_id).where(or_(names.c.actor_id == typed.strip(), holds))
    if only is not None:
        asked = asked.where(names.c.actor_id == only)
    seen = visible(asked, departments, names.c.departments)
    ids = connection.execute(seen.order_by(names.c.actor_id).limit(most)).scalars().all()
    found = [entry for some in batches(ids) for entry in _entries(connection, some)]
    return sorted(found, key=lambda entry: entry.id)


def _entries(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    columns = (actors.c.kind, actors.c.name, actors.c.organization, actors.c.commune)
    asked = select(actors.c.id, *columns, actors.c.zone).where(actors.c.id.in_(ids))
    return [
        Entry(row.id, row.kind, row.name, row.organization, row.commune, tuple(row.zone))
        for row in connection.execute(asked)
    ]
