"""Erase a person, everywhere and for good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.scope import Scope
from matcher.store.actors import delete_actors, find_actors
from matcher.store.changes import next_change
from matcher.store.erasures import record_erasures
from matcher.store.outputs import all_outputs
from matcher.store.personal_data import COLUMNS, Erased
from matcher.store.staged_imports import forget_staged
from matcher.usecases.keep_ledger import keep_ledger
from matcher.usecases.match_all import forget_in_run
from matcher.usecases.seeing import Sight, unknown_actor

_LEAVES_BYTES = {Erased.ROW, Erased.LISTS, Erased.UNSHARED, Erased.UNNAMED}

SCRUBBED = tuple(
    table
    for table, held in COLUMNS.items()
    if any(one.erased in _LEAVES_BYTES for one in held.values())
)
"""Tables of which something of a person is deleted or written over."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many people left; ``complete`` is False while a reader holds an old state of the file.

    ``outputs`` counts the rows that left the results of batches; ``unreached`` are folders of them
    that could not be written.
    """

    erased: int
    complete: bool
    outputs: int = 0
    unreached: tuple[str, ...] = ()


def erase_actor(
    application: Application,
    actor_id: str,
    scope: Scope,
    *,
    outputs: Sequence[Path] = (),
    thorough: bool = False,
) -> Erasure:
    """Erase one actor: rows, words, vectors, index, memory; and note that it must not come back.

    Folders that ``match-all`` wrote from here are remembered; ``outputs`` are others that name it
    too. ``thorough`` also writes tables of PostgreSQL anew, which locks them. Raises NotFound
    ``unknown-actor``.
    """
    Sight(application, scope).actor(actor_id)
    with application.database.write() as connection:
        next_change(connection)  # before looking: whoever writes next waits until this is done
        leaving = list(find_actors(connection, [actor_id]).values())
        if leaving:
            erase_rows(application, connection, leaving)
            application.recorder.changed(connection, scope, "erase", [])  # who left is not named
    if not leaving:
        raise unknown_actor(actor_id)
    complete = application.let_go(SCRUBBED, thorough=thorough)
    rows, unreached = _leave_outputs(application, actor_id, outputs)
    return Erasure(len(leaving), complete, rows, unreached)


def _leave_outputs(
    application: Application, actor_id: str, named: Sequence[Path]
) -> tuple[int, tuple[str, ...]]:
    """Take an actor out of the results of batches; gives rows, and folders left as they are."""
    rows, unreached = 0, []
    for folder in all_outputs(application.settings.outputs_file, named):
        try:
            rows += forget_in_run(folder, {actor_id})
        except (OSError, ValueError):  # not ours to write, or no result that can be read
            unreached.append(str(folder))
    return rows, tuple(unreached)


def erase_rows(
    application: Application, connection: Connection, leaving: Collection[Actor]
) -> None:
    """Delete people in a transaction, with the ledger and its copy ahead of them.

    The copy is written before the commit: a crash in between forgets nobody who left.
    """
    record_erasures(connection, tuple(leaving), application.today())
    delete_actors(connection, [actor.id for actor in leaving])
    forget_staged(connection)  # files on their way in may name them
    keep_ledger(application, connection)
