"""Batches that were asked over HTTP: each once a key, and where its work stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from matcher.store.mail_tables import batches

ABANDONED_SECONDS = 900
"""After so long without a sign of life the work is taken for lost: its process has ended."""


class BatchState(StrEnum):
    """Where a batch is."""

    ACCEPTED = "accepted"
    PLANNING = "planning"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"


AT_WORK = (BatchState.ACCEPTED, BatchState.PLANNING, BatchState.SENDING)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One batch: who asked what under which key; ``changed`` in seconds since 1970, UTC."""

    id: str
    who: str
    key: str
    request: Mapping[str, Any]
    departments: tuple[str, ...] | None
    state: BatchState
    run_id: str
    report: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    created: int
    changed: int


def find_batch(connection: Connection, batch_id: str) -> StoredBatch | None:
    """A batch by its id."""
    return _one(connection.execute(select(batches).where(batches.c.id == batch_id)).mappings())


def find_by_key(connection: Connection, who: str, key: str) -> StoredBatch | None:
    """What somebody has asked under a key before."""
    asked = select(batches).where(batches.c.who == who, batches.c.key == key)
    return _one(connection.execute(asked).mappings())


def add_batch(connection: Connection, batch: StoredBatch) -> None:
    """Keep a new batch; raises IntegrityError where the caller has used its key."""
    departments = None if batch.departments is None else list(batch.departments)
    row = {
        "id": batch.id,
        "who": batch.who,
        "key": batch.key,
        "request": dict(batch.request),
        "departments": departments,
        "state": batch.state,
        "run_id": batch.run_id,
        "created": batch.created,
        "changed": batch.changed,
    }
    connection.execute(insert(batches).values(row))


def tell_batch(connection: Connection, batch_id: str, now: int, **told: object) -> None:
    """Write how the work goes on; saying nothing is a sign of life."""
    here = batches.c.id == batch_id
    connection.execute(update(batches).where(here).values(changed=now, **told))


def take_up(connection: Connection, batch_id: str, now: int) -> bool:
    """Begin a batch again that failed, or whose process has ended; False for any other."""
    lost = and_(batches.c.state.in_(AT_WORK), batches.c.changed < now - ABANDONED_SECONDS)
    again = and_(batches.c.id == batch_id, or_(batches.c.state == BatchState.FAILED, lost))
    values = {"state": BatchState.ACCEPTED, "changed": now, "error": None}
    return connection.execute(update(batches).where(again).values(values)).rowcount == 1


def _one(rows: Any) -> StoredBatch | None:
    row = rows.first()
    if row is None:
        return None
    departments = None if row["departments"] is None else tuple(row["departments"])
    told = {"state": BatchState(row["state"]), "departments": departments}
    return StoredBatch(**dict(row) | told)
