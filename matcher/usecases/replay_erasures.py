"""Erase again those whom an older backup brought back, and refuse again what they refused."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.store.actors import delete_actors
from matcher.store.database import Database
from matcher.store.erasures import (
    Ledger,
    erased_among,
    load_ledger,
    merge_ledger,
    read_ledger,
    save_ledger,
)
from matcher.store.oppositions import refuse_again
from matcher.store.snapshot_erasure import forget_all_snapshots
from matcher.store.tables import actors
from matcher.usecases.erase_actor import SCRUBBED

AT_ONCE = 5_000


def replay_erasures(application: Application, ledger: Ledger | None = None) -> int:
    """Apply the ledger beside the database, and ``ledger`` if any, after a restore; gives how many.

    ``ledger`` is one that was read from the database before it was replaced
    (:func:`matcher.store.erasures.read_ledger`). Doing it twice changes nothing.
    """
    erased = erase_again(application.database, application.settings.ledger_file, ledger)
    forget_all_snapshots(application.settings.index_directory)  # of the store as it was before
    application.let_go(SCRUBBED, thorough=True)
    return erased


def erase_again(database: Database, file: Path, ledger: Ledger | None = None) -> int:
    """Delete those whom a ledger knows, give others back their refusals; gives how many left.

    ``file`` keeps what it and the database know.
    """
    known = load_ledger(file) | (ledger or Ledger())
    with database.write() as connection:
        merge_ledger(connection, known)
        back = [name for some in _everybody(connection) for name in erased_among(connection, some)]
        erased = delete_actors(connection, back) if back else []
        for some in list(_everybody(connection)):
            refuse_again(connection, [actor.id for actor in some])
        if known.keys:
            save_ledger(known | read_ledger(connection), file)
    return len(erased)


def _everybody(connection: Connection) -> Iterator[list[Actor]]:
    asked = select(actors.c.id, actors.c.email)
    for rows in connection.execute(asked).partitions(AT_ONCE):
        yield [Actor(row.id, Kind.SOCIAL_WORKER, "", email=row.email) for row in rows]
