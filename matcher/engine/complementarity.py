"""How well one actor's offers meet the other's needs: MaxSim over statements, then over needs."""

import numpy as np

from matcher.engine.columns import Floats, Positions, Vectors
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Role
from matcher.engine.statements import StatementBlock

NEXT_NEED = 0.15
"""What each further need adds, as a share of the one before it (needs sorted, best met first)."""

WORTH_READING_ALL = 0.25
"""Share of the vectors from which reading all of them in order is quicker than copying these."""

ANSWERED = 0.35
"""Complementarity from which a direction can be shown: its best need is at least as probable."""


def brought_to(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Floats:
    """How well the offers of each other meet the needs of ``a``: float64 (others,) in [0, 1)."""
    rows, offsets = many.offers.rows_of(others)
    answers = answers_between(one, a, Role.NEED, many, rows)
    starts, _ = one.needs.starts_of(np.array([a]))
    by_need = np.maximum.reduceat(answers, starts, axis=0) if len(starts) else answers
    by_other = _segment_maximum(by_need.T, offsets)
    return _discounted(-np.sort(-by_other, axis=1))


def brought_by(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Floats:
    """How well the offers of ``a`` meet the needs of each other: float64 (others,) in [0, 1)."""
    rows, _ = many.needs.rows_of(others)
    starts, offsets = many.needs.starts_of(others)
    answers = answers_between(one, a, Role.OFFER, many, rows)
    best = answers.max(axis=0) if len(answers) else np.zeros(len(rows), dtype=np.float32)
    by_need = np.maximum.reduceat(best, starts) if len(starts) else best[:0]
    return _discounted_segments(by_need, offsets)


def answers_between(
    one: ActorIndex, a: int, role: Role, many: ActorIndex, rows: Positions
) -> Vectors:
    """Probability that need and offer answer each other, passage by passage.

    Passages of ``a`` in ``role`` against ``rows`` of the opposite role: float32 of shape
    (passages of a, rows).
    """
    mine = one.block(role)
    other = many.block(Role.OFFER if role is Role.NEED else Role.NEED)
    span = slice(mine.actor_offsets[a], mine.actor_offsets[a + 1])
    products = _products(mine.vectors[span], other.vectors, rows)
    return one.model.probabilities(products, _lexical(mine, span, other)[:, rows])


def _products(mine: Vectors, others: Vectors, rows: Positions) -> Vectors:
    """Inner products with some rows of ``others``: float32 of shape (len(mine), len(rows))."""
    if len(rows) > WORTH_READING_ALL * len(others):
        return (mine @ others.T)[:, rows]
    return mine @ others[rows].T


def _lexical(mine: StatementBlock, span: slice, other: StatementBlock) -> Vectors:
    products = [other.terms.dot(passage.terms) for passage in mine.passages[span]]
    return np.array(products, dtype=np.float32).reshape(len(products), len(other.passages))


def _segment_maximum(values: Vectors, offsets: Positions) -> Vectors:
    """Maximum over each run of rows; runs without rows give 0."""
    result = np.zeros((len(offsets) - 1, values.shape[1]), dtype=values.dtype)
    filled = np.diff(offsets) > 0
    if filled.any():
        result[filled] = np.maximum.reduceat(values, offsets[:-1][filled], axis=0)
    return result


def _discounted(sorted_values: Vectors) -> Floats:
    """Geometric mean weights over columns sorted best first; one perfect need gives 0.85."""
    weights = (1 - NEXT_NEED) * NEXT_NEED ** np.arange(sorted_values.shape[1])
    return sorted_values.astype(np.float64) @ weights


def _discounted_segments(values: Vectors, offsets: Positions) -> Floats:
    """The same over runs of different lengths: sort each run best first, then weigh by rank."""
    owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    order = np.lexsort((-values, owners))
    ranks = np.arange(len(values)) - np.repeat(offsets[:-1], np.diff(offsets))
    worth = values[order].astype(np.float64) * (1 - NEXT_NEED) * NEXT_NEED**ranks
    return np.bincount(owners, weights=worth, minlength=len(offsets) - 1).astype(np.float64)
