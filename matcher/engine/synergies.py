"""The pairs of a territory, as its coordinator sees them: everybody there with everybody there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock

import numpy as np

from matcher.engine.best_partners import BestPartners
from matcher.engine.candidates import Filters, Sides, passing
from matcher.engine.columns import Bools, Floats, Numbers, Positions, code_of
from matcher.engine.contest import Contender, contenders
from matcher.engine.features import acquainted
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Pairs, Question, worth_proposing
from matcher.engine.protocols import SideBySide, one_by_one
from matcher.engine.scoring import least_worth
from matcher.engine.territory import acting_in, sitting
from matcher.engine.tiles import tiled

ROWS_OF_TILE, COLUMNS_OF_TILE = 512, 1024
"""Actors in a tile: their products fit in a processor's cache."""

ENTREPRENEURS, WORKERS = 0, 1
"""The sides in ``Whereabouts``."""


def best_pairs(
    parts: Sequence[ActorIndex],
    question: Question,
    most: int | None,
    side_by_side: SideBySide = one_by_one,
) -> tuple[list[Pairs], float]:
    """The ``most`` best pairs of all who act in the territories of the filters, perhaps more.

    And the worth from which all pairs are there: minus infinity where none was left out.
    """
    best = _Best(most, least_worth(question.minimum_score))
    filters, across = question.filters, question.filters.sides is Sides.CROSS
    asking = replace(filters, domains=(), publics=())
    first, other = (WORKERS, ENTREPRENEURS) if across else (None, None)
    columns = [
        list(_contending(part, _acting(part, filters, other), filters, COLUMNS_OF_TILE))
        for part in parts
    ]
    calls = (
        partial(_find, one, many, question, best)
        for part in parts
        for others in columns
        for one in _contending(part, _acting(part, asking, first), filters, ROWS_OF_TILE)
        for many in others
    )
    found = list(side_by_side(calls))
    least = best.least if best.full else -np.inf
    return [pairs.from_worth(least) for pairs in found], least


@dataclass(frozen=True, slots=True)
class BestOfEach:
    """The best partners of all who act in the territories of a question, on the other side.

    ``members`` are positions in each part, in order; counted from part to part they are the rows
    of ``worth`` (members, limit), log-odds in decreasing order, minus infinity where there is
    nobody, and of ``partners``, rows in turn, -1 where there is nobody.
    """

    members: tuple[Positions, ...]
    worth: Floats
    partners: Numbers


def best_of_each(
    parts: Sequence[ActorIndex],
    question: Question,
    limit: int,
    side_by_side: SideBySide = one_by_one,
) -> BestOfEach:
    """Find the ``limit`` best partners of everybody, among those who act there too."""
    members = tuple(np.sort(_acting(part, question.filters, None)) for part in parts)
    starts = [int(start) for start in np.cumsum([0, *map(len, members)])]
    best = BestPartners.none_yet(starts[-1], limit)
    parted = list(zip(parts, members, starts, strict=False))
    columns = [list(_seated(*some, question, ENTREPRENEURS, COLUMNS_OF_TILE)) for some in parted]
    calls = (
        partial(_find_for_each, one, many, question, best)
        for some in parted
        for others in columns
        for one in _seated(*some, question, WORKERS, ROWS_OF_TILE)
        for many in others
    )
    for _ in side_by_side(calls):
        pass
    return BestOfEach(members, best.worth, best.partners)


@dataclass
class _Best:
    """Pairs so far, and what another must be worth to come among the best ``most`` of them."""

    most: int | None
    least: float
    full: bool = False
    _worth: Floats = field(default_factory=lambda: np.zeros(0))
    _lock: Lock = field(default_factory=Lock)

    def meet(self, worth: Floats) -> None:
        """Learn what more pairs are worth."""
        if self.most is None:
            return
        with self._lock:
            self._worth = np.concatenate([self._worth, worth])
            if len(self._worth) >= self.most:
                self._worth = np.partition(self._worth, -self.most)[-self.most :]
                self.full, self.least = True, max(self.least, float(self._worth.min()))


@dataclass(frozen=True, slots=True)
class _Seated:
    """A tile, and the row of each of its actors in :class:`BestOfEach`."""

    tile: Contender
    rows: Positions


def _find(one: Contender, many: Contender, question: Question, best: _Best) -> Pairs:
    worst = (np.full((len(some.tile.actors), 1), best.least) for some in (one, many))
    pairs = _judged(one, many, question, *worst)
    best.meet(pairs.worth)
    return pairs


def _find_for_each(one: _Seated, many: _Seated, question: Question, best: BestPartners) -> None:
    so_far = (best.best_of(some.rows) for some in (one, many))
    pairs = _judged(one.tile, many.tile, question, *so_far, contest=_leaves_none_out(question))
    firsts = one.rows[np.searchsorted(one.tile.tile.actors, pairs.firsts)]
    others = many.rows[np.searchsorted(many.tile.tile.actors, pairs.others)]
    best.keep(firsts, others, pairs.worth)
    best.keep(others, firsts, pairs.worth)


def _judged(
    one: Contender,
    many: Contender,
    question: Question,
    mine: Floats,
    theirs: Floats,
    *,
    contest: bool = False,
) -> Pairs:
    """The pairs of two tiles worth proposing, and more than the worst that one end has so far."""
    filters, floor = question.filters, least_worth(question.minimum_score)
    constants = (question.weights, floor, (mine, theirs))
    firsts, others, exchanged = contenders(
        one, many, *constants, radius_km=filters.radius_km, contest=contest
    )
    a, b = one.tile.index, many.tile.index
    kept = np.flatnonzero(_allowed(a, firsts, b, others, filters))
    return worth_proposing(a, firsts[kept], b, others[kept], exchanged.take(kept), question)


def _seated(
    part: ActorIndex, members: Positions, start: int, question: Question, side: int, size: int
) -> Iterator[_Seated]:
    """Tiles of those of some members who are on one side; the first member has row ``start``."""
    some = members[part.columns.social_workers[members] == side]
    for tile in _contending(part, some, question.filters, size):
        yield _Seated(tile, start + np.searchsorted(members, tile.tile.actors))


def _leaves_none_out(question: Question) -> bool:
    """Whether a pair that can meet, and is worth enough, is shown in any case."""
    filters = question.filters
    return filters.apart is None and not filters.exclude_known and filters.direction is None


def _contending(
    index: ActorIndex, actors: Positions, filters: Filters, size: int
) -> Iterator[Contender]:
    """Tiles of some actors, with where one end of each pair has to sit."""
    inside = None
    if filters.territories:
        inside = index.columns.sites.containing.overlaps(code_of(filters.territories))
    return (Contender(tile, inside) for tile in tiled(index, actors, size))


def _acting(index: ActorIndex, filters: Filters, side: int | None) -> Positions:
    """Who acts in the territories asked for, or everybody."""
    if filters.territories:
        found = acting_in(index, code_of(filters.territories), side)
    else:
        everywhere = np.ones(len(index.columns.sites.communes), dtype=np.bool_)
        found = sitting(index, everywhere, side)
    return np.asarray(found[passing(index, found, filters)])


def _allowed(
    one: ActorIndex, firsts: Positions, many: ActorIndex, others: Positions, filters: Filters
) -> Bools:
    """Pairs that are wanted besides where they are, each in one order."""
    mine, theirs = one.columns, many.columns
    worker, identity = mine.social_workers[firsts], mine.identities[firsts]
    alike = worker == theirs.social_workers[others]
    allowed = np.where(alike, identity < theirs.identities[others], worker)
    if filters.apart is not None:
        allowed &= ~filters.apart.hold(identity, theirs.identities[others])
    if filters.exclude_known:
        allowed &= acquainted(mine, firsts, theirs, others) == 0
    return np.asarray(allowed)
