"""Files that somebody sent to be checked, for an hour, and for nobody else."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from matcher.store.desk_tables import staged_imports
from matcher.store.turns import wait_turn

KEPT_SECONDS = 3600
KEPT_EACH = 3
"""Files that one person may have waiting: an older one gives way."""


@dataclass(frozen=True, slots=True)
class StagedImport:
    """A file that waits; ``content`` is ``None`` once it was imported, ``outcome`` before.

    ``edition`` grows with each change of the amendments: what is confirmed is what was shown.
    """

    file: str
    content: bytes | None
    amendments: Mapping[str, Any]
    edition: int
    outcome: Mapping[str, int] | None


def stage(
    connection: Connection, who: str, file: str, content: bytes, amendments: object, *, now: int
) -> str:
    """Keep a file, and let go of all that are too old; gives the name it is asked for by."""
    wait_turn(connection, f"staging of {who}")
    forget_staged(connection, now=now)
    mine = staged_imports.c.who == who
    newest = select(staged_imports.c.digest).where(mine).order_by(staged_imports.c.made.desc())
    older = connection.execute(newest.offset(KEPT_EACH - 1)).scalars().all()
    connection.execute(delete(staged_imports).where(staged_imports.c.digest.in_(older)))
    name = token_urlsafe(32)
    row = {
        "digest": _digest(name),
        "who": who,
        "made": now,
        "file": file,
        "content": zlib.compress(content),
        "amendments": amendments,
        "edition": 1,
    }
    connection.execute(insert(staged_imports).values(row))
    return name


def find_staged(connection: Connection, name: str, who: str, *, now: int) -> StagedImport | None:
    """A file by its name, ``None`` where it is somebody else's, too old or not there."""
    columns = staged_imports.c
    wanted = select(columns.file, columns.content, columns.amendments, columns.edition)
    wanted = wanted.add_columns(columns.outcome)
    row = connection.execute(wanted.where(*_this(name, who, now))).one_or_none()
    if row is None:
        return None
    content = None if row.content is None else zlib.decompress(row.content)
    return StagedImport(row.file, content, row.amendments, row.edition, row.outcome)


def amend_staged(
    connection: Connection, name: str, who: str, amendments: object, *, edition: int, now: int
) -> bool:
    """Change how a file is read, unless it was changed since ``edition`` or was imported."""
    here = (*_this(name, who, now), staged_imports.c.edition == edition)
    waiting = update(staged_imports).where(*here, staged_imports.c.outcome.is_(None))
    changed = waiting.values(amendments=amendments, edition=edition + 1)
    return connection.execute(changed).rowcount == 1


def settle_staged(
    connection: Connection, name: str, who: str, outcome: Mapping[str, int], *, now: int
) -> None:
    """Keep what an import counted, and nothing else of its file.

    Where somebody confirmed twice at once, what the first counted stays.
    """
    blank: dict[str, object] = {"content": None, "amendments": {}, "outcome": dict(outcome)}
    waiting = (*_this(name, who, now), staged_imports.c.outcome.is_(None))
    connection.execute(update(staged_imports).where(*waiting).values(blank))


def drop_staged(connection: Connection, name: str, who: str) -> None:
    """Let go of a file of somebody's."""
    mine = (staged_imports.c.digest == _digest(name), staged_imports.c.who == who)
    connection.execute(delete(staged_imports).where(*mine))


def forget_staged(connection: Connection, *, now: int | None = None) -> int:
    """Let go of files that waited too long by ``now``; of all of them where none is given.

    Whom they name cannot be asked of them, so that an erasure takes them all. Gives how many.
    """
    past = () if now is None else (_is_past(now),)
    return connection.execute(delete(staged_imports).where(*past)).rowcount


def any_past(connection: Connection, now: int) -> bool:
    """Whether some file waited too long."""
    found = select(staged_imports.c.digest).where(_is_past(now)).limit(1)
    return connection.execute(found).first() is not None


def _is_past(now: int) -> ColumnElement[bool]:
    return staged_imports.c.made < now - KEPT_SECONDS


def _this(name: str, who: str, now: int) -> tuple[Any, ...]:
    young = staged_imports.c.made >= now - KEPT_SECONDS
    return (staged_imports.c.digest == _digest(name), staged_imports.c.who == who, young)


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
