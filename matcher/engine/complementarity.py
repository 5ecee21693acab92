"""How well one actor's offers meet the other's needs: MaxSim over statements, then over needs."""

from typing import NamedTuple

import numpy as np

from matcher.engine.columns import Floats, Positions, Vectors
from matcher.engine.index import ActorIndex
from matcher.engine.kernels import answers
from matcher.engine.matching import sigmoid
from matcher.engine.profiles import Role

ANSWERED = 0.35
"""Complementarity from which a direction can be shown: its best need is at least as probable."""


class Exchanges(NamedTuple):
    """What each of some others brings to an actor, and what it brings to them.

    float64 of shape (others,), in [0, 1).
    """

    received: Floats
    given: Floats

    def take(self, chosen: Positions) -> "Exchanges":
        """The same for some of the others."""
        return Exchanges(self.received[chosen], self.given[chosen])


def exchanges(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Exchanges:
    """How well the offers of each other meet the needs of ``a``, and the reverse."""
    return Exchanges(_received(one, a, many, others), _given(one, a, many, others))


def _received(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Floats:
    if not one.needs.speaks(np.array([a]))[0]:
        return np.zeros(len(others))
    rows, cuts = many.offers.rows_of(others)
    logits = logits_between(one, a, Role.NEED, many, rows)
    starts = one.needs.starts_of(np.array([a]))[0]
    best = answers.best_received(logits, np.append(starts, len(logits)), cuts)
    return answers.discounted(best.ravel(), len(starts) * np.arange(len(others) + 1))


def _given(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Floats:
    if not one.offers.speaks(np.array([a]))[0]:
        return np.zeros(len(others))
    rows, _ = many.needs.rows_of(others)
    logits = logits_between(one, a, Role.OFFER, many, rows)
    starts, cuts = many.needs.starts_of(others)
    best = answers.best_given(logits, np.append(starts, len(rows)))
    return answers.discounted(best, cuts)


def answers_between(
    one: ActorIndex, a: int, role: Role, many: ActorIndex, rows: Positions
) -> Vectors:
    """Probability that need and offer answer each other, passage by passage.

    Passages of ``a`` in ``role`` against ``rows`` of the opposite role: float32 of shape
    (passages of a, rows).
    """
    return sigmoid(logits_between(one, a, role, many, rows))


def logits_between(
    one: ActorIndex, a: int, role: Role, many: ActorIndex, rows: Positions
) -> Vectors:
    """The same in log-odds; every comparison of a need with an offer goes through here or batch."""
    mine = one.block(role).rows
    theirs = many.block(Role.OFFER if role is Role.NEED else Role.NEED).rows
    return answers.logits_between(
        *mine.plain(),
        *theirs.plain(),
        mine.actor_offsets[a],
        mine.actor_offsets[a + 1],
        rows,
        np.float32(one.model.lexical),
        np.float32(one.model.bias),
    )
