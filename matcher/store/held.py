"""Everything the store holds on one person, read by walking the register of personal data."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select

from matcher.engine.passages import passages
from matcher.store.actors import json_member
from matcher.store.personal_data import COLUMNS, ROWS_OF, Exported
from matcher.store.tables import (
    actors,
    audit,
    audit_actors,
    feedback,
    metadata,
    statements,
    vectors,
)
from matcher.store.vectors import text_hash

BATCH = 500


def rows_of(connection: Connection, actor_id: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of a person by table, with every column that the register says is given.

    What another actor answered of a pair is that actor's: it was told that nobody would read it.
    """
    found = {}
    for name, theirs in ROWS_OF.items():
        table = metadata.tables[name]
        given = [table.c[column] for column, held in COLUMNS[name].items() if _given(held.exported)]
        asked = select(*given).where(theirs(actor_id)).order_by(*table.primary_key)
        if name in _CONFIDENTIAL:
            asked = asked.where(~_CONFIDENTIAL[name](actor_id))
        found[name] = [
            {column: _readable(value) for column, value in row.items()}
            for row in connection.execute(asked).mappings()
        ]
    return found


def vectors_of(connection: Connection, actor_id: str) -> dict[str, int]:
    """How many vectors of a person's words are kept, by model."""
    said = select(statements.c.text).where(statements.c.actor_id == actor_id)
    hashes = {
        text_hash(text[start:end])
        for text in connection.execute(said).scalars()
        for start, end in passages(text)
    }
    return _counted(connection, sorted(hashes))


def named_by(connection: Connection, actor_id: str) -> list[str]:
    """Ids of those who say that they know a person."""
    written = cast(actors.c.known, Text).contains(json_member(actor_id), autoescape=True)
    asked = select(actors.c.id, actors.c.known).where(written)
    return sorted(row.id for row in connection.execute(asked) if actor_id in row.known)


def _answered_by_another(actor_id: str) -> ColumnElement[bool]:
    return feedback.c.by.startswith("actor:") & (feedback.c.by != f"actor:{actor_id}")


def _tells_of_an_answer(actor_id: str) -> ColumnElement[bool]:
    told = (audit.c.what == "feedback") & audit.c.who.startswith("actor:")
    return told & (audit.c.who != f"actor:{actor_id}")


_CONFIDENTIAL: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "feedback": _answered_by_another,
    "audit": _tells_of_an_answer,
    "audit_actors": lambda name: audit_actors.c.entry.in_(
        select(audit.c.id).where(_tells_of_an_answer(name))
    ),
}
"""Rows that are about a person and are not given to it: what others answered."""


def _readable(value: object) -> object:
    """A mail as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _given(exported: Exported) -> bool:
    return exported is Exported.GIVEN


def _counted(connection: Connection, hashes: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for start in range(0, len(hashes), BATCH):
        asked = (
            select(vectors.c.model_id, func.count())
            .where(vectors.c.text_hash.in_(hashes[start : start + BATCH]))
            .group_by(vectors.c.model_id)
        )
        for model, count in connection.execute(asked):
            counts[model] = counts.get(model, 0) + count
    return counts
