"""Let go of files that were sent to be checked and that nobody confirmed in time."""

from threading import Event

from matcher.bootstrap import Application
from matcher.store.desk_tables import staged_imports
from matcher.store.staged_imports import any_past, forget_staged
from matcher.usecases.stage_import import seconds

EVERY_SECONDS = 300.0


def forget_uploads(application: Application) -> int:
    """Delete files whose hour is over, to the last byte; gives how many."""
    now = seconds(application)
    with application.database.read() as connection:
        if not any_past(connection, now):  # most of the time: nobody waits for a lock
            return 0
    with application.database.write() as connection:
        gone = forget_staged(connection, now=now)
    application.database.scrub([staged_imports.name], thorough=False)
    return gone


def keep_forgetting_uploads(
    application: Application, stop: Event, every: float = EVERY_SECONDS
) -> None:
    """The same from time to time, until ``stop``: nobody has to come by for a file to go."""
    while not stop.wait(every):
        application.aside.do("forgetting uploads", lambda: forget_uploads(application))
