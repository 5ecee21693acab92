"""Profiles of an index read from the store only when they are shown."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from matcher.engine.columns import Positions, hashed
from matcher.engine.profiles import Actor
from matcher.errors import NotReady
from matcher.store.actors import find_actors
from matcher.store.database import Database

KEPT_PROFILES = 20_000

Locate = Callable[[Actor], Actor]


class StoredProfiles:
    """Profiles by position, exactly as they were indexed; the last ones read are kept.

    A profile that was changed or erased since is not given: quotes and positions of statements
    would be those of other words. NotReady ``profile-gone`` asks to search again.
    """

    def __init__(
        self, ids: Sequence[str], digests: Positions, database: Database, locate: Locate
    ) -> None:
        self._ids, self._digests = ids, digests
        self._database, self._locate = database, locate
        self._kept: OrderedDict[int, Actor] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, position: int) -> Actor:
        kept = self._kept.get(position)
        if kept is None:
            kept = self._read([position]).get(position)
        if kept is None:
            raise NotReady("profile-gone")
        return kept

    def fetch(self, positions: Sequence[int]) -> None:
        """Read those that are not kept yet in one go."""
        missing = [position for position in positions if position not in self._kept]
        if missing:
            self._read(missing)

    def forget(self, positions: Sequence[int]) -> "StoredProfiles":
        """Drop what was read of some of them."""
        with self._lock:
            for position in positions:
                self._kept.pop(position, None)
        return self

    def _read(self, positions: Sequence[int]) -> dict[int, Actor]:
        wanted = {self._ids[position]: position for position in positions}
        with self._database.read() as connection:
            found = find_actors(connection, wanted)
        read = {
            wanted[name]: self._locate(actor)
            for name, actor in found.items()
            if digest_of(actor) == self._digests[wanted[name]]
        }
        with self._lock:
            self._kept.update(read)
            while len(self._kept) > KEPT_PROFILES:
                self._kept.popitem(last=False)
        return read


def digest_of(actor: Actor) -> int:
    """What ``ActorIndex.digests`` holds of an actor."""
    bare = actor if actor.place is None else replace(actor, place=None)
    return hashed(repr(bare))
