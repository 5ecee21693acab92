"""The one path of a recommendation: candidates, features, score, rank, reasons."""

from collections.abc import Hashable
from typing import Protocol

import numpy as np

from matcher.engine.best_first import Prospects
from matcher.engine.candidates import candidates
from matcher.engine.complementarity import ANSWERED, exchanges
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Match, Pairs, Question, fetch, first_matches
from matcher.engine.protocols import SideBySide, one_by_one
from matcher.engine.synergies import best_pairs

PAIRS_AT_FIRST = 2_000
"""Best pairs of a territory worked out for its first page; more where it comes to need them."""

__all__ = ["Match", "Question", "fetch", "known_of", "partners_of", "synergies_of"]


class Everybody(Protocol):
    """A snapshot, or one index alone."""

    @property
    def parts(self) -> tuple[ActorIndex, ...]:
        """Indexes that hold everybody once."""


def partners_of(
    one: ActorIndex, a: int, many: Everybody, question: Question, first: int | None = None
) -> list[Match]:
    """Rank whom actor ``a`` of ``one`` should meet in ``many``, best first, ``first`` at most."""
    pairs = [_partners(one, a, part, question) for part in many.parts]
    return first_matches(pairs, question.weights, first) or []


Kept = dict[Hashable, tuple[int | None, list[Pairs], float]]
"""Best pairs of territories that were asked for: how many were worked out, and from which worth."""


def synergies_of(
    many: Everybody,
    question: Question,
    first: int | None = None,
    kept: Kept | None = None,
    side_by_side: SideBySide = one_by_one,
) -> list[Match]:
    """Rank the pairs of a territory, best first, without an actor coming back at every line.

    Both actors act in one of the territories of the filters and one of them at least sits there;
    a domain or a public asked for must hold for the partner found. Ask for the ``first`` pairs
    that are to be shown: ordering all of them takes very long where there are many. ``kept``
    holds what was worked out for earlier questions to the same ``many``.
    """
    key = _key(question)
    most = PAIRS_AT_FIRST if first is not None else None
    while True:
        if kept is None or key not in kept or kept[key][0] != most:
            pairs, least = best_pairs(many.parts, question, most, side_by_side)
            if kept is not None:
                kept[key] = (most, pairs, least)
        else:
            _, pairs, least = kept[key]
        found = first_matches(pairs, question.weights, first, both=True, least=least)
        if found is not None or most is None:
            return found or []
        most *= 8


def known_of(kept: Kept, question: Question) -> tuple[int, bool] | None:
    """How many pairs were worked out for a question that was asked, and whether these are all.

    ``None`` where it was not asked. Pairs beyond the best are told of as « more than » these.
    """
    found = kept.get(_key(question))
    return found and (sum(len(pairs.firsts) for pairs in found[1]), found[2] == -np.inf)


def _key(question: Question) -> Hashable:
    return (question.filters, tuple(sorted(question.weights.items())), question.minimum_score)


def _partners(one: ActorIndex, a: int, many: ActorIndex, question: Question) -> Prospects:
    """Who is worth proposing: what no sentence of both profiles proves is not."""
    others = candidates(one, a, many, question.filters)
    exchanged = exchanges(one, a, many, others)
    proved = np.flatnonzero(np.maximum(*exchanged) >= ANSWERED)
    firsts = np.full(len(proved), a, dtype=np.int64)
    return Prospects(one, firsts, many, others[proved], exchanged.take(proved), question)
