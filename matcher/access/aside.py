"""Work that an answer does not wait for, so that how long it takes tells nobody anything."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from matcher.errors import SynergiesError

LOG = logging.getLogger(__name__)

MOST_WAITING = 200
"""Pieces of work that may wait; what comes on top is dropped, and the log says so."""
WORKERS = 2


class Aside:
    """A few threads, a bounded queue; what fails is told in the log, never to a caller."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="aside")
        self._most, self._lock = most, Lock()
        self._waiting: set[Future[None]] = set()

    def do(self, what: str, work: Callable[[], object]) -> bool:
        """Do it soon; False where too much waits already. ``what`` names it in the log."""
        with self._lock:
            self._waiting = {one for one in self._waiting if not one.done()}
            if len(self._waiting) >= self._most:
                LOG.error("%s was not done: %d others wait", what, len(self._waiting))
                return False
            self._waiting.add(self._pool.submit(_done, what, work))
        return True

    def finish(self) -> None:
        """Wait until all that was asked for is done."""
        with self._lock:
            waiting = set(self._waiting)
        wait(waiting)

    def close(self) -> None:
        """Finish, and take no more."""
        self._pool.shutdown(wait=True)


def _done(what: str, work: Callable[[], object]) -> None:
    try:
        work()
    except (OSError, SynergiesError, SQLAlchemyError) as error:
        LOG.error(
            "%s failed: %s",
            what,
            error if isinstance(error, SynergiesError) else type(error).__name__,
        )
    except Exception as error:  # a thread of ours dies of nothing
        LOG.error("%s failed unexpectedly: %s", what, type(error).__name__)
