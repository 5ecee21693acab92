"""Say where the index of this process stands beside the store, without making it move."""

from dataclasses import dataclass

from matcher.bootstrap import Application
from matcher.store.changes import change_sequence


@dataclass(frozen=True, slots=True)
class IndexStanding:
    """Two change sequences, and how far the index may be behind.

    ``indexed`` is −1 before the first question. ``age_seconds`` is 0 where both are the same, else
    the seconds since they last were.
    """

    stored: int
    indexed: int
    actors: int
    age_seconds: float


def index_standing(application: Application) -> IndexStanding:
    """Compare them now; raises NotReady where the store cannot be read."""
    with application.database.read() as connection:
        stored = change_sequence(connection)
    caught_up = application.live.caught_up
    if caught_up is None:
        return IndexStanding(stored, -1, 0, 0.0)
    behind = caught_up.sequence != stored
    age = caught_up.seconds_ago() if behind else 0.0
    return IndexStanding(stored, caught_up.sequence, caught_up.actors, age)
