"""The audit log as it is written: readings a little later and together, changes with the change."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event, Lock, Thread

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from matcher.errors import SynergiesError
from matcher.scope import Role, Scope
from matcher.store.audit import Entry, write_entries
from matcher.store.database import Database

LOG = logging.getLogger(__name__)

LINGER_SECONDS = 0.5
"""How long a reading may wait to be written: what a process that is killed leaves untold."""
MOST_WAITING = 10_000
RECORDED_ROLES = {Role.COORDINATOR, Role.ADMIN}
UNNAMED = {"local", "open"}
"""Who works on the machine itself, or everybody where no keys are asked for: no reading tells."""


class Recorder:
    """Writes the audit log; an answer does not wait for the line that tells of it."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], linger: float = LINGER_SECONDS
    ) -> None:
        self._database, self._now, self._linger = database, now, linger
        self._waiting: list[Entry] = []
        self._lock, self._closing = Lock(), Event()
        self._thread: Thread | None = None

    def seen(self, scope: Scope, what: str, actor_ids: Iterable[str]) -> None:
        """Note that a coordinator or an administrator was shown some actors."""
        if scope.role not in RECORDED_ROLES or scope.who in UNNAMED:
            return
        named = tuple(dict.fromkeys(actor_ids))
        if not named:
            return
        with self._lock:
            full = len(self._waiting) >= MOST_WAITING
            if not full:
                self._waiting.append(self._entry(scope, what, named, len(named)))
                self._start()
        if full:
            self.flush()
            self.seen(scope, what, named)

    def changed(
        self,
        connection: Connection,
        scope: Scope,
        what: str,
        actor_ids: Iterable[str] = (),
        **details: object,
    ) -> None:
        """Write, in the transaction of the change itself, who changed whom."""
        named = tuple(actor_ids)
        write_entries(connection, [self._entry(scope, what, named, len(named), details)])

    def flush(self) -> None:
        """Write what waits, now."""
        with self._lock:
            entries, self._waiting = self._waiting, []
        if not entries:
            return
        try:
            with self._database.write() as connection:
                write_entries(connection, entries)
        except (SynergiesError, SQLAlchemyError) as error:
            LOG.error("%d audit lines were not written: %s", len(entries), type(error).__name__)

    def close(self) -> None:
        """Write what waits and stop."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _start(self) -> None:
        if self._thread is None and not self._closing.is_set():
            self._thread = Thread(target=self._write_now_and_then, daemon=True)
            self._thread.start()

    def _write_now_and_then(self) -> None:
        while not self._closing.wait(self._linger):
            self.flush()

    def _entry(
        self,
        scope: Scope,
        what: str,
        named: tuple[str, ...],
        count: int,
        details: dict[str, object] | None = None,
    ) -> Entry:
        return Entry(self._now(), scope.who, what, named, count, details or {})
