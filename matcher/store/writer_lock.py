"""One writer at a time over all processes, so that SQLite never writes and checkpoints at once.

SQLite before 3.51.3 can lose pages when one connection resets the write-ahead log while another
checkpoints it. Every write and every checkpoint of ours happens under this lock; waiting for it
is also fairer than SQLite's own busy timeout.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import NotReady

try:
    import fcntl
except ImportError:  # Windows: one process only, as the documentation says
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.005


class WriterLock:
    """An advisory lock on a file beside the database, released by the system if we are killed."""

    def __init__(self, path: Path, timeout: float = 60.0) -> None:
        self._path = path
        self._timeout = timeout
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; raises :class:`NotReady` ``database-busy`` after ``timeout`` seconds."""
        deadline = time.monotonic() + self._timeout
        if not self._threads.acquire(timeout=self._timeout):
            raise NotReady("database-busy", seconds=self._timeout)
        try:
            with self._file_locked(deadline):
                yield
        finally:
            self._threads.release()

    @contextmanager
    def _file_locked(self, deadline: float) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not self._try(descriptor):
                if time.monotonic() > deadline:
                    raise NotReady("database-busy", seconds=self._timeout)
                time.sleep(POLL_SECONDS)
            yield
        finally:
            os.close(descriptor)

    @staticmethod
    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
