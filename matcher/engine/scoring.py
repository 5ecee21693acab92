"""From features to a score a person can read: a sum of contributions in log-odds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats
from matcher.engine.features import FEATURES, FeatureTable, features
from matcher.engine.index import ActorIndex
from matcher.engine.matching import logit, sigmoid

SURE = 1e-12
"""How near a score comes to 0 or to 1: sums beyond 28 nats would round to a certainty."""

Weights = Mapping[str, float]
"""Weight of each feature, in nats (log-odds) per unit of the feature."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to the log-odds of a pair: ``value * weight``."""

    feature: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """In nats; the contributions of a pair sum to ``logit(score)``."""
        return self.value * self.weight + 0.0  # no « -0.0 » for a reader


@dataclass(frozen=True, slots=True)
class Score:
    """The verdict on one pair (a, b), with everything it is made of."""

    contributions: tuple[Contribution, ...]

    @property
    def logit(self) -> float:
        """Sum of the contributions, in nats; in any order the same to the bit."""
        return math.fsum(part.contribution for part in self.contributions)

    @property
    def score(self) -> float:
        """Probability-like number in (0, 1): 0.5 is worth a look, 0.8 is rarely wrong."""
        return float(np.clip(sigmoid(np.array([self.logit]))[0], SURE, 1 - SURE))

    def value(self, feature: str) -> float:
        """The value of one feature."""
        return next(part.value for part in self.contributions if part.feature == feature)

    @property
    def complementarity(self) -> float:
        """Both directions as one number in [0, 1): the chance that at least one holds."""
        return -math.expm1(-self.value("a_to_b") - self.value("b_to_a"))

    def probability(self, direction: str) -> float:
        """How well the needs of one direction are met, in [0, 1)."""
        return -math.expm1(-self.value(direction))


def logits(table: FeatureTable, weights: Weights) -> Floats:
    """Log-odds of every pair of a table: float64 of shape (pairs,)."""
    return np.asarray(table.values @ np.array([weights[name] for name in FEATURES]))


def least_worth(minimum_score: float) -> float:
    """Log-odds from which a pair's score is at least ``minimum_score``; finite for 0 and 1 too."""
    return logit(min(max(minimum_score, 1e-9), 1 - 1e-9))


def score_pair(one: ActorIndex, a: int, many: ActorIndex, b: int, weights: Weights) -> Score:
    """Score one pair; the result is the same from both sides."""
    return score_of(features(one, a, many, np.array([b])).values[0], weights)


def score_of(values: Floats, weights: Weights) -> Score:
    """The score of one row of a feature table."""
    parts = zip(FEATURES, values, strict=True)
    return Score(tuple(Contribution(name, float(v), float(weights[name])) for name, v in parts))
