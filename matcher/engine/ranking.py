"""In what order pairs are shown: best first, without showing one actor again and again."""

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable
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


def rank_lazily(pairs: Iterable[Ranked], first: int | None = None) -> list[Ranked]:
    """Order pairs greedily by logit less what repetition costs; ties go by id.

    Pairs come in decreasing order of logit, and are read only as far as needed. With ``first``,
    only that many places are filled: nobody reads a département's pairs to the end.

    Costs only grow as pairs are placed, so a pair whose cost is stale can go back into the heap
    and the result equals a full search at every place (Minoux 1978, the accelerated greedy). A
    pair is worth its logit at most: one that is not read yet cannot beat a better one in the heap.
    """
    shown: Counter[Hashable] = Counter()
    coming = _Coming(pairs)
    heap: list[tuple[float, str, Ranked]] = []
    ordered: list[Ranked] = []
    while (heap or coming.next is not None) and (first is None or len(ordered) < first):
        while coming.next is not None and (not heap or coming.next.logit >= -heap[0][0]):
            pair = coming.take()
            heapq.heappush(heap, (-_worth(pair, shown), pair.id, pair))
        cost, name, pair = heapq.heappop(heap)
        now = -_worth(pair, shown)
        if now > cost:
            heapq.heappush(heap, (now, name, pair))
            continue
        ordered.append(pair)
        shown.update((*pair.exposes, pair.meeting))
    return ordered


class _Coming:
    """An iterator whose next pair can be looked at."""

    def __init__(self, pairs: Iterable[Ranked]) -> None:
        self._rest = iter(pairs)
        self.next = next(self._rest, None)

    def take(self) -> Ranked:
        """Give the next pair, and look at the one after it."""
        assert self.next is not None
        taken, self.next = self.next, next(self._rest, None)
        return taken


def _worth(pair: Ranked, shown: Counter[Hashable]) -> float:
    repeated = sum(shown[key] for key in pair.exposes)
    doubled = 0 if pair.meeting is None else shown[pair.meeting]
    return pair.logit - REPEATED * repeated - DOUBLED * doubled - FULL * pair.full
