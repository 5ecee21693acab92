"""Erase a person, everywhere and for good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.scope import Scope
from matcher.store.actors import delete_actors, find_actors
from matcher.store.erasures import load_ledger, read_ledger, record_erasures, save_ledger
from matcher.store.personal_data import COLUMNS, Erased
from matcher.usecases.match_all import forget_in_run
from matcher.usecases.seeing import Sight, unknown_actor

SCRUBBED = tuple(
    table
    for table, held in COLUMNS.items()
    if any(one.erased in {Erased.ROW, Erased.LISTS, Erased.UNSHARED} for one in held.values())
)
"""Tables from which something of a person is deleted."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many people left; ``complete`` is False while a reader holds an old state of the file.

    ``outputs`` counts the rows that left the batch results that were named.
    """

    erased: int
    complete: bool
    outputs: int = 0


def erase_actor(
    application: Application,
    actor_id: str,
    scope: Scope,
    *,
    outputs: Sequence[Path] = (),
    thorough: bool = False,
) -> Erasure:
    """Erase one actor: rows, words, vectors, index, memory; and note that it must not come back.

    ``outputs`` are folders of ``match-all`` that name it too. ``thorough`` also writes tables of
    PostgreSQL anew, which locks them. Raises NotFound
    ``unknown-actor``.
    """
    Sight(application, scope).actor(actor_id)
    with application.database.write() as connection:
        leaving = list(find_actors(connection, [actor_id]).values())
        if leaving:
            erase_rows(application, connection, leaving)
            application.recorder.changed(connection, scope, "erase", [])  # who left is not named
    if not leaving:
        raise unknown_actor(actor_id)
    complete = application.let_go(SCRUBBED, thorough=thorough)
    rows = sum(forget_in_run(folder, {actor_id}) for folder in outputs)
    return Erasure(len(leaving), complete, rows)


def erase_rows(
    application: Application, connection: Connection, leaving: Collection[Actor]
) -> None:
    """Delete people in a transaction, with the ledger and its copy ahead of them.

    The copy is written before the commit: a crash in between forgets nobody who left.
    """
    record_erasures(connection, tuple(leaving), application.today())
    delete_actors(connection, [actor.id for actor in leaving])
    keep_ledger(application, connection)


def keep_ledger(application: Application, connection: Connection) -> None:
    """Write the copy of the ledger, with what it alone knew."""
    file = application.settings.ledger_file
    save_ledger(load_ledger(file) | read_ledger(connection), file)
