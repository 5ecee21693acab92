"""In what order pairs are shown: best first, without showing one actor again and again."""

import heapq
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

REPEATED = 0.4
"""Nats taken from a pair for each earlier pair that shows the same actor or organisation."""

DOUBLED = 3.0
"""Nats taken from a pair for each earlier pair of the same two organisations."""

FULL = 2.0
"""Nats taken from a pair whose partner takes nobody new this month."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pair waiting for its rank; ``found`` is whatever the caller knows it by.

    ``exposes`` are those whom showing it makes more visible; pairs with the same ``meeting``
    bring the same organisations together (``None``: like no other).
    """

    id: str
    logit: float
    found: Any
    exposes: tuple[Hashable, ...] = ()
    full: bool = False
    meeting: Hashable | None = None


def rank(pairs: Sequence[Ranked], first: int | None = None) -> list[Ranked]:
    """Order pairs greedily by logit less what repetition costs; ties go by id.

    With ``first``, only that many places are filled: the whole order of a département's pairs
    takes minutes, and nobody reads it to its end.

    Costs only grow as pairs are placed, so a pair whose cost is stale can go back into the heap
    and the result equals a full search at every place (Minoux 1978, the accelerated greedy).
    """
    shown: Counter[Hashable] = Counter()
    heap = [(-_worth(pair, shown), pair.id, number) for number, pair in enumerate(pairs)]
    heapq.heapify(heap)
    ordered: list[Ranked] = []
    places = len(pairs) if first is None else first
    while heap and len(ordered) < places:
        cost, name, number = heapq.heappop(heap)
        now = -_worth(pairs[number], shown)
        if now > cost:
            heapq.heappush(heap, (now, name, number))
            continue
        ordered.append(pairs[number])
        shown.update((*pairs[number].exposes, pairs[number].meeting))
    return ordered


def _worth(pair: Ranked, shown: Counter[Hashable]) -> float:
    repeated = sum(shown[key] for key in pair.exposes)
    doubled = 0 if pair.meeting is None else shown[pair.meeting]
    return pair.logit - REPEATED * repeated - DOUBLED * doubled - FULL * pair.full
