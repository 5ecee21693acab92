"""Counts that the workers of one machine keep together, so that a limit holds over all of them.

They are rows of a small SQLite file that the server makes when it starts and removes when it
stops: nothing in it outlives a window, so nothing is ever synced to the disk.
"""

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from pathlib import Path
from threading import Lock

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow

PATIENCE_SECONDS = 2.0
SWEEP_SECONDS = 30.0
"""How often a worker throws away what no window needs any more."""
MAKE = (
    "CREATE TABLE IF NOT EXISTS counts"
    " (name TEXT PRIMARY KEY, number INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
)
ADD = (
    "INSERT INTO counts VALUES (?, ?, ?)"
    " ON CONFLICT (name) DO UPDATE SET number = number + excluded.number RETURNING number"
)


class SharedCounts(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """What ``limits`` counts in, over a file; threads and processes may share it.

    A worker that is killed while it counts leaves the file whole: SQLite undoes what it began.
    """

    STORAGE_SCHEME = ["synergies-shared"]  # noqa: RUF012 -- the library declares it so

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._lock, self._swept = Lock(), time.monotonic()
        self._connection = sqlite3.connect(
            file, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._turn = file.with_name(f"{file.name}-turn").open("wb")
        for told in ("journal_mode = PERSIST", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {told}")
        self._connection.execute(MAKE)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong in the file."""
        return sqlite3.Error

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count a request where the window has room for it; one that is refused counts nothing."""
        with self._transaction():
            before, share, current, _ = self._window(key, expiry, now := time.time())
            if floor(before * share / expiry + current) + amount > limit:
                return False
            name = self.sliding_window_keys(key, expiry, now)[1]
            self._connection.execute(ADD, (name, amount, now + 2 * expiry)).fetchall()
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Requests of the window before and the seconds it still counts; the same of this one."""
        with self._alone():
            return self._window(key, expiry, time.time())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget a caller."""
        for name in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(name)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a plain count; gives what it is then."""
        with self._transaction():
            stale = (key, time.time())
            self._connection.execute("DELETE FROM counts WHERE name = ? AND ends <= ?", stale)
            added = self._connection.execute(ADD, (key, amount, time.time() + expiry)).fetchone()
            return int(added[0])

    def get(self, key: str) -> int:
        """A plain count."""
        with self._alone():
            return self._number(key, time.time())

    def get_expiry(self, key: str) -> float:
        """When a plain count ends, in seconds since 1970."""
        with self._alone():
            asked = self._connection.execute("SELECT ends FROM counts WHERE name = ?", (key,))
            found = asked.fetchone()
        return float(found[0]) if found else time.time()

    def check(self) -> bool:
        """Whether the file answers."""
        return self.get("") == 0

    def clear(self, key: str) -> None:
        """Forget a plain count."""
        with self._transaction():
            self._connection.execute("DELETE FROM counts WHERE name = ?", (key,))

    def reset(self) -> int:
        """Forget everybody; gives how many counts there were."""
        with self._transaction():
            return self._connection.execute("DELETE FROM counts").rowcount

    def _window(self, key: str, expiry: int, now: float) -> tuple[int, float, int, float]:
        before, current = self.sliding_window_keys(key, expiry, now)
        left = (1 - (now / expiry) % 1) * expiry
        counted = self._number(before, now)
        return counted, left if counted else 0.0, self._number(current, now), left + expiry

    def _number(self, name: str, now: float) -> int:
        asked = "SELECT number FROM counts WHERE name = ? AND ends > ?"
        found = self._connection.execute(asked, (name, now)).fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for one's turn: SQLite itself sleeps and looks again, the system wakes at once."""
        with self._lock:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._turn, fcntl.LOCK_UN)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Be the only one who counts, over all workers, for some microseconds."""
        with self._alone():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._sweep()
            finally:
                self._connection.execute("COMMIT")

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > SWEEP_SECONDS:
            self._swept = time.monotonic()
            self._connection.execute("DELETE FROM counts WHERE ends <= ?", (time.time(),))
