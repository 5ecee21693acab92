"""Whether a probability means what it says, on pairs that a reader judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from matcher.engine.columns import Floats

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of like probability: their number, mean probability and share that answer."""

    low: float
    high: float
    pairs: int
    probability: float
    answered: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Area under the ROC curve, expected calibration error, and the bins that hold a pair."""

    pairs: int
    auc: float
    error: float
    bins: tuple[Bin, ...]


def read_calibration(told: Mapping[str, Any]) -> Calibration:
    """A calibration as the artefact of matching keeps it (``fitted.json``)."""
    bins = tuple(Bin(**one) for one in told["bins"])
    return Calibration(told["pairs"], told["auc"], told["error"], bins)


def calibration_of(probabilities: Floats, answers: NDArray[np.int64]) -> Calibration:
    """Compare probabilities with what was judged (1 answers, 0 does not), both (pairs,).

    The error is the mean distance between probability and share answered over ten bins of equal
    width, weighed by their pairs (Naeini, Cooper and Hauskrecht 2015, *Obtaining well calibrated
    probabilities using Bayesian binning*). Raises ValueError when only one class is there.
    """
    if len(set(answers.tolist())) < 2:
        raise ValueError("pairs of both classes are needed")
    placed = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    bins = tuple(
        Bin(
            b / BINS,
            (b + 1) / BINS,
            int(held.sum()),
            float(probabilities[held].mean()),
            float(answers[held].mean()),
        )
        for b in range(BINS)
        if (held := placed == b).any()
    )
    error = sum(b.pairs * abs(b.probability - b.answered) for b in bins) / len(answers)
    return Calibration(len(answers), float(roc_auc_score(answers, probabilities)), error, bins)
