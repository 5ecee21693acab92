"""The best partners of everybody at once: tiles of a country, of which each keeps its best."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from matcher.engine.best_partners import BestPartners
from matcher.engine.columns import Bools, Positions, expand
from matcher.engine.contest import Contender, contenders
from matcher.engine.features import judge
from matcher.engine.index import ActorIndex
from matcher.engine.scoring import Weights, least_worth, logits
from matcher.engine.territory import reachable_from, sitting
from matcher.engine.tiles import tiled

ROWS_OF_TILE, COLUMNS_OF_TILE = 512, 1024
"""Actors in a tile."""

ENTREPRENEURS, WORKERS = 0, 1
"""The sides in ``Whereabouts``."""

EVERYWHERE = 1
"""Stands for a département: that of those who act in the whole country."""

MOST = 0.5
"""Share of the entrepreneurs of a département from which all are looked at, laid out already."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Social workers of one département, and the entrepreneurs whom they may meet.

    All of some ``departments``, their own first, and ``others`` elsewhere.
    """

    department: int
    firsts: Positions
    departments: tuple[int, ...]
    others: Positions


@dataclass(frozen=True)
class Batches:
    """How the pairs of an index are cut: département of the social worker by département."""

    index: ActorIndex
    _found: dict[tuple[int, int], Positions] = field(default_factory=dict)
    _tiles: dict[int, list[Contender]] = field(default_factory=dict)

    def departments(self) -> list[int]:
        """Codes of the départements where social workers sit, 0 for those without a place.

        And :data:`EVERYWHERE` for those who act in most places, wherever they sit.
        """
        counts = np.diff(self.index.whereabouts.starts[WORKERS])
        codes = np.unique(self.index.columns.sites.departments[counts > 0])
        return [*(int(code) for code in codes), EVERYWHERE]

    def of(self, department: int) -> list[Batch]:
        """Who sits in one département; those whose zone leaves the neighbourhood apart.

        The others need not be compared with more than they can reach.
        """
        index = self.index
        if department == EVERYWHERE:
            return [self._batch(department, some) for some in [self._national] if len(some)]
        here = self._sitting(department, WORKERS)
        numbers = index.columns.zones.numbers[here]
        if not department:  # who says nothing at all of where it acts is near nobody
            told = index.columns.zones.filled(here)
            told |= index.columns.sites.containing.filled(index.columns.site[here])
            here, numbers = here[told], numbers[told]
        country = self._everywhere[numbers]
        far = self._leaves(department)[numbers] & ~country
        groups = (here[~far & ~country], here[far])
        return [self._batch(department, group) for group in groups if len(group)]

    def tiles(self, department: int) -> list[Contender]:
        """The entrepreneurs of one département, laid out once for all batches."""
        if department not in self._tiles:
            others = self._sitting(department, ENTREPRENEURS)
            self._tiles[department] = list(_contending(self.index, others, COLUMNS_OF_TILE))
        return self._tiles[department]

    def pairs(self, batch: Batch, *, at_home: bool) -> int:
        """How many pairs a batch looks at, in its own département or elsewhere."""
        codes = [code for code in batch.departments if (code == batch.department) is at_home]
        whole = sum(len(self._sitting(code, ENTREPRENEURS)) for code in codes)
        return len(batch.firsts) * (whole + (0 if at_home else len(batch.others)))

    def _batch(self, department: int, firsts: Positions) -> Batch:
        """Départements most of whose entrepreneurs can be met are taken whole."""
        index = self.index
        reached = np.setdiff1d(
            reachable_from(index, firsts, index, ENTREPRENEURS), index.gone, assume_unique=True
        )
        homes = index.columns.sites.departments[index.columns.site[reached]]
        codes, counts = np.unique(homes, return_counts=True)
        whole = [
            int(code)
            for code, count in zip(codes, counts, strict=True)
            if count > MOST * len(self._sitting(int(code), ENTREPRENEURS))
        ]
        whole.sort(key=lambda code: code != department)
        others = reached[~np.isin(homes, np.array(whole, np.int64))]
        return Batch(department, firsts, tuple(whole), others)

    def _sitting(self, department: int, side: int) -> Positions:
        key = (department, side)
        if key not in self._found:
            sites = self.index.columns.sites.departments == department
            found = sitting(self.index, sites, side)
            self._found[key] = np.setdiff1d(found, self.index.gone, assume_unique=True)
        return self._found[key]

    @cached_property
    def _national(self) -> Positions:
        """Social workers who act in most places."""
        everybody = np.ones(len(self.index.columns.sites.communes), dtype=np.bool_)
        workers = sitting(self.index, everybody, WORKERS)
        found = workers[self._everywhere[self.index.columns.zones.numbers[workers]]]
        return np.setdiff1d(found, self.index.gone, assume_unique=True)

    @cached_property
    def _everywhere(self) -> Bools:
        """Which of the distinct zones hold most places that there are."""
        zones, containing = self.index.columns.zones, self.index.columns.sites.containing
        rows, _ = expand(containing.offsets, containing.numbers.astype(np.int64))
        codes, counts = np.unique(containing.codes[rows], return_counts=True)
        common = np.flatnonzero(
            np.isin(zones.codes, codes[counts > MOST * len(containing.numbers)])
        )
        found = np.zeros(len(zones.offsets) - 1, dtype=np.bool_)
        found[np.searchsorted(zones.offsets, common, side="right") - 1] = True
        return found

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
    batches: Batches,
    batch: Batch,
    found: BestPartners,
    weights: Weights,
    minimum_score: float,
    *,
    at_home: bool,
) -> Iterator[Callable[[], int]]:
    """What there is to do for a batch: each call matches two tiles and gives the pairs done.

    ``at_home``: with the entrepreneurs of its own département, else with all others. Best done
    first for everybody: the nearest partners make most of the others not worth a look. Calls may
    run at once in several threads.

    The same pairs and scores as :func:`matcher.engine.recommending.partners_of`, best first,
    before it avoids showing an organisation again; pairs below ``minimum_score`` are left out.
    """
    floor = least_worth(minimum_score)
    rows = list(_contending(batches.index, batch.firsts, ROWS_OF_TILE))
    for code in batch.departments:
        if (code == batch.department) is at_home:
            for columns in batches.tiles(code):
                for tile in rows:
                    yield partial(_match_tiles, tile, columns, found, weights, floor)
    if not at_home:
        for columns in _contending(batches.index, batch.others, COLUMNS_OF_TILE):
            for tile in rows:
                yield partial(_match_tiles, tile, columns, found, weights, floor)


def _contending(index: ActorIndex, actors: Positions, size: int) -> Iterator[Contender]:
    return (Contender(tile) for tile in tiled(index, actors, size))


def _match_tiles(
    one: Contender, many: Contender, found: BestPartners, weights: Weights, floor: float
) -> int:
    index = one.tile.index
    best = found.best_of(one.tile.actors), found.best_of(many.tile.actors)
    firsts, others, exchanged = contenders(one, many, weights, floor, best)
    worth = np.round(logits(judge(index, firsts, index, others, exchanged), weights), 5)
    kept = np.flatnonzero(worth >= floor)
    found.keep(firsts[kept], others[kept], worth[kept])
    found.keep(others[kept], firsts[kept], worth[kept])
    return len(one.tile.actors) * len(many.tile.actors)
