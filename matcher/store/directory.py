"""Actors looked up by what people call them, without accents, case or punctuation counting."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from matcher.store.tables import actors
from matcher.store.visibility import visible

_CERTAIN = frozenset("bdfghjklmpqrtvwx0123456789")
"""Letters that no accent changes; for any other the database accepts every sign."""
_NAMED = (actors.c.name, actors.c.organization)


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


def entries_named(
    connection: Connection, typed: str, departments: Sequence[str] | None
) -> Iterator[Entry]:
    """Actors of ``departments`` whose name and organisation hold every word typed, by id.

    Nothing typed finds everybody. An id that is typed whole is found too. ``departments`` are
    those of the caller's scope, ``None`` is everybody.
    """
    words, exact = plain_words(typed), typed.strip()
    columns = (actors.c.id, actors.c.kind, *_NAMED, actors.c.commune, actors.c.zone)
    asked = select(*columns).where(or_(actors.c.id == exact, and_(True, *map(_holds, words))))
    ordered = visible(asked, departments).order_by(actors.c.id)
    for row in connection.execute(ordered.execution_options(stream_results=True)):
        entry = Entry(row.id, row.kind, row.name, row.organization, row.commune, tuple(row.zone))
        if entry.id == exact or _bears(entry, words):
            yield entry


def _holds(word: str) -> ColumnElement[bool]:
    """What the database can tell: it finds too many, and never too few."""
    typed = word.replace("oe", "%").replace("ae", "%")
    pattern = "".join(one if one in _CERTAIN or one == "%" else "_" for one in typed)
    return or_(*(column.ilike(f"%{pattern}%") for column in _NAMED))


def _bears(entry: Entry, words: Sequence[str]) -> bool:
    held = " ".join(plain_words(f"{entry.name} {entry.organization or ''}"))
    return all(word in held for word in words)
