"""The pairs of a territory, as its coordinator sees them: everybody there with everybody there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from matcher.engine.candidates import Filters, Sides, passing
from matcher.engine.columns import Bools, Positions, code_of
from matcher.engine.features import acquainted
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Pairs, Question, worth_proposing
from matcher.engine.territory import acting_in, can_meet, distances_km, sitting
from matcher.engine.tiles import proved_pairs, tiled

ROWS_OF_TILE, COLUMNS_OF_TILE = 512, 1024
"""Actors in a tile: their products fit in a processor's cache."""


def pairs_of(parts: Sequence[ActorIndex], question: Question) -> list[Pairs]:
    """The pairs worth proposing of all who act in the territories of the filters."""
    return [
        pairs
        for one, many in product(parts, repeat=2)
        for pairs in _pairs_between(one, many, question)
    ]


def _pairs_between(one: ActorIndex, many: ActorIndex, question: Question) -> Iterator[Pairs]:
    filters = question.filters
    across = filters.sides is Sides.CROSS
    firsts = _acting(one, replace(filters, domains=(), publics=()), 1 if across else None)
    others = _acting(many, filters, 0 if across else None)
    columns = list(tiled(many, others, COLUMNS_OF_TILE))
    for rows in tiled(one, firsts, ROWS_OF_TILE):
        for tile in columns:
            a, b, exchanged = proved_pairs(rows, tile)
            allowed = np.flatnonzero(_allowed(one, a, many, b, filters))
            yield worth_proposing(
                one, a[allowed], many, b[allowed], exchanged.take(allowed), question
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
    if filters.exclude_known:
        allowed &= acquainted(mine, firsts, theirs, others) == 0
    return np.asarray(allowed)
