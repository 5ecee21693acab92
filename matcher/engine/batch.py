"""The best partners of everybody at once: tiles of a country, of which each keeps its best."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.engine.columns import Bools, Floats, Numbers, Positions, expand
from matcher.engine.features import judge
from matcher.engine.index import ActorIndex
from matcher.engine.kernels import best
from matcher.engine.matching import logit
from matcher.engine.scoring import Weights, logits
from matcher.engine.territory import can_meet, reachable_from, sitting
from matcher.engine.tiles import Hope, Tile, proved_pairs, tiled

ROWS_OF_TILE, COLUMNS_OF_TILE = 512, 2048
"""Actors in a tile."""

WORKERS = 1
"""The side of social workers in ``Whereabouts``."""


@dataclass(frozen=True)
class BestPartners:
    """The best partners found so far of every actor of an index.

    ``worth`` is float64 of shape (actors, limit), log-odds in decreasing order, minus infinity
    where there is none yet; ``partners`` int32 of the same shape, -1 where there is none. Equal
    partners stand in the order of the index.
    """

    worth: Floats
    partners: Numbers

    @classmethod
    def none_yet(cls, actors: int, limit: int) -> "BestPartners":
        """Nobody has met anybody."""
        return cls(np.full((actors, limit), -np.inf), np.full((actors, limit), -1, dtype=np.int32))

    def keep(self, owners: Positions, partners: Positions, worth: Floats) -> None:
        """Let pairs take their place among the best of their owners, if they deserve it."""
        best.keep_best(self.worth, self.partners, owners, partners, worth)

    def least(self, actors: Positions) -> Floats:
        """What a partner must be worth to count for some actors."""
        return np.asarray(self.worth[actors, -1])


@dataclass(frozen=True, slots=True)
class Batch:
    """Actors of one département with all whom one of them can meet, on the other side."""

    firsts: Positions
    others: Positions

    @property
    def pairs(self) -> int:
        """How many pairs there are to look at."""
        return len(self.firsts) * len(self.others)


@dataclass(frozen=True)
class Batches:
    """How the pairs of an index are cut: département of the social worker by département."""

    index: ActorIndex

    def departments(self) -> Positions:
        """Codes of the départements where social workers sit, 0 for those without a place."""
        counts = np.diff(self.index.whereabouts.starts[WORKERS])
        return np.unique(self.index.columns.sites.departments[counts > 0])

    def of(self, department: int) -> list[Batch]:
        """Social workers of one département, and the entrepreneurs whom they can meet.

        Those whose zone leaves the neighbourhood have batches of their own, zone by zone: the
        others need not be compared with a country.
        """
        index = self.index
        sites = index.columns.sites.departments == department
        here = np.setdiff1d(sitting(index, sites, WORKERS), index.gone)
        numbers = index.columns.zones.numbers[here]
        if not department:  # who says nothing at all of where it acts is near nobody
            told = index.columns.zones.filled(here)
            told |= index.columns.sites.containing.filled(index.columns.site[here])
            here, numbers = here[told], numbers[told]
        far = self._leaves(department)[numbers]
        groups = [here[~far], *(here[far & (numbers == n)] for n in np.unique(numbers[far]))]
        return [
            Batch(group, np.setdiff1d(reachable_from(index, group, index, 0), index.gone))
            for group in groups
            if len(group)
        ]

    def _leaves(self, department: int) -> Bools:
        """Which of the distinct zones hold a place beyond a département and those it touches."""
        zones, sites = self.index.columns.zones, self.index.columns.sites
        home = np.flatnonzero(sites.departments == department)
        local = np.append(sites.neighbours.codes_of(home), department)
        beyond = np.flatnonzero(~np.isin(self._homes, local))
        found = np.zeros(len(zones.offsets) - 1, dtype=np.bool_)
        found[np.searchsorted(zones.offsets, beyond, side="right") - 1] = True
        return found

    @cached_property
    def _homes(self) -> Positions:
        """The département of each code of a zone, -1 where it is in several, or none that we know.

        int64 of the shape of ``zones.codes``.
        """
        sites, wanted = self.index.columns.sites, self.index.columns.zones.codes
        containing = sites.containing
        rows, cuts = expand(containing.offsets, containing.numbers.astype(np.int64))
        departments = np.repeat(sites.departments, np.diff(cuts))
        pairs = np.unique(np.stack([containing.codes[rows], departments]), axis=1)
        codes, first, count = np.unique(pairs[0], return_index=True, return_counts=True)
        if not len(codes):
            return np.full(len(wanted), -1)
        alone = np.where(count == 1, pairs[1][first], -1)
        at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        return np.where(codes[at] == wanted, alone[at], -1)


def match_batch(
    index: ActorIndex, batch: Batch, found: BestPartners, weights: Weights, minimum_score: float
) -> Iterator[int]:
    """Keep the best partners of both ends of every pair; gives, tile by tile, the pairs done.

    The same pairs and scores as :func:`matcher.engine.recommending.partners_of`, best first,
    before it avoids showing an organisation again; pairs below ``minimum_score`` are left out.
    """
    floor = float(np.round(logit(min(max(minimum_score, 1e-9), 1 - 1e-9)), 5))
    rows = list(tiled(index, batch.firsts, ROWS_OF_TILE))
    for columns in tiled(index, batch.others, COLUMNS_OF_TILE):
        for tile in rows:
            _match_tile(tile, columns, found, weights, floor)
            yield len(tile.actors) * len(columns.actors)


def _match_tile(one: Tile, many: Tile, found: BestPartners, weights: Weights, floor: float) -> None:
    index = one.index
    needed = [np.maximum(found.least(tile.actors), floor) for tile in (one, many)]
    firsts, others, exchanged = proved_pairs(one, many, Hope(weights, *needed))
    meeting = np.flatnonzero(can_meet(index.columns, firsts, index.columns, others))
    firsts, others, exchanged = firsts[meeting], others[meeting], exchanged.take(meeting)
    worth = np.round(logits(judge(index, firsts, index, others, exchanged), weights), 5)
    kept = np.flatnonzero(worth >= floor)
    found.keep(firsts[kept], others[kept], worth[kept])
    found.keep(others[kept], firsts[kept], worth[kept])
