"""Pairs of two tiles worth judging: those that may come among the best of one of their ends."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.engine.actor_columns import ActorColumns
from matcher.engine.columns import Bools, Floats, Positions, SetColumn, expand
from matcher.engine.complementarity import ANSWERED, Exchanges
from matcher.engine.features import freshness_of
from matcher.engine.kernels import contest as contest_kernel
from matcher.engine.kernels.ends import Answers, Compared, Ends, Ground, Marks, Weighing
from matcher.engine.kernels.sets import meeting
from matcher.engine.scoring import Weights
from matcher.engine.territory import apart_km, meeting_anyhow, nearness
from matcher.engine.tiles import UNPROVED, Tile, answers_between


@dataclass(frozen=True)
class Contender:
    """A tile, with what else is compared of its actors.

    ``inside`` says which sites of its index are in the territories asked for: a pair needs one of
    them. ``None`` for all.
    """

    tile: Tile
    inside: Bools | None = None

    @cached_property
    def sites(self) -> Positions:
        """Numbers of the sites where some of the actors sit, in order."""
        return np.unique(self.tile.index.columns.site[self.tile.actors])

    @cached_property
    def zones(self) -> Positions:
        """Numbers of the zones of some of the actors, in order."""
        return np.unique(self.tile.index.columns.zones.numbers[self.tile.actors])

    @cached_property
    def ends(self) -> Ends:
        """What is compared of each actor."""
        index, actors = self.tile.index, self.tile.actors
        columns = index.columns
        return Ends(
            self.tile.needs.statements,
            index.needs.speaks(actors),
            index.offers.speaks(actors),
            np.searchsorted(self.sites, columns.site[actors]).astype(np.int32),
            np.searchsorted(self.zones, columns.zones.numbers[actors]).astype(np.int32),
            np.array(columns.radii[actors]),
            freshness_of(columns.updated[actors], index.today),
            np.array(columns.declared_domains.numbers[actors]),
            np.array(columns.declared_categories.numbers[actors]),
            np.array(columns.named_publics.numbers[actors]),
            np.array(columns.declared_publics.numbers[actors]),
            np.array(columns.known.numbers[actors]),
            np.stack([_marks(some, actors) for some in _compared(columns)], axis=1),
            columns.publics.filled(actors),
            np.array(columns.takes_everyone[actors]),
            np.array(columns.identities[actors]),
        )


def contenders(
    one: Contender,
    many: Contender,
    weights: Weights,
    floor: float,
    best: tuple[Floats, Floats],
    *,
    radius_km: float | None = None,
    contest: bool = True,
) -> tuple[Positions, Positions, Exchanges]:
    """The pairs of two tiles that may come among the best of one of their ends.

    ``best`` (actors, limit) and (others, limit): what the best of each are worth so far, in
    decreasing order, ours to write in; ``floor`` is the least worth that counts. A ``radius_km``
    stands for where people say that they act. Positions pair by pair and what they exchange, to
    the bit as ``exchanges``; a few others may be among them. Without ``contest``, all pairs that
    are worth more than the last of the best of one of their ends: for who leaves some out later.
    """
    rows, others, received, given = contest_kernel.contenders(
        _answers(one.tile, many.tile),
        one.ends,
        many.ends,
        _ground(one, many, radius_km),
        (_sets(one.tile.index.columns), _sets(many.tile.index.columns)),
        _weighing(weights, floor),
        *best,
        contest,
    )
    return one.tile.actors[rows], many.tile.actors[others], Exchanges(received, given)


def _answers(one: Tile, many: Tile) -> Answers:
    asked, given = answers_between(one, many)
    _, place, starts = many.needs.by_statement
    return Answers(asked, many.offers.by_actor[1], given, place, starts)


def _weighing(weights: Weights, floor: float) -> Weighing:
    return Weighing(
        **{name: float(weights[name]) for name in Weighing._fields if name in weights},
        floor=floor,
        nats=contest_kernel.nats_at_most(),
        unproved=UNPROVED,
        answered=ANSWERED,
    )


def _ground(one: Contender, many: Contender, radius_km: float | None) -> Ground:
    mine, theirs = one.tile.index.columns, many.tile.index.columns
    here, there = _crossed(one.sites, many.sites)
    shape = (len(one.sites), len(many.sites))
    far = apart_km(mine.sites, here, theirs.sites, there)
    kilometres = np.nan_to_num(far, nan=np.inf).reshape(shape)
    asked_for = np.ones(shape, dtype=np.bool_)
    met = meeting_anyhow(mine.sites, here, theirs.sites, there, far).reshape(shape)
    if radius_km is not None:
        asked_for, met = kilometres <= radius_km, np.ones(shape, dtype=np.bool_)
    if one.inside is not None and many.inside is not None:
        asked_for &= one.inside[one.sites][:, None] | many.inside[many.sites]
    return Ground(
        nearness(mine.sites, here, theirs.sites, there, far).reshape(shape),
        asked_for,
        met,
        kilometres,
        _covered(one, many),
        _covered(many, one),
    )


def _covered(one: Contender, many: Contender) -> Bools:
    """Which of the zones of one tile hold which of the sites of another."""
    zones, containing = one.tile.index.columns.zones, many.tile.index.columns.sites.containing
    numbers, sites = _crossed(one.zones, many.sites)
    theirs = containing.numbers[sites]
    found = meeting(numbers.astype(np.int32), *zones[1:], theirs, *containing[1:])
    return np.asarray(found.reshape(len(one.zones), len(many.sites)))


def _crossed(one: Positions, many: Positions) -> tuple[Positions, Positions]:
    """All pairs of two arrays."""
    return np.repeat(one, len(many)), np.tile(many, len(one))


def _compared(columns: ActorColumns) -> tuple[SetColumn, ...]:
    """The columns of which each actor has :func:`_marks`."""
    return (
        columns.declared_domains,
        columns.declared_categories,
        columns.named_publics,
        columns.declared_publics,
    )


def _sets(columns: ActorColumns) -> Compared:
    """The distinct sets of the columns that are compared, in the kernel's order."""
    leaves, branches, named, declared = ((s.offsets, s.codes) for s in _compared(columns))
    return leaves, branches, named, declared, (columns.known.offsets, columns.known.codes)


def _marks(column: SetColumn, actors: Positions) -> Marks:
    """One bit per code of the set of each actor; codes may share one where there are many."""
    numbers, at = np.unique(column.numbers[actors], return_inverse=True)
    held, cuts = expand(column.offsets, numbers.astype(np.int64))
    bits = np.uint64(1) << (column.codes[held] % 64).astype(np.uint64)
    found = np.zeros(len(numbers), dtype=np.uint64)
    np.bitwise_or.at(found, np.repeat(np.arange(len(numbers)), np.diff(cuts)), bits)
    return np.asarray(found[at])
