"""The pairs of a territory, as its coordinator sees them: everybody there with everybody there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from matcher.engine.candidates import Filters, Sides, passing
from matcher.engine.columns import Bools, Floats, Numbers, Positions, code_of
from matcher.engine.features import acquainted
from matcher.engine.index import ActorIndex
from matcher.engine.kernels.best import keep_best
from matcher.engine.pairs import Pairs, Question, worth_proposing
from matcher.engine.scoring import least_worth
from matcher.engine.territory import acting_in, can_meet, distances_km, sitting
from matcher.engine.tiles import Hope, Tile, proved_pairs, tiled

ROWS_OF_TILE, COLUMNS_OF_TILE = 512, 1024
"""Actors in a tile: their products fit in a processor's cache."""


def best_pairs(
    parts: Sequence[ActorIndex], question: Question, most: int | None
) -> tuple[list[Pairs], float]:
    """The ``most`` best pairs of all who act in the territories of the filters, perhaps more.

    And the worth from which all pairs are there: minus infinity where none was left out.
    """
    best = _Best(most, least_worth(question.minimum_score))
    for one, many in product(parts, repeat=2):
        filters, across = question.filters, question.filters.sides is Sides.CROSS
        firsts = _acting(one, replace(filters, domains=(), publics=()), 1 if across else None)
        others = _acting(many, filters, 0 if across else None)
        columns = list(tiled(many, others, COLUMNS_OF_TILE))
        for rows in tiled(one, firsts, ROWS_OF_TILE):
            for tile in columns:
                best.add(_pairs_between(rows, tile, question, best.least))
    least = best.least if best.full else -np.inf
    return [pairs.from_worth(least) for pairs in best.pairs], least


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


def best_of_each(parts: Sequence[ActorIndex], question: Question, limit: int) -> BestOfEach:
    """Find the ``limit`` best partners of everybody, among those who act there too."""
    members = tuple(np.sort(_acting(part, question.filters, None)) for part in parts)
    starts = np.cumsum([0, *(len(some) for some in members)])
    found = BestOfEach(
        members,
        np.full((starts[-1], limit), -np.inf),
        np.full((starts[-1], limit), -1, dtype=np.int32),
    )
    floor = least_worth(question.minimum_score)
    sides = [
        [some[part.columns.social_workers[some] == side] for side in (False, True)]
        for part, some in zip(parts, members, strict=True)
    ]
    for (i, one), (j, many) in product(enumerate(parts), repeat=2):
        columns = list(tiled(many, sides[j][0], COLUMNS_OF_TILE))
        for rows in tiled(one, sides[i][1], ROWS_OF_TILE):
            mine = starts[i] + np.searchsorted(members[i], rows.actors)
            for tile in columns:
                theirs = starts[j] + np.searchsorted(members[j], tile.actors)
                needed = (np.maximum(floor, found.worth[some, -1]) for some in (mine, theirs))
                pairs = _judged(rows, tile, question, Hope(question.weights, *needed))
                ones = starts[i] + np.searchsorted(members[i], pairs.firsts)
                others = starts[j] + np.searchsorted(members[j], pairs.others)
                keep_best(found.worth, found.partners, ones, others, pairs.worth)
                keep_best(found.worth, found.partners, others, ones, pairs.worth)
    return found


class _Best:
    """Pairs so far, and what another must be worth to come among the best of them."""

    def __init__(self, most: int | None, least: float) -> None:
        self.pairs: list[Pairs] = []
        self.least = least
        self.full = False
        self._most = most
        self._worth = np.zeros(0)

    def add(self, pairs: Pairs) -> None:
        """Take more pairs in."""
        self.pairs.append(pairs)
        if self._most is None:
            return
        self._worth = np.concatenate([self._worth, pairs.worth])
        if len(self._worth) >= self._most:
            self._worth = np.partition(self._worth, -self._most)[-self._most :]
            self.full, self.least = True, max(self.least, float(self._worth.min()))


def _pairs_between(one: Tile, many: Tile, question: Question, least: float) -> Pairs:
    needed = (np.full(len(tile.actors), least) for tile in (one, many))
    return _judged(one, many, question, Hope(question.weights, *needed))


def _judged(one: Tile, many: Tile, question: Question, hope: Hope) -> Pairs:
    a, b, exchanged = proved_pairs(one, many, hope)
    allowed = np.flatnonzero(_allowed(one.index, a, many.index, b, question.filters))
    return worth_proposing(
        one.index, a[allowed], many.index, b[allowed], exchanged.take(allowed), question
    )


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
    """Pairs that can meet, of whom one at least sits in the territories, each in one order."""
    mine, theirs = one.columns, many.columns
    if filters.radius_km is None:
        allowed = can_meet(mine, firsts, theirs, others)
    else:
        distances = distances_km(mine, firsts, theirs, others)
        allowed = np.nan_to_num(distances, nan=np.inf) <= filters.radius_km
    worker, identity = mine.social_workers[firsts], mine.identities[firsts]
    alike = worker == theirs.social_workers[others]
    allowed &= np.where(alike, identity < theirs.identities[others], worker)
    if filters.territories:
        wanted = code_of(filters.territories)
        allowed &= (
            mine.sites.containing.overlaps(wanted)[mine.site[firsts]]
            | theirs.sites.containing.overlaps(wanted)[theirs.site[others]]
        )
    if filters.apart is not None:
        allowed &= ~filters.apart.hold(identity, theirs.identities[others])
    if filters.exclude_known:
        allowed &= acquainted(mine, firsts, theirs, others) == 0
    return np.asarray(allowed)
