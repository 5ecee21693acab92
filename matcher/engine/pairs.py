"""Pairs that are worth proposing, with what they are judged on, and the order they are shown in."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from matcher.engine.candidates import Direction, Filters
from matcher.engine.columns import Bools, Floats, Positions
from matcher.engine.complementarity import Exchanges
from matcher.engine.features import FeatureTable, judge
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor
from matcher.engine.ranking import Ranked, rank_lazily
from matcher.engine.reasons import EXCHANGE, Explanation, explain
from matcher.engine.scoring import Score, Weights, least_worth, logits, score_of


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked besides who asks: filters, weights, and the least score worth showing."""

    filters: Filters
    weights: Weights
    minimum_score: float


@dataclass(frozen=True)
class Match:
    """A ranked pair; its exact score and its reasons are worked out when asked for."""

    weights: Weights
    one: ActorIndex
    a: int
    many: ActorIndex
    b: int
    features: Floats = field(compare=False)

    @property
    def actor(self) -> Actor:
        """The asker, or the first of the pair."""
        return self.one.actors[self.a]

    @property
    def partner(self) -> Actor:
        """Whom the asker should meet."""
        return self.many.actors[self.b]

    @cached_property
    def score(self) -> Score:
        """The exact score, the same whoever of the two asks."""
        return score_of(self.features, self.weights)

    @cached_property
    def explanation(self) -> Explanation:
        """Kind, reasons with evidence, distance."""
        return explain(self.one, self.a, self.many, self.b, self.score)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs (firsts[k], others[k]) of two indexes, best first, each with its row of features.

    ``worth`` is the log-odds of the score, rounded so that a tie is a tie, float64 (pairs,).
    """

    one: ActorIndex
    firsts: Positions
    many: ActorIndex
    others: Positions
    values: Floats
    worth: Floats

    def from_worth(self, least: float) -> "Pairs":
        """Those of them that are worth so much."""
        kept = np.flatnonzero(self.worth >= least)
        return Pairs(
            self.one,
            self.firsts[kept],
            self.many,
            self.others[kept],
            self.values[kept],
            self.worth[kept],
        )

    def ranked(self, both: bool) -> Iterator[Ranked]:
        """What ranking needs of each pair, made as it is asked for.

        With ``both``, showing a pair makes its first actor more visible too.
        """
        mine, theirs = self.one.columns, self.many.columns
        for k in range(len(self.firsts)):
            a, b = int(self.firsts[k]), int(self.others[k])
            exposes: tuple[int, ...] = (int(theirs.identities[b]), int(theirs.organizations[b]))
            if both:
                exposes += (int(mine.identities[a]), int(mine.organizations[a]))
            yield Ranked(
                f"{self.one.ids[a]}\n{self.many.ids[b]}",
                float(self.worth[k]),
                (self.one, a, self.many, b, self.values[k]),
                exposes,
                full=0 in (theirs.capacities[b], mine.capacities[a]),
                meeting=(
                    int(mine.organizations[a]) if both else None,
                    int(theirs.organizations[b]),
                ),
            )


def worth_proposing(
    one: ActorIndex,
    firsts: Positions,
    many: ActorIndex,
    others: Positions,
    exchanged: Exchanges,
    question: Question,
) -> Pairs:
    """Judge pairs, and keep those that the question wants to see."""
    table = judge(one, firsts, many, others, exchanged)
    worth = np.round(logits(table, question.weights), 5)
    kept = np.flatnonzero(_wanted(table, worth, question))
    kept = kept[np.argsort(-worth[kept], kind="stable")]
    return Pairs(one, firsts[kept], many, others[kept], table.values[kept], worth[kept])


class Ordered(Protocol):
    """Pairs that come best first."""

    def ranked(self, both: bool) -> Iterator[Ranked]:
        """What ranking needs of each pair, in decreasing order of worth."""


def first_matches(
    pairs: Iterable[Ordered],
    weights: Weights,
    first: int | None,
    *,
    both: bool = False,
    least: float = -np.inf,
) -> list[Match] | None:
    """The first places of all pairs together.

    Pairs worth less than ``least`` are not all there; ``None`` where one of them was needed.
    """
    streams = [some.ranked(both) for some in pairs]
    whole = _Whole(heapq.merge(*streams, key=lambda pair: -pair.logit), least)
    found = [Match(weights, *pair.found) for pair in rank_lazily(whole, first)]
    return None if whole.ended_early else found


class _Whole:
    """Pairs as long as all of them are there."""

    def __init__(self, pairs: Iterable[Ranked], least: float) -> None:
        self._pairs, self._least = pairs, least
        self.ended_early = False

    def __iter__(self) -> Iterator[Ranked]:
        for pair in self._pairs:
            if pair.logit < self._least:
                break
            yield pair
        self.ended_early = self._least > -np.inf


def _wanted(table: FeatureTable, worth: Floats, question: Question) -> Bools:
    enough = worth >= least_worth(question.minimum_score)
    received, given = table.probability("a_to_b"), table.probability("b_to_a")
    wanted = {
        None: np.ones(len(worth), dtype=np.bool_),
        Direction.MUTUAL: np.minimum(received, given) >= EXCHANGE,
        Direction.NEEDS: received >= EXCHANGE,
        Direction.OFFERS: given >= EXCHANGE,
    }
    return enough & wanted[question.filters.direction]


def fetch(matches: Iterable[Match]) -> None:
    """Read the profiles of what is to be shown, all at once."""
    wanted: dict[int, tuple[ActorIndex, list[int]]] = {}
    for match in matches:
        for part, position in ((match.one, match.a), (match.many, match.b)):
            wanted.setdefault(id(part), (part, []))[1].append(position)
    for part, positions in wanted.values():
        part.actors.fetch(positions)
