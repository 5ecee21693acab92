"""An immutable snapshot of every actor, ready to be asked: columns to compare, blocks to match."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Protocol

import numpy as np

from matcher.engine.actor_columns import (
    ActorColumns,
    Whereabouts,
    arranged,
    columns_of,
    distinct_places,
    named,
    whereabouts_of,
)
from matcher.engine.columns import Positions, hashed
from matcher.engine.matching import Analyzer, MatchModel
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role
from matcher.engine.protocols import Encoder
from matcher.engine.statements import StatementBlock


class Profiles(Protocol):
    """Profiles by position; they may be read from elsewhere only when asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int, /) -> Actor: ...

    def fetch(self, positions: Sequence[int], /) -> None:
        """Get ready to be asked for some of them, all at once."""

    def forget(self, positions: Sequence[int], /) -> "Profiles":
        """The same without what is known of some of them, who will not be asked for."""


class KeptProfiles(tuple[Actor, ...]):
    """Profiles that are all in memory."""

    __slots__ = ()

    def fetch(self, positions: Sequence[int]) -> None:
        """Nothing to do."""

    def forget(self, positions: Sequence[int]) -> "KeptProfiles":
        """The same with nobody in the place of some."""
        left = frozenset(positions)
        nobody = Actor("", Kind.SOCIAL_WORKER, "")
        return KeptProfiles(nobody if k in left else one for k, one in enumerate(self))


@dataclass(frozen=True, slots=True)
class ActorIndex:
    """Actors in order of kind, place and id, as they are on ``today``: columns, needs, offers.

    What ranking needs of everyone is in ``ids`` and ``columns``; ``actors`` holds the whole
    profiles. ``digests`` (int64, shape (actors,)) changes with anything an actor says. ``gone``
    are the positions of those who changed or left since.
    """

    today: date
    model: MatchModel
    actors: Profiles
    ids: Sequence[str]
    positions: Mapping[str, int]
    digests: Positions
    columns: ActorColumns
    whereabouts: Whereabouts
    needs: StatementBlock
    offers: StatementBlock
    gone: Positions = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    acting: dict[bytes, Positions] = field(init=False, default_factory=dict, compare=False)
    """Who acts in the territories that were asked for last: kept by ``territory.acting_in``."""

    @property
    def parts(self) -> "tuple[ActorIndex, ...]":
        """Itself alone, as a :class:`Snapshot` has several."""
        return (self,)

    def block(self, role: Role) -> StatementBlock:
        """The needs or the offers of every actor."""
        return self.needs if role is Role.NEED else self.offers

    def without_words_of(self, positions: Positions) -> "ActorIndex":
        """The same after some were erased: nothing in memory names them or quotes them.

        Where ids are read from a file, those who left it are not named there either.
        """
        left = positions.tolist()
        if not left:
            return self
        actors = self.actors.forget(left)
        if not isinstance(self.ids, tuple):
            return replace(self, actors=actors)
        erased = frozenset(left)
        ids = tuple("" if k in erased else name for k, name in enumerate(self.ids))
        known = {name: k for k, name in enumerate(ids) if k not in erased}
        return replace(self, actors=actors, ids=ids, positions=known)

    def domains_of(self, position: int) -> frozenset[str]:
        """Thématiques of an actor: declared, or read in statements whose author declared none."""
        return named(set(self.columns.domains.row(position).tolist()), self.theme_names(position))

    def theme_names(self, position: int) -> frozenset[str]:
        """What the thématiques of an actor can be called: as it declares them, or the model."""
        actor = self.actors[position]
        said = (s.domains for role in Role for s in actor.statements(role))
        read = () if self.model.themes is None else self.model.themes.codes
        return frozenset(actor.domains).union(read, *said)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everybody at one moment: a large index, seldom made anew, and what changed since.

    ``version`` names the content: equal content, equal name, in every process.
    """

    version: str
    model: MatchModel
    parts: tuple[ActorIndex, ...]

    def __len__(self) -> int:
        return sum(len(part.ids) - len(part.gone) for part in self.parts)

    def find(self, actor_id: str) -> tuple[ActorIndex, int] | None:
        """The part that holds an actor, and its position there."""
        for part in self.parts:
            position = part.positions.get(actor_id)
            if position is not None and position not in part.gone:
                return part, position
        return None


@dataclass(frozen=True)
class IndexBuilder:
    """Everything that turns profiles into an index; one per process, reused for each snapshot."""

    encoder: Encoder
    analyzer: Analyzer
    model: MatchModel

    def build(
        self, actors: Sequence[Actor], *, today: date, places: Sequence[Place | None] | None = None
    ) -> ActorIndex:
        """Index the actors who accept to be profiled; the same actors give the same index.

        ``places`` number the sites, where several indexes are to be joined; by default those of
        the actors.
        """
        willing = [actor for actor in actors if actor.profiling]
        sites = distinct_places(actor.place for actor in willing) if places is None else places
        kept = KeptProfiles(arranged(willing, sites))
        needs, offers = (self._block(kept, role, today) for role in (Role.NEED, Role.OFFER))
        columns = columns_of(kept, sites, self._domains(kept, needs, offers), today)
        return ActorIndex(
            today,
            self.model,
            kept,
            tuple(actor.id for actor in kept),
            {actor.id: position for position, actor in enumerate(kept)},
            np.array([hashed(repr(replace(actor, place=None))) for actor in kept], dtype=np.int64),
            columns,
            whereabouts_of(columns),
            needs,
            offers,
        )

    def _block(self, actors: Sequence[Actor], role: Role, today: date) -> StatementBlock:
        return StatementBlock.build(
            actors,
            role,
            encoder=self.encoder,
            analyzer=self.analyzer,
            model=self.model,
            today=today,
        )

    def _domains(self, actors: Sequence[Actor], *blocks: StatementBlock) -> list[frozenset[str]]:
        found = [set(actor.domains) for actor in actors]
        for block in blocks:
            tags = self.model.tags(block.views(slice(None)))
            owners = np.repeat(np.arange(len(actors)), np.diff(block.rows.actor_offsets))
            rows = zip(owners.tolist(), block.positions.tolist(), tags, strict=True)
            for owner, position, read in rows:
                found[owner].update(actors[owner].statements(block.role)[position].domains or read)
        return [frozenset(domains) for domains in found]


def version_of(parts: Iterable[ActorIndex], *learned: object) -> str:
    """Name what is said by everybody in some parts together, and by what it is matched."""
    total = 0
    for part in parts:
        kept = np.delete(part.digests, part.gone)
        total += int(kept.astype(np.uint64).sum(dtype=np.uint64))
    told = repr((total % (1 << 64), *learned))
    return blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()
