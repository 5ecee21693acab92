"""What many actors answer many others, by matrix products: the same as one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.engine.columns import Numbers, Positions, Vectors
from matcher.engine.complementarity import ANSWERED
from matcher.engine.index import ActorIndex
from matcher.engine.kernels import tiles
from matcher.engine.matching import MatchModel, logit
from matcher.engine.rows import Small
from matcher.engine.statements import StatementBlock
from matcher.engine.terms import Weights as TermWeights

UNPROVED = logit(ANSWERED) - 1e-3
"""Log-odds of every need's best answer below which no direction comes to :data:`ANSWERED`.

What further needs add is a share of the best, and the shares add up to less than 1.
"""


@dataclass(frozen=True)
class TileSide:
    """The rows of some actors in one role, laid out for products with many others.

    ``vectors`` is int8 of shape (rows, columns). ``cuts`` (actors + 1,) cuts the rows by actor,
    ``statements`` (actors + 1,) the statements, ``starts`` (statements + 1,) the rows by statement.
    """

    vectors: Small
    scales: Vectors
    term_scales: Vectors
    offsets: Positions
    codes: Numbers
    weights: TermWeights
    cuts: Positions
    statements: Positions
    starts: Positions

    @classmethod
    def of(cls, block: StatementBlock, actors: Positions) -> "TileSide":
        """Gather the rows of some actors."""
        rows, cuts = block.rows_of(actors)
        starts, statements = block.starts_of(actors)
        terms = block.rows.terms
        return cls(
            block.rows.vectors[rows],
            block.rows.scales[rows],
            terms.scales[rows],
            *terms.spelled(rows),
            cuts,
            statements,
            np.append(starts, len(rows)),
        )

    def laid_out(self, order: Positions, cuts: Positions) -> "Columns":
        """The rows as columns of products, for runs of ``cuts`` in some ``order``.

        First the first row of every run, then the second of those that have one, and so on: the
        best of each run is found by going straight through them.
        """
        lengths = np.diff(cuts)[order]
        rows, segments, done = [], [np.zeros((0, 3), dtype=np.int64)], 0
        for layer in range(int(lengths.max(initial=0))):
            runs = np.flatnonzero(lengths > layer)
            breaks = np.flatnonzero(np.diff(runs, prepend=-2) != 1)
            firsts = done + breaks
            done += len(runs)
            rows.append(cuts[order[runs]] + layer)
            segments.append(np.stack([firsts, np.append(firsts[1:], done), runs[breaks]], axis=1))
        kept = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
        return Columns(
            self.vectors[kept],
            self.scales[kept],
            self.term_scales[kept],
            self._postings(kept),
            np.concatenate(segments),
            len(order),
        )

    @cached_property
    def by_actor(self) -> tuple["Columns", Positions]:
        """Columns whose runs are actors, those who say most first; and the run of each actor."""
        order = np.argsort(-np.diff(self.cuts), kind="stable")
        return self.laid_out(order, self.cuts), _inverse(order)

    @cached_property
    def by_statement(self) -> tuple["Columns", Positions, Positions]:
        """Columns whose runs are statements: everybody's first one, then everybody's second.

        And the place of each actor among all, and the run from which n-th statements begin: that
        of an actor is the n-th start plus its place.
        """
        counts = np.diff(self.statements)
        place = _inverse(np.argsort(-counts, kind="stable"))
        owners = np.repeat(np.arange(len(counts)), counts)
        rank = np.arange(len(owners)) - self.statements[:-1][owners]
        order = np.lexsort((place[owners], rank))
        starts = np.append(0, np.cumsum(np.bincount(rank)))
        return self.laid_out(order, self.starts), place, starts.astype(np.int64)

    def _postings(
        self, kept: Positions
    ) -> tuple[Positions, Numbers, Positions, Numbers, TermWeights]:
        """The terms the other way round: for each code, its columns and its weight in each."""
        order = np.argsort(self.codes, kind="stable")
        codes, starts = np.unique(self.codes[order], return_index=True)
        rows = np.repeat(_inverse(kept).astype(np.int32), np.diff(self.offsets))
        keys, places = tiles.posting_slots(codes.astype(np.int64))
        cuts = np.append(starts, len(order)).astype(np.int64)
        return keys, places, cuts, rows[order], self.weights[order]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a :class:`TileSide` in the order in which :func:`tiles.best_answers` takes them."""

    vectors: Small
    scales: Vectors
    term_scales: Vectors
    postings: tuple[Positions, Numbers, Positions, Numbers, TermWeights]
    segments: Positions
    runs: int


def _inverse(order: Positions) -> Positions:
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order))
    return found


@dataclass(frozen=True)
class Tile:
    """Some actors of one index, with their needs and their offers."""

    index: ActorIndex
    actors: Positions
    needs: TileSide
    offers: TileSide

    @classmethod
    def of(cls, index: ActorIndex, actors: Positions) -> "Tile":
        """Gather the statements of some actors."""
        sides = (TileSide.of(block, actors) for block in (index.needs, index.offers))
        return cls(index, actors, *sides)


def tiled(index: ActorIndex, actors: Positions, size: int) -> Iterator[Tile]:
    """Cut some actors into tiles of at most ``size``."""
    for start in range(0, len(actors), size):
        yield Tile.of(index, actors[start : start + size])


def answers_between(one: Tile, many: Tile) -> tuple[Vectors, Vectors]:
    """The best log-odds of every need of two tiles with what the other side offers.

    float32 of shape (needs of one, actors of many) in the order of ``many.offers.by_actor``, and
    (actors of one, needs of many) in that of ``many.needs.by_statement``.
    """
    model = one.index.model
    asked = _best(one.needs, one.needs.starts, many.offers.by_actor[0], model)
    return asked, _best(one.offers, one.offers.cuts, many.needs.by_statement[0], model)


def _best(mine: TileSide, cuts: Positions, theirs: Columns, model: MatchModel) -> Vectors:
    return tiles.best_answers(
        model.multiply(mine.vectors, theirs.vectors),
        cuts,
        theirs.runs,
        theirs.segments,
        (mine.scales, theirs.scales),
        mine.offsets,
        mine.codes,
        mine.weights,
        (mine.term_scales, theirs.term_scales),
        theirs.postings,
        np.float32(model.lexical),
        np.float32(model.bias),
    )
