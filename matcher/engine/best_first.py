"""An asker's pairs judged only as far as the page needs them, the most promising first."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats, Positions
from matcher.engine.complementarity import Exchanges
from matcher.engine.features import freshness, one_way, proof
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Question, worth_proposing
from matcher.engine.ranking import Ranked
from matcher.engine.scoring import least_worth

JUDGED_AT_FIRST = 160
"""Pairs judged before the first is given; each time it takes more, twice as many as before."""

SLACK = 1e-4
"""Nats by which rounding may bring a pair above what it is worth at most."""


@dataclass(frozen=True, slots=True)
class Prospects:
    """Pairs (firsts[k], others[k]) of two indexes, and what they exchange: not judged yet."""

    one: ActorIndex
    firsts: Positions
    many: ActorIndex
    others: Positions
    exchanged: Exchanges
    question: Question

    def ranked(self, both: bool) -> Iterator[Ranked]:
        """The same as :meth:`Pairs.ranked` of all of them, judged in the meantime.

        A pair is given once no other can be worth more, by what is known of it before it is
        judged: what the two exchange and how fresh they are, and at best everything in common.
        """
        heads: list[tuple[float, int, Ranked, Iterator[Ranked]]] = []
        for number, (some, beyond) in enumerate(_in_turn(self._at_most())):
            _push(heads, number, self._judged(some, both))
            while heads and -heads[0][0] >= beyond:
                _, mine, pair, rest = heapq.heappop(heads)
                yield pair
                _push(heads, mine, rest)

    def _judged(self, some: Positions, both: bool) -> Iterator[Ranked]:
        pairs = worth_proposing(
            self.one,
            self.firsts[some],
            self.many,
            self.others[some],
            self.exchanged.take(some),
            self.question,
        )
        return pairs.ranked(both)

    def _at_most(self) -> Floats:
        """Log-odds that no pair exceeds; minus infinity for those that cannot be proposed."""
        one, firsts, many, others = self.one, self.firsts, self.many, self.others
        weights = self.question.weights
        rest = sum(max(0.0, weights[name]) for name in ("territory", "domain", "relation"))
        rest += abs(weights["publics"])  # the one feature that can be negative
        fresh = freshness(one.columns, firsts, many.columns, others, many.today)
        found = weights["base"] + rest + SLACK + weights["freshness"] * fresh
        found += weights["one_way"] * one_way(one, firsts, many, others)
        found += weights["a_to_b"] * proof(self.exchanged.received)
        found += weights["b_to_a"] * proof(self.exchanged.given)
        least = least_worth(self.question.minimum_score)
        return np.where(found >= least, found, -np.inf)


def _in_turn(at_most: Floats) -> Iterator[tuple[Positions, float]]:
    """Positions of the largest numbers, then of the next; what none of the rest exceeds."""
    left, size = np.flatnonzero(at_most > -np.inf), JUDGED_AT_FIRST
    while len(left) > size:
        split = np.argpartition(-at_most[left], size)
        some, left = left[split[:size]], left[split[size:]]
        yield some, float(at_most[left].max())
        size *= 2
    if len(left):
        yield left, -np.inf


def _push(
    heads: list[tuple[float, int, Ranked, Iterator[Ranked]]], number: int, rest: Iterator[Ranked]
) -> None:
    pair = next(rest, None)
    if pair is not None:
        heapq.heappush(heads, (-pair.logit, number, pair, rest))
