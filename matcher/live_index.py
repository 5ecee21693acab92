"""The index that follows the store: a large part on disk, made seldom, and what changed since."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock, Thread

import numpy as np

from matcher.engine.index import ActorIndex, IndexBuilder, Snapshot, version_of
from matcher.engine.remembering import forget_texts
from matcher.errors import SynergiesError
from matcher.large_part import LargePart
from matcher.store.actors import find_actors
from matcher.store.changes import (
    Changes,
    change_sequence,
    changed_since,
    count_actors,
    departed_since,
)
from matcher.store.database import Database
from matcher.store.installation import NO_LIFE, moment_of
from matcher.store.snapshot_erasure import forget_departed
from matcher.store.snapshots import SnapshotCard
from matcher.store.stored_profiles import Locate

LOG = logging.getLogger(__name__)

KEPT_SNAPSHOTS = 4
"""How many earlier snapshots stay in memory, so that a page in progress can be finished."""

RECENT = 5_000
"""How many changed actors are kept in memory before a new large part is made of everybody."""

ABSORBED = 32
"""A part with as few actors is indexed again with those who change next: some 5 ms an actor."""

MOST_PARTS = 8
"""With more parts in memory a question becomes slower: they are made one, aside."""

RETRY_SECONDS = 600.0
"""How long to wait after work aside has failed: a full disk stays full for a while."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Everybody as of one change of the store and one day, in parts that hold nobody twice.

    ``base`` is the large part on disk, ``recent`` are those in memory, the oldest first.
    """

    sequence: int
    day: date
    base: ActorIndex | None = None
    recent: tuple[ActorIndex, ...] = ()

    @property
    def parts(self) -> tuple[ActorIndex, ...]:
        """All of them."""
        return self.recent if self.base is None else (self.base, *self.recent)

    @property
    def in_memory(self) -> int:
        """How many actors are known otherwise than by the large part as it stands on disk."""
        left = 0 if self.base is None else len(self.base.gone)
        return max(left, sum(_living(part) for part in self.recent))


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """When an index last knew everything the store held: which change, how many actors."""

    sequence: int
    actors: int
    at: float

    def seconds_ago(self) -> float:
        """How long ago that was."""
        return time.monotonic() - self.at


@dataclass
class LiveIndex:
    """Gives the current snapshot, whatever was written, and by which process.

    ``learned`` names the model and its constants: a large part made with others is of no use.
    With more than ``recent`` actors in memory, everybody is indexed into ``folder``, aside where
    an older snapshot can still answer; every process then maps the result.
    """

    database: Database
    builder: IndexBuilder
    locate: Locate
    folder: Path
    learned: str
    recent: int = RECENT
    progress: Callable[[int, int], None] = lambda done, total: None
    caught_up: CaughtUp | None = None
    _snapshots: OrderedDict[tuple[int, date], Snapshot] = field(default_factory=OrderedDict)
    _base: tuple[SnapshotCard, Followed] | None = None
    _followed: Followed | None = None
    _life: str = NO_LIFE
    _lock: Lock = field(default_factory=Lock)
    _aside: Thread | None = None
    _retry_at: float = 0.0

    def current(self, today: date) -> Snapshot:
        """The snapshot of what the store holds now, as it counts ``today``.

        Raises NotReady ``index-not-writable`` where a large part is needed and cannot be saved.
        """
        with self._lock:
            with self.database.read() as connection:
                now = moment_of(connection)
            sequence = now.sequence
            if self._followed is not None and sequence < self._followed.sequence:
                self._forget()  # the database was replaced under us
            if now.life != self._life:
                self._forget()  # or restored
                self._life = now.life
            if (sequence, today) not in self._snapshots:
                followed = self._follow(today)
                sequence = followed.sequence
                self._snapshots[sequence, today] = self._snapshot(followed)
                while len(self._snapshots) > KEPT_SNAPSHOTS:
                    self._snapshots.popitem(last=False)
            snapshot = self._snapshots[sequence, today]
            actors = sum(_living(part) for part in snapshot.parts)
            self.caught_up = CaughtUp(sequence, actors, time.monotonic())
            return snapshot

    def named(
        self,
        version: str,
        today: date,
        named: Callable[[Snapshot], str] = lambda snapshot: snapshot.version,
    ) -> Snapshot | None:
        """The current snapshot or a recent one by its version, ``None`` once it is forgotten.

        ``named`` gives the name that a snapshot has for whoever asks.
        A process that has just started has none yet: what it builds may bear that version.
        """
        current = self.current(today)
        with self._lock:
            known = [current, *self._snapshots.values()]
        return next((snapshot for snapshot in known if named(snapshot) == version), None)

    def whole(self, today: date) -> tuple[ActorIndex, str]:
        """Everybody in one index, with its version, for work that goes through them all."""
        snapshot = self.current(today)
        if len(snapshot.parts) != 1:
            self._large.make(today, 0)
            with self._lock:
                self._forget()
            snapshot = self.current(today)
        parts = snapshot.parts or (self.builder.build([], today=today),)
        return parts[0], snapshot.version

    def on_disk(self) -> SnapshotCard | None:
        """Which change and day the large part is of, ``None`` where there is none to use."""
        return self._large.card()

    def compact(self, today: date) -> None:
        """Index everybody into the folder; one process at a time does, the others wait for it.

        Nothing is done where the folder holds it already. Raises NotReady ``index-not-writable``.
        """
        self._large.make(today, self.recent)

    def let_go(self) -> None:
        """Forget what pages in progress still show, and the words that were read."""
        with self._lock:
            self._snapshots.clear()
        forget_texts()

    def _follow(self, today: date) -> Followed:
        """Go on from where we are, or from the large part if there is a newer one."""
        self._map_newest(today)
        if self._followed is None and self._base is None and self._is_large():
            self.compact(today)
            self._map_newest(today)
        start = self._followed or (self._base[1] if self._base else Followed(-1, today))
        self._let_go_since(start.sequence)
        followed = self._advanced(start, today)
        self._followed = followed
        if followed.in_memory > self.recent:
            self._begin_aside(lambda: self.compact(today))
        elif len(followed.recent) > MOST_PARTS:
            self._begin_aside(lambda: self._merge(today))
        return followed

    def _let_go_since(self, sequence: int) -> None:
        """Forget the words of those who were erased: in memory, in pages in progress, on disk."""
        with self.database.read() as connection:
            if not departed_since(connection, sequence):
                return
        self._snapshots.clear()
        forget_texts()
        try:
            forget_departed(self.folder, self.database)
        except OSError as error:
            LOG.warning("those who were erased could not leave the index: %s", error)

    def _map_newest(self, today: date) -> None:
        found = self._large.newest(today, self._base[0] if self._base else None)
        if found is not None:
            card, index = found
            self._base = (card, Followed(card.sequence, card.day, index))
            self._followed = None

    @property
    def _large(self) -> LargePart:
        return LargePart(
            *(self.database, self.builder, self.locate, self.folder, self.learned, self.progress)
        )

    def _advanced(self, start: Followed, today: date) -> Followed:
        """What the store holds now, from what it held at ``start``."""
        with self.database.read() as connection:
            sequence = change_sequence(connection)
            changes = changed_since(connection, start.sequence, start.day, today)
            base = start.base and _without(start.base, changes, today)
            recent = [_without(part, changes, today) for part in start.recent]
            names = list(changes.written)
            while names and recent and _living(recent[-1]) <= ABSORBED:
                names += _living_ids(recent.pop())
            actors = find_actors(connection, names).values()
        if actors:
            fresh = self.builder.build([self.locate(actor) for actor in actors], today=today)
            recent.append(fresh)
        kept = tuple(part for part in recent if _living(part))
        return Followed(sequence, today, base, kept)

    def _snapshot(self, followed: Followed) -> Snapshot:
        model = self.builder.model
        content = version_of(followed.parts, followed.day, model.model_id, self.learned)
        parts = tuple(part for part in followed.parts if part.ids)
        return Snapshot(f"{followed.sequence}-{content}", model, parts)

    def _merge(self, today: date) -> None:
        """Make the parts in memory one."""
        base = self._base
        start = base[1] if base else Followed(-1, today)
        merged = self._advanced(start, today)
        with self._lock:
            if self._base is base and self._followed is not None:
                self._followed = merged

    def _begin_aside(self, work: Callable[[], None]) -> None:
        """Work while what we have still answers; one thing at a time."""
        if self._aside is not None and self._aside.is_alive():
            return
        if time.monotonic() >= self._retry_at:
            self._aside = Thread(target=self._quietly, args=(work,), daemon=True)
            self._aside.start()

    def _quietly(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (OSError, SynergiesError) as error:
            LOG.warning("the index could not be made anew aside: %s", error)
            self._retry_at = time.monotonic() + RETRY_SECONDS

    def _forget(self) -> None:
        self._snapshots.clear()
        self._base = self._followed = None

    def _is_large(self) -> bool:
        with self.database.read() as connection:
            return count_actors(connection) > self.recent


def _without(part: ActorIndex, changes: Changes, today: date) -> ActorIndex:
    """A part without those who changed or left."""
    changed = (part.positions.get(name) for name in changes.written)
    found = np.array([position for position in changed if position is not None], dtype=np.int64)
    departed = np.array(changes.departed, dtype=np.int64)
    left = np.zeros(0, dtype=np.int64)
    if len(departed):
        left = np.flatnonzero(np.isin(part.columns.identities, departed))
    gone = np.unique(np.concatenate([part.gone, found, left])).astype(np.int64)
    if len(departed):  # who changed since may have named them
        part = part.without_words_of(gone)
    return replace(part, today=today, gone=gone)


def _living(part: ActorIndex) -> int:
    return len(part.ids) - len(part.gone)


def _living_ids(part: ActorIndex) -> list[str]:
    gone = set(part.gone.tolist())
    return [name for position, name in enumerate(part.ids) if position not in gone]
