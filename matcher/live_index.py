"""The index that follows the store: a large part on disk, made seldom, and what changed since."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from threading import Lock, Thread

import numpy as np

from matcher.engine.actor_columns import distinct_places
from matcher.engine.columns import Positions
from matcher.engine.index import ActorIndex, IndexBuilder, Snapshot, version_of
from matcher.engine.joining import joined
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.store.actors import find_actors
from matcher.store.changes import change_sequence, changed_since, sketches
from matcher.store.database import Database
from matcher.store.snapshots import (
    SnapshotCard,
    forget_snapshots,
    newest_snapshot,
    open_snapshot,
    save_snapshot,
)
from matcher.store.writer_lock import WriterLock

KEPT_SNAPSHOTS = 4
"""How many earlier snapshots stay in memory, so that a page in progress can be finished."""

RECENT = 5_000
"""How many changed actors are kept in memory before a new large part is made of everybody."""

INDEXED_AT_ONCE = 10_000
KEPT_PROFILES = 20_000

Locate = Callable[[Actor], Actor]


class StoredProfiles:
    """Profiles of an index read from the store when they are shown; the last ones are kept."""

    def __init__(self, ids: Sequence[str], database: Database, locate: Locate) -> None:
        self._ids, self._database, self._locate = ids, database, locate
        self._kept: OrderedDict[int, Actor] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, position: int) -> Actor:
        kept = self._kept.get(position)
        if kept is None:
            self.fetch([position])
            kept = self._kept.get(position)
        if kept is None:
            raise NotReady("profile-gone")
        return kept

    def fetch(self, positions: Sequence[int]) -> None:
        """Read those that are not kept yet in one go."""
        missing = {self._ids[p]: p for p in positions if p not in self._kept}
        if not missing:
            return
        with self._database.read() as connection:
            found = find_actors(connection, missing)
        with self._lock:
            for name, actor in found.items():
                self._kept[missing[name]] = self._locate(actor)
            while len(self._kept) > KEPT_PROFILES:
                self._kept.popitem(last=False)


@dataclass
class LiveIndex:
    """Gives the current snapshot, whatever was written, and by which process.

    ``learned`` names the model and its constants: a large part made with others is of no use.
    With more than ``recent`` actors to read anew, everybody is indexed into ``folder``, aside
    (``background``) where an older snapshot can still answer; every process then maps the result.
    """

    database: Database
    builder: IndexBuilder
    locate: Locate
    folder: Path
    learned: str
    recent: int = RECENT
    progress: Callable[[int, int], None] = lambda done, total: None
    _snapshots: OrderedDict[tuple[int, date], Snapshot] = field(default_factory=OrderedDict)
    _base: tuple[SnapshotCard, Path, ActorIndex] | None = None
    _lock: Lock = field(default_factory=Lock)
    _compaction: Thread | None = None

    def current(self, today: date) -> Snapshot:
        """The snapshot of what the store holds now, as it counts ``today``."""
        with self._lock:
            with self.database.read() as connection:
                key = (change_sequence(connection), today)
            if key not in self._snapshots:
                self._snapshots[key] = self._made(*key)
                while len(self._snapshots) > KEPT_SNAPSHOTS:
                    self._snapshots.popitem(last=False)
            return self._snapshots[key]

    def named(self, version: str, today: date) -> Snapshot | None:
        """The current snapshot or a recent one by its version, ``None`` once it is forgotten.

        A process that has just started has none yet: what it builds may bear that version.
        """
        known = [*self._snapshots.values(), self.current(today)]
        return next((snapshot for snapshot in known if snapshot.version == version), None)

    def compact(self, today: date) -> None:
        """Index everybody into the folder; one process at a time does, the others wait for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with WriterLock(self.folder / ".lock", timeout=24 * 3600.0).held():
            with self.database.read() as connection:
                sequence = change_sequence(connection)
            found = newest_snapshot(self.folder, self._name())
            if found and found[0].sequence == sequence:
                return
            card = SnapshotCard(sequence, today, self._name())
            path = save_snapshot(self._everybody(today), card, self.folder)
            forget_snapshots(self.folder, path)

    def _made(self, sequence: int, today: date) -> Snapshot:
        self._map_newest(today)
        written, departed = self._changes(today)
        if len(written) > self.recent:
            if self._base is None:
                self.compact(today)
                self._map_newest(today)
                written, departed = self._changes(today)
            else:
                self._compact_aside(today)
        parts = [*self._standing(written, departed, today), self._read_anew(written, today)]
        model = self.builder.model
        version = f"{sequence}-{version_of(parts, today, model.model_id, self.learned)}"
        return Snapshot(version, model, tuple(part for part in parts if part.ids))

    def _map_newest(self, today: date) -> None:
        found = newest_snapshot(self.folder, self._name())
        if found is None or (self._base is not None and self._base[1] == found[1]):
            return
        card, path = found
        with self.database.read() as connection:
            if change_sequence(connection) < card.sequence:  # a restored or another database
                return
        profiles = lambda ids: StoredProfiles(ids, self.database, self.locate)  # noqa: E731
        self._base = (card, path, open_snapshot(path, today, self.builder.model, profiles))

    def _changes(self, today: date) -> tuple[tuple[str, ...], tuple[int, ...]]:
        card = self._base[0] if self._base else SnapshotCard(-1, today, "")
        with self.database.read() as connection:
            changes = changed_since(connection, card.sequence, card.day, today)
        return changes.written, changes.departed

    def _standing(
        self, written: Iterable[str], departed: Sequence[int], today: date
    ) -> list[ActorIndex]:
        """The large part without those who changed or left."""
        if self._base is None:
            return []
        index = self._base[2]
        changed = [index.positions.get(name) for name in written]
        found = np.array([position for position in changed if position is not None], dtype=np.int64)
        gone = np.union1d(found, _positions(index, np.array(departed, dtype=np.int64)))
        return [replace(index, today=today, gone=gone.astype(np.int64))]

    def _read_anew(self, written: Sequence[str], today: date) -> ActorIndex:
        with self.database.read() as connection:
            actors = find_actors(connection, written)
        return self.builder.build([self.locate(actor) for actor in actors.values()], today=today)

    def _everybody(self, today: date) -> ActorIndex:
        """Index all actors part by part, in the order of kind, place and id."""
        with self.database.read() as connection:
            ordered, places = self._arranged(sketches(connection))
        parts = []
        for start in range(0, max(1, len(ordered)), INDEXED_AT_ONCE):
            names = ordered[start : start + INDEXED_AT_ONCE]
            with self.database.read() as connection:
                actors = [self.locate(a) for a in find_actors(connection, names).values()]
            parts.append(self.builder.build(actors, today=today, places=places))
            self.progress(start + len(names), len(ordered))
        return joined(parts)

    def _arranged(
        self, told: Iterable[tuple[str, str, str | None, list[str]]]
    ) -> tuple[list[str], list[Place | None]]:
        seen: dict[tuple[str | None, str | None], Place | None] = {}
        found = []
        for name, kind, commune, zone in told:
            spot = (commune, zone[0] if zone and not commune else None)
            if spot not in seen:
                where = Actor(name, Kind(kind), "", commune=commune, zone=tuple(zone))
                seen[spot] = self.locate(where).place
            found.append((kind == Kind.SOCIAL_WORKER, seen[spot], name))
        places = distinct_places(seen.values())
        numbers = {place: number for number, place in enumerate(places)}
        found.sort(key=lambda actor: (actor[0], numbers[actor[1]], actor[2]))
        return [name for _, _, name in found], places

    def _compact_aside(self, today: date) -> None:
        """Make the next large part while this one, with what changed beside it, still answers."""
        if self._compaction is None or not self._compaction.is_alive():
            self._compaction = Thread(target=self._compact_quietly, args=(today,), daemon=True)
            self._compaction.start()

    def _compact_quietly(self, today: date) -> None:
        with suppress(OSError, NotReady):  # tried again at the next change
            self.compact(today)

    def _name(self) -> str:
        told = f"{self.builder.model.model_id} {self.learned}"
        return blake2b(told.encode(), digest_size=8).hexdigest()


def _positions(index: ActorIndex, identities: Positions) -> Positions:
    """Where those with some identities stand."""
    if not len(identities):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.isin(index.columns.identities, identities)).astype(np.int64)
