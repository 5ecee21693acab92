"""How sure a difference between two systems is: a confidence interval over the queries."""

from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats

RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 0
"""Fixed, so that the same rankings always give the same interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference, and the bounds between which it lies with 95 % confidence."""

    difference: float
    low: float
    high: float


def paired_interval(ours: Floats, theirs: Floats) -> Interval:
    """Mean of ``ours - theirs`` over queries, with its percentile bootstrap interval.

    Both are float64 of shape (queries,), the same queries in the same order. Queries are drawn
    again with replacement, each with both its figures, 2,000 times (Efron and Tibshirani 1993,
    *An Introduction to the Bootstrap*, chapter 13; Sakai 2006, *Evaluating evaluation metrics
    based on the bootstrap*, for paired systems in retrieval). Raises ValueError when the shapes
    differ or there is no query.
    """
    if ours.shape != theirs.shape or not ours.size:
        raise ValueError(f"{ours.shape} figures against {theirs.shape}")
    differences = ours - theirs
    shape = (RESAMPLES, len(differences))
    drawn = np.random.default_rng(SEED).integers(len(differences), size=shape, dtype=np.int32)
    means = differences[drawn].mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return Interval(float(differences.mean()), float(low), float(high))
