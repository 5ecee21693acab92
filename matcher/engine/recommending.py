"""The one path of a recommendation: candidates, features, score, rank, reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matcher.engine.candidates import Direction, Filters, candidates, within
from matcher.engine.columns import Bools, Floats, Positions
from matcher.engine.complementarity import ANSWERED
from matcher.engine.features import FeatureTable, features
from matcher.engine.index import ActorIndex
from matcher.engine.matching import logit
from matcher.engine.organizations import organization_of
from matcher.engine.profiles import Actor, Kind
from matcher.engine.ranking import Ranked, rank
from matcher.engine.reasons import EXCHANGE, Explanation, explain
from matcher.engine.scoring import Score, Weights, logits, score_pair


@dataclass(frozen=True)
class Match:
    """A ranked pair; its exact score and its reasons are worked out when asked for."""

    one: ActorIndex
    a: int
    many: ActorIndex
    b: int
    weights: Weights

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
        return score_pair(self.one, self.a, self.many, self.b, self.weights)

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
    one: ActorIndex, a: int, many: ActorIndex, question: Question, first: int | None = None
) -> list[Match]:
    """Rank whom actor ``a`` of ``one`` should meet in ``many``, best first, ``first`` at most."""
    pairs = _pairs(one, a, many, candidates(one, a, many, question.filters), question)
    return _ranked(one, many, pairs, question.weights, first)


def synergies_of(index: ActorIndex, question: Question, first: int | None = None) -> list[Match]:
    """Rank the pairs of a territory, best first, without an actor coming back at every line.

    Both actors act in one of the territories of the filters and one of them at least sits there;
    a domain or a public asked for must hold for the partner found. Ask for the ``first`` pairs
    that are to be shown: ordering all of them takes very long where there are many.
    """
    inside = replace(question.filters, domains=(), publics=(), direction=None)
    acting = within(index.columns, inside)
    pairs: list[Ranked] = []
    for a in np.flatnonzero(acting & _first_sides(index, question)):
        others = candidates(index, int(a), index, question.filters)
        others = others[_seated(index, int(a), others, question.filters)]
        if _same_side_allowed(question):
            others = others[_orders_once(index, int(a), others)]
        pairs += _pairs(index, int(a), index, others, question, both=True)
    return _ranked(index, index, pairs, question.weights, first)


def _first_sides(index: ActorIndex, question: Question) -> Bools:
    """Social workers come first in a pair; with ``sides=any`` everyone may."""
    return index.columns.social_workers | _same_side_allowed(question)


def _same_side_allowed(question: Question) -> bool:
    return question.filters.sides.value == "any"


def _orders_once(index: ActorIndex, a: int, others: Positions) -> Bools:
    """Keep each unordered pair once: a social worker before an entrepreneur, then by id."""
    workers = index.columns.social_workers
    later = others > a
    return np.where(workers[others] == workers[a], later, workers[a])


def _seated(index: ActorIndex, a: int, others: Positions, filters: Filters) -> Bools:
    wanted = frozenset(filters.territories)
    if not wanted or _sits_in(index.actors[a], wanted):
        return np.ones(len(others), dtype=np.bool_)
    return np.array([_sits_in(index.actors[other], wanted) for other in others], dtype=np.bool_)


def _sits_in(actor: Actor, wanted: Iterable[str]) -> bool:
    return actor.place is not None and not actor.place.containing.isdisjoint(wanted)


def _pairs(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    others: Positions,
    question: Question,
    *,
    both: bool = False,
) -> list[Ranked]:
    if not len(others):
        return []
    table = features(one, a, many, others)
    worth = np.round(logits(table, question.weights), 5)
    keep = np.flatnonzero(_wanted(table, worth, question))
    return [_waiting(one, a, many, int(others[k]), float(worth[k]), both) for k in keep]


def _wanted(table: FeatureTable, worth: Floats, question: Question) -> Bools:
    enough = worth >= logit(min(max(question.minimum_score, 1e-9), 1 - 1e-9))
    # What cannot be proved by a sentence of both profiles is not proposed.
    received, given = table.probability("a_to_b"), table.probability("b_to_a")
    enough &= np.maximum(received, given) >= ANSWERED
    wanted = {
        None: np.ones(len(worth), dtype=np.bool_),
        Direction.MUTUAL: np.minimum(received, given) >= EXCHANGE,
        Direction.NEEDS: received >= EXCHANGE,
        Direction.OFFERS: given >= EXCHANGE,
    }
    return enough & wanted[question.filters.direction]


def _waiting(one: ActorIndex, a: int, many: ActorIndex, b: int, worth: float, both: bool) -> Ranked:
    actor, partner = one.actors[a], many.actors[b]
    exposes = _exposes(partner) + (_exposes(actor) if both else ())
    full = 0 in (partner.capacity_per_month, actor.capacity_per_month)
    meeting = (organization_of(actor) if both else None, organization_of(partner))
    return Ranked(f"{actor.id}\n{partner.id}", worth, a, b, exposes, full, meeting)


def _exposes(actor: Actor) -> tuple[tuple[Kind, str], ...]:
    """One key per actor, and one for all who speak for the same organisation."""
    known_as = " ".join((actor.organization or actor.name).casefold().split())
    return ((actor.kind, actor.id), (actor.kind, "organization " + known_as))


def _ranked(
    one: ActorIndex, many: ActorIndex, pairs: list[Ranked], weights: Weights, first: int | None
) -> list[Match]:
    return [Match(one, pair.a, many, pair.b, weights) for pair in rank(pairs, first)]
