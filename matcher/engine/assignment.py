"""Which pairs to suggest this time: the most worth under everybody's capacity, nobody forgotten."""

from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Bools, Floats, Numbers, Positions
from matcher.engine.kernels import auction

WELCOME = 2.0
"""What the first suggestion to an actor is worth, in scores: one before anybody gets many."""

STEP = 0.002
"""By how much prices rise: the most that a suggestion may be short of the best choice."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """The pairs that may be suggested, between two sides that have no member in common.

    ``firsts`` and ``others`` are int64 positions of actors, ``worth`` float64 scores in [0, 1], all
    of shape (pairs,), no pair twice. ``capacity`` is int32 of shape (actors,): how many
    suggestions each may still receive.
    """

    firsts: Positions
    others: Positions
    worth: Floats
    capacity: Numbers


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was chosen, and how far from the best possible it can be at most.

    ``chosen`` are positions among the proposals, in their order. ``value`` adds up the worth of
    the chosen and what it is worth that actors get one at all; no choice has more than ``bound``.
    """

    chosen: Positions
    worth: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The certificate: what may be missing at most, as a share of the worth that was found."""
        return max(self.bound - self.value, 0.0) / self.worth if self.worth > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How suggestions fall on the actors of one side who could have one.

    ``coverage`` is the share of them who get at least one; ``gini`` of how many each gets, 0 when
    all get the same, near 1 when a few get everything (Gini 1912).
    """

    actors: int
    coverage: float
    gini: float
    most: int


def assign(proposals: Proposals, *, welcome: float = WELCOME, step: float = STEP) -> Assignment:
    """Choose the pairs of greatest worth under the capacities.

    Each actor's first suggestion counts ``welcome`` more, which spreads them: at 0 only worth
    counts. The result is within ``step`` a suggestion of the best choice, and the same for the
    same proposals. Raises ValueError on a worth that is not in [0, 1].
    """
    if len(proposals.worth) and not (0 <= proposals.worth.min() <= proposals.worth.max() <= 1):
        raise ValueError("worth outside of [0, 1]")
    order = np.lexsort((proposals.others, proposals.firsts))
    bidders, bids = np.unique(proposals.firsts[order], return_counts=True)
    sellers, others = np.unique(proposals.others[order], return_inverse=True)
    market = (
        np.concatenate([[0], np.cumsum(bids)]).astype(np.int64),
        others.astype(np.int32),
        proposals.worth[order],
        np.maximum(proposals.capacity[bidders], 0),
        np.concatenate([[0], np.cumsum(np.maximum(proposals.capacity[sellers], 0))]),
        float(welcome),
    )
    held, prices = auction.hold_auction(*market, float(step))
    chosen = np.sort(order[held])
    worth = float(proposals.worth[chosen].sum())
    met = len(np.unique(proposals.firsts[chosen])) + len(np.unique(proposals.others[chosen]))
    bound = float(auction.upper_bound(*market, prices))
    return Assignment(chosen, worth, worth + welcome * met, bound)


def plain_top(proposals: Proposals) -> Positions:
    """What mailing everybody's best would choose: the measure that an assignment is beside.

    Each first takes as many of its best partners as its capacity, and each partner keeps as many
    of its best callers as its own. Positions among the proposals, in their order; equal ones go by
    position.
    """
    asked = _best_of(proposals.firsts, proposals, np.ones(len(proposals.worth), dtype=np.bool_))
    return np.flatnonzero(_best_of(proposals.others, proposals, asked))


def spread(owners: Positions, chosen: Positions) -> Spread:
    """How the ``chosen`` proposals fall on their ``owners``, one of the two ends of each."""
    actors = np.unique(owners)
    counts = np.sort(np.bincount(np.searchsorted(actors, owners[chosen]), minlength=len(actors)))
    if not len(actors):
        return Spread(0, 0.0, 0.0, 0)
    ranks = np.arange(1, len(counts) + 1)
    total = counts.sum()
    gini = float((2 * ranks - len(counts) - 1) @ counts / (len(counts) * total)) if total else 0.0
    return Spread(len(actors), float((counts > 0).mean()), gini, int(counts[-1]))


def _best_of(owners: Positions, proposals: Proposals, among: Bools) -> Bools:
    """Of the proposals ``among``, those that are among the best their owners have room for."""
    some = np.flatnonzero(among)
    order = some[np.lexsort((some, -proposals.worth[some], owners[some]))]
    sorted_owners = owners[order]
    begins = np.searchsorted(sorted_owners, sorted_owners)
    rank = np.arange(len(order)) - begins
    kept = np.zeros(len(owners), dtype=np.bool_)
    kept[order[rank < proposals.capacity[sorted_owners]]] = True
    return kept
