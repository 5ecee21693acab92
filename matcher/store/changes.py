"""What changed in the store, and since when: how an index follows it without reading it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Update, bindparam, delete, func, insert, select, update

from matcher.engine.columns import code_of
from matcher.store.tables import actors, changes, departures, statements


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of those who were written, or of whom a statement expired; identities of the erased."""

    written: tuple[str, ...]
    departed: tuple[int, ...]


def change_sequence(connection: Connection) -> int:
    """Give a number that grows with each transaction that changed an actor."""
    return int(connection.execute(select(changes.c.sequence)).scalar_one())


def next_change(connection: Connection) -> int:
    """The number of the change that is being made; on PostgreSQL, first wait for other writers."""
    # By zero: the row that is written is the lock that puts writers in a queue.
    connection.execute(_growing(), {"step": 0})
    return change_sequence(connection) + 1


def count_change(connection: Connection) -> None:
    """Make the sequence grow: those who follow it will see what was written."""
    connection.execute(_growing(), {"step": 1})


def remember_departures(connection: Connection, actor_ids: Sequence[str], change: int) -> None:
    """Note that actors were erased, without their ids: a hash is enough to find one in an index."""
    identities = [{"departed": identity} for identity in code_of(actor_ids).tolist()]
    before = delete(departures).where(departures.c.identity == bindparam("departed"))
    connection.execute(before, identities)
    rows = [{"identity": one["departed"], "changed": change} for one in identities]
    connection.execute(insert(departures), rows)


def departed_since(connection: Connection, sequence: int) -> tuple[int, ...]:
    """Identities of those who were erased after a change."""
    departed = select(departures.c.identity).where(departures.c.changed > sequence)
    return tuple(connection.execute(departed).scalars())


def changed_since(connection: Connection, sequence: int, day: date, today: date) -> Changes:
    """What an index of ``sequence`` and ``day`` does not know ``today``."""
    written = select(actors.c.id).where(actors.c.changed > sequence)
    expired = select(statements.c.actor_id).where(
        statements.c.expires >= min(day, today), statements.c.expires < max(day, today)
    )
    return Changes(
        tuple(connection.execute(written.union(expired)).scalars()),
        departed_since(connection, sequence),
    )


def count_actors(connection: Connection) -> int:
    """How many actors are stored."""
    return int(connection.execute(select(func.count()).select_from(actors)).scalar_one())


def sketches(connection: Connection) -> Sequence[tuple[str, str, str | None, list[str]]]:
    """Id, kind, commune and zone of everybody who accepts profiling: who is where."""
    columns = (actors.c.id, actors.c.kind, actors.c.commune, actors.c.zone)
    rows = connection.execute(select(*columns).where(actors.c.profiling))
    return [(row.id, row.kind, row.commune, row.zone) for row in rows]


def _growing() -> Update:
    return update(changes).values(sequence=changes.c.sequence + bindparam("step"))
