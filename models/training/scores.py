"""Fit what the features of a pair weigh, on meetings that readers judged.

A logistic regression (scikit-learn) of « glad to have been suggested this meeting ». Both
directions share one weight, so that a score is the same from both sides. Distance, acquaintance
and freshness were kept from the readers: their weights are declared, not fitted, and the base is
set so that a pair at the mean of the judged ones scores what the readers said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.engine.columns import Bools, Floats
from matcher.engine.features import FEATURES, FeatureTable
from matcher.engine.matching import sigmoid
from matcher.engine.scoring import logits
from models.training.fusion import DIGITS, INVERSE_REGULARISATION, folds

DIRECTIONS = ("a_to_b", "b_to_a")
FITTED = ("domain", "publics")
"""Besides the directions: what else of a pair the readers could see."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A pair of actors, by id, and what each reader said of meeting."""

    a: str
    b: str
    glad: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class JudgedMeetings:
    """Features of judged pairs, row by row, one row per reader; whose pair it is; the verdict."""

    table: FeatureTable
    social_workers: tuple[str, ...]
    glad: Bools


def read_meetings(path: Path) -> list[Meeting]:
    """The judged meetings of a JSONL file (see the README beside it)."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Meeting(row["a"], row["b"], tuple(bool(j["meet"]) for j in row["judgements"]))
        for row in rows
    ]


def fit_weights(judged: JudgedMeetings, declared: Weights) -> dict[str, float]:
    """The weight of every feature: those ``declared``, those fitted, and ``base``."""
    regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000)
    regression.fit(_visible(judged.table), judged.glad)
    direction, *others = (float(value) for value in regression.coef_[0])
    fitted = dict.fromkeys(DIRECTIONS, direction) | dict(zip(FITTED, others, strict=True))
    usual = sum(declared[name] * judged.table.column(name).mean() for name in declared)
    weights = dict(declared) | fitted | {"base": float(regression.intercept_[0]) - usual}
    return {name: round(weights[name], DIGITS) for name in FEATURES}


def out_of_fold(judged: JudgedMeetings, declared: Weights) -> Floats:
    """Score of each judged pair by weights fitted without its social worker: (rows,)."""
    found = np.zeros(len(judged.glad))
    for fold in folds(judged.social_workers):
        weights = fit_weights(_taken(judged, ~fold), declared)
        found[fold] = sigmoid(logits(FeatureTable(judged.table.values[fold]), weights))
    return found


def _visible(table: FeatureTable) -> Floats:
    both = sum((table.column(name) for name in DIRECTIONS), np.zeros(len(table.values)))
    return np.column_stack([both, *(table.column(name) for name in FITTED)])


def _taken(judged: JudgedMeetings, rows: Bools) -> JudgedMeetings:
    workers = tuple(w for w, kept in zip(judged.social_workers, rows, strict=True) if kept)
    return JudgedMeetings(FeatureTable(judged.table.values[rows]), workers, judged.glad[rows])
