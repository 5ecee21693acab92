"""Who saw and who changed whom, and when: lines that are added and never altered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert, select

from matcher.store.tables import audit, audit_actors

LISTED = 1_000
"""Actors named by one entry at most; its count is of all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: ``who`` is a key, ``actor:ID`` or ``local``; ``what`` was done to how many."""

    at: datetime
    who: str
    what: str
    actor_ids: tuple[str, ...] = ()
    count: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


def write_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Add lines to the log, in the transaction of the change that they tell of if there is one."""
    for entry in entries:
        row = {"at": entry.at, "who": entry.who[:240], "what": entry.what, "count": entry.count}
        made = connection.execute(insert(audit).values(**row, details=dict(entry.details)))
        number = made.inserted_primary_key
        named = list(dict.fromkeys(entry.actor_ids))[:LISTED]
        if named and number is not None:
            rows = [{"entry": number[0], "actor_id": actor_id} for actor_id in named]
            connection.execute(insert(audit_actors), rows)


def read_entries(
    connection: Connection,
    *,
    actor_id: str | None = None,
    since: datetime | None = None,
    limit: int = 1_000,
) -> Sequence[Entry]:
    """The last lines, the latest first; of one actor, or since a moment."""
    asked = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if actor_id is not None:
        theirs = select(audit_actors.c.entry).where(audit_actors.c.actor_id == actor_id)
        asked = asked.where(audit.c.id.in_(theirs))
    if since is not None:
        asked = asked.where(audit.c.at >= since)
    rows = connection.execute(asked).mappings().all()
    of_these = select(audit_actors).where(audit_actors.c.entry.in_([row["id"] for row in rows]))
    ordered = of_these.order_by(audit_actors.c.entry, audit_actors.c.actor_id)
    named = {
        number: tuple(row.actor_id for row in group)
        for number, group in groupby(connection.execute(ordered), lambda row: int(row.entry))
    }
    return [
        Entry(
            *(_aware(row["at"]), row["who"], row["what"], named.get(row["id"], ())),
            *(row["count"], row["details"]),
        )
        for row in rows
    ]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
