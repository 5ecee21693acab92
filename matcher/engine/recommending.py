"""The one path of a recommendation: candidates, features, score, rank, reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Protocol

import numpy as np

from matcher.engine.candidates import Direction, Filters, Sides, candidates, passing
from matcher.engine.columns import Bools, Floats, Positions, code_of
from matcher.engine.complementarity import ANSWERED, exchanges
from matcher.engine.features import FeatureTable, features
from matcher.engine.index import ActorIndex
from matcher.engine.matching import logit
from matcher.engine.profiles import Actor
from matcher.engine.ranking import Ranked, rank
from matcher.engine.reasons import EXCHANGE, Explanation, explain
from matcher.engine.scoring import Score, Weights, logits, score_of
from matcher.engine.territory import acting_in, sitting


class Everybody(Protocol):
    """A snapshot, or one index alone."""

    @property
    def parts(self) -> tuple[ActorIndex, ...]:
        """Indexes that hold everybody once."""


@dataclass(frozen=True)
class Match:
    """A ranked pair; its exact score and its reasons are worked out when asked for."""

    weights: Weights
    one: ActorIndex
    a: int
    many: ActorIndex
    b: int
    features: Floats

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
class Question:
    """What is asked besides who asks: filters, weights, and the least score worth showing."""

    filters: Filters
    weights: Weights
    minimum_score: float


def partners_of(
    one: ActorIndex, a: int, many: Everybody, question: Question, first: int | None = None
) -> list[Match]:
    """Rank whom actor ``a`` of ``one`` should meet in ``many``, best first, ``first`` at most."""
    pairs = [
        pair
        for part in many.parts
        for pair in _pairs(one, a, part, candidates(one, a, part, question.filters), question)
    ]
    return _ranked(pairs, question.weights, first)


def synergies_of(many: Everybody, question: Question, first: int | None = None) -> list[Match]:
    """Rank the pairs of a territory, best first, without an actor coming back at every line.

    Both actors act in one of the territories of the filters and one of them at least sits there;
    a domain or a public asked for must hold for the partner found. Ask for the ``first`` pairs
    that are to be shown: ordering all of them takes very long where there are many.
    """
    pairs: list[Ranked] = []
    for one, part in product(many.parts, repeat=2):
        for a in _acting(one, question):
            others = candidates(one, int(a), part, question.filters)
            others = others[_seated(one, int(a), part, others, question.filters)]
            if _same_side_allowed(question):
                others = others[_orders_once(one, int(a), part, others)]
            pairs += _pairs(one, int(a), part, others, question, both=True)
    return _ranked(pairs, question.weights, first)


def _acting(index: ActorIndex, question: Question) -> Positions:
    """The first actors of pairs: social workers, and with ``sides=any`` everyone."""
    inside = replace(question.filters, domains=(), publics=(), direction=None)
    side = None if _same_side_allowed(question) else 1
    if inside.territories:
        acting = acting_in(index, code_of(inside.territories), side)
    else:
        acting = sitting(index, np.ones(len(index.whereabouts.widest[0]), dtype=np.bool_), side)
    return np.asarray(acting[passing(index, acting, inside)])


def _same_side_allowed(question: Question) -> bool:
    return question.filters.sides is Sides.ANY


def _orders_once(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Bools:
    """Keep each unordered pair once: a social worker before an entrepreneur, then by identity."""
    worker = one.columns.social_workers[a]
    later = many.columns.identities[others] > one.columns.identities[a]
    return np.asarray(np.where(many.columns.social_workers[others] == worker, later, worker))


def _seated(
    one: ActorIndex, a: int, many: ActorIndex, others: Positions, filters: Filters
) -> Bools:
    """Pairs of whom one at least sits in the territories."""
    if not filters.territories:
        return np.ones(len(others), dtype=np.bool_)
    wanted = code_of(filters.territories)
    sites = many.columns.sites.containing.overlaps(wanted)
    sits = one.columns.sites.containing.overlaps(wanted)[one.columns.site[a]]
    return np.asarray(sites[many.columns.site[others]] | sits)


def _pairs(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    others: Positions,
    question: Question,
    *,
    both: bool = False,
) -> list[Ranked]:
    """Who is worth proposing: what no sentence of both profiles proves is not."""
    exchanged = exchanges(one, a, many, others)
    proved = np.flatnonzero(np.maximum(*exchanged) >= ANSWERED)
    if not len(proved):
        return []
    others = others[proved]
    table = features(one, a, many, others, exchanged.take(proved))
    worth = np.round(logits(table, question.weights), 5)
    keep = np.flatnonzero(_wanted(table, worth, question))
    return [
        _waiting(one, a, many, int(others[k]), table.values[k], float(worth[k]), both) for k in keep
    ]


def _wanted(table: FeatureTable, worth: Floats, question: Question) -> Bools:
    enough = worth >= logit(min(max(question.minimum_score, 1e-9), 1 - 1e-9))
    received, given = table.probability("a_to_b"), table.probability("b_to_a")
    wanted = {
        None: np.ones(len(worth), dtype=np.bool_),
        Direction.MUTUAL: np.minimum(received, given) >= EXCHANGE,
        Direction.NEEDS: received >= EXCHANGE,
        Direction.OFFERS: given >= EXCHANGE,
    }
    return enough & wanted[question.filters.direction]


def _waiting(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    b: int,
    values: Floats,
    worth: float,
    both: bool,
) -> Ranked:
    mine, theirs = one.columns, many.columns
    exposes: tuple[int, ...] = (int(theirs.identities[b]), int(theirs.organizations[b]))
    if both:
        exposes += (int(mine.identities[a]), int(mine.organizations[a]))
    return Ranked(
        f"{one.ids[a]}\n{many.ids[b]}",
        worth,
        (one, a, many, b, values),
        exposes,
        full=0 in (theirs.capacities[b], mine.capacities[a]),
        meeting=(int(mine.organizations[a]) if both else None, int(theirs.organizations[b])),
    )


def _ranked(pairs: list[Ranked], weights: Weights, first: int | None) -> list[Match]:
    return [Match(weights, *pair.found) for pair in rank(pairs, first)]


def fetch(matches: Iterable[Match]) -> None:
    """Read the profiles of what is to be shown, all at once."""
    wanted: dict[int, tuple[ActorIndex, list[int]]] = {}
    for match in matches:
        for part, position in ((match.one, match.a), (match.many, match.b)):
            wanted.setdefault(id(part), (part, []))[1].append(position)
    for part, positions in wanted.values():
        part.actors.fetch(positions)
