"""The large part of the index: everybody in one folder, made seldom, mapped by every process."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np

from matcher.engine.actor_columns import distinct_places
from matcher.engine.columns import Positions
from matcher.engine.index import ActorIndex, IndexBuilder, KeptProfiles
from matcher.engine.joining import joined
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.store.actors import find_actors
from matcher.store.changes import change_sequence, changed_since, sketches
from matcher.store.database import Database
from matcher.store.installation import moment_of
from matcher.store.snapshot_erasure import forget_departed
from matcher.store.snapshots import (
    BrokenSnapshot,
    SnapshotCard,
    forget_snapshot,
    forget_snapshots,
    open_snapshot,
    save_snapshot,
    snapshots_in,
)
from matcher.store.stored_profiles import Locate, StoredProfiles
from matcher.store.writer_lock import WriterLock

LOG = logging.getLogger(__name__)

INDEXED_AT_ONCE = 10_000
LOCKED_FOR = 24 * 3600.0

Spot = tuple[bool, int, str]
"""Whether somebody is a social worker, the number of its place, its id: what puts it in order."""


@dataclass(frozen=True)
class LargePart:
    """Saves everybody into ``folder`` and maps what was saved, by this process or another.

    ``learned`` names the model and its constants: what was made with others is of no use.
    ``progress`` is told how many actors are indexed, of how many.
    """

    database: Database
    builder: IndexBuilder
    locate: Locate
    folder: Path
    learned: str
    progress: Callable[[int, int], None]

    def newest(
        self, today: date, than: SnapshotCard | None = None
    ) -> tuple[SnapshotCard, ActorIndex] | None:
        """Map the latest whole one that is of the store's past and newer ``than`` another."""
        for card, path in snapshots_in(self.folder, self._name()):
            if than is not None and (card.sequence, card.day) <= (than.sequence, than.day):
                break
            if self._is_foreign(card, path):
                continue
            try:
                return card, open_snapshot(path, today, self.builder.model, self._profiles)
            except BrokenSnapshot as error:
                LOG.warning("index %s is not whole and is left aside: %s", path, error)
        return None

    def card(self) -> SnapshotCard | None:
        """What the latest one is of, without mapping it."""
        return next((card for card, _ in snapshots_in(self.folder, self._name())), None)

    def make(self, today: date, unfit: int) -> None:
        """Save everybody into the folder; one process at a time does, the others wait for it.

        Those who have not changed since the one before are copied from it, the others are indexed.
        Nothing is done where the folder holds it already, with at most ``unfit`` actors of whom
        a statement has expired. Raises NotReady ``index-not-writable``.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with WriterLock(self.folder / ".lock", timeout=LOCKED_FOR).held():
                name = self._name()  # first: what is read after a restore bears the former life
                with self.database.read() as connection:
                    sequence = change_sequence(connection)
                if not self._is_made(sequence, today, unfit):
                    card, index = self._everybody(today, name)
                    path = save_snapshot(index, card, self.folder)
                    forget_snapshots(self.folder, path)
            forget_departed(self.folder, self.database)  # who left while it was made
        except OSError as error:
            reason = error.strerror or str(error)
            folder = str(self.folder)
            raise NotReady("index-not-writable", path=folder, reason=reason) from error

    def _is_made(self, sequence: int, today: date, unfit: int) -> bool:
        found = self.newest(today)
        if found is None or found[0].sequence != sequence:
            return False
        with self.database.read() as connection:
            expired = changed_since(connection, sequence, found[0].day, today).written
        return len(expired) <= unfit

    def _is_foreign(self, card: SnapshotCard, path: Path) -> bool:
        """Whether a snapshot is of changes that the store has not seen: it was restored since.

        It is removed: once the store has changed as many times, it would be taken for ours.
        """
        with self.database.read() as connection:
            if change_sequence(connection) >= card.sequence:
                return False
        LOG.warning("index %s is newer than the database and is removed", path)
        forget_snapshot(path)
        return True

    def _everybody(self, today: date, name: str) -> tuple[SnapshotCard, ActorIndex]:
        """Everybody in the order of kind, place and id: as before, but for those who changed."""
        former = self.newest(today)
        with self.database.read() as connection:
            card = SnapshotCard(change_sequence(connection), today, name)
            ordered, places = self._arranged(sketches(connection))
            kept = {}
            if former is not None:
                since = changed_since(connection, former[0].sequence, former[0].day, today)
                changed = set(since.written)
                kept = {who: k for k, who in enumerate(former[1].ids) if who not in changed}
        anew = [spot for spot in ordered if spot[2] not in kept]
        fresh = joined(list(self._indexed(anew, places, today)))
        if former is None or not kept:
            return card, fresh
        return card, _merged(former[1], kept, fresh, ordered)

    def _indexed(
        self, ordered: Sequence[Spot], places: Sequence[Place | None], today: date
    ) -> Iterator[ActorIndex]:
        """Read and index some actors, part by part."""
        numbers = {place: number for number, place in enumerate(places)}
        for start in range(0, max(1, len(ordered)), INDEXED_AT_ONCE):
            some = ordered[start : start + INDEXED_AT_ONCE]
            expected = {name: (worker, number) for worker, number, name in some}
            with self.database.read() as connection:
                actors = [self.locate(a) for a in find_actors(connection, expected).values()]
            # Who moved in the meantime would break the order; its change is yet to be followed.
            settled = [a for a in actors if _spot(a, numbers) == expected[a.id]]
            part = self.builder.build(settled, today=today, places=places)
            yield replace(part, actors=KeptProfiles(), positions={})
            self.progress(start + len(some), len(ordered))

    def _arranged(
        self, told: Iterable[tuple[str, str, str | None, list[str]]]
    ) -> tuple[list[Spot], list[Place | None]]:
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
        return sorted((worker, numbers[place], name) for worker, place, name in found), places

    def _profiles(self, ids: Sequence[str], digests: Positions) -> StoredProfiles:
        return StoredProfiles(ids, digests, self.database, self.locate)

    def _name(self) -> str:
        with self.database.read() as connection:
            life = moment_of(connection).life
        told = f"{self.builder.model.model_id} {self.learned} {life}"
        return blake2b(told.encode(), digest_size=8).hexdigest()


def _spot(actor: Actor, numbers: dict[Place | None, int]) -> tuple[bool, int | None]:
    return actor.kind is Kind.SOCIAL_WORKER, numbers.get(actor.place)


def _merged(
    former: ActorIndex, kept: dict[str, int], fresh: ActorIndex, ordered: Sequence[Spot]
) -> ActorIndex:
    """Those who are kept of one index and all of another, in order."""
    site = np.zeros(len(former.ids), dtype=np.int32)
    order = []
    for _, number, name in ordered:
        if name in kept:
            site[kept[name]] = number
            order.append(kept[name])
        elif name in fresh.positions:
            order.append(len(former.ids) + fresh.positions[name])
    sited = former.columns._replace(site=site, sites=fresh.columns.sites)
    return joined([replace(former, columns=sited), fresh], np.array(order, dtype=np.int64))
