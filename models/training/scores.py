"""Fit what the features of a pair weigh, on meetings that readers judged.

A logistic regression (scikit-learn) of « glad to have been suggested this meeting ». Both
directions share one weight, so that a score is the same from both sides. Distance, acquaintance
and freshness were kept from the readers: their weights are declared, not fitted, and the base is
set so that a pair at the mean of the judged ones scores what the readers said.
"""

import json
from collections.abc import Mapping, Sequence
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
FITTED = ("domain", "publics", "one_way")
"""Besides the directions: what else of a pair the readers could see."""

ANSWERED = 2
"""Grade from which a reader finds that one's offers answer the other's needs."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A pair of actors, by id, and what each reader said: meet at all, a gets, b gets."""

    a: str
    b: str
    verdicts: tuple[tuple[bool, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class JudgedMeetings:
    """Features of judged pairs, row by row; whose pair each is; what a reader said of it."""

    table: FeatureTable
    social_workers: tuple[str, ...]
    glad: Bools


def read_meetings(path: Path) -> list[Meeting]:
    """The judged meetings of a JSONL file (see the README beside it)."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Meeting(row["a"], row["b"], tuple(map(_verdict, row["judgements"]))) for row in rows]


def judge(meetings: Sequence[Meeting], tables: Sequence[FeatureTable]) -> JudgedMeetings:
    """Rows to learn from: each pair as it is, and as it would be if nothing could flow back.

    ``tables`` hold the one pair of each meeting. The readers graded both directions, so a pair is
    also two one-way pairs: that of somebody who only tells a need, and of a directory of offers.
    """
    rows, workers, glad = [], [], []
    for meeting, table in zip(meetings, tables, strict=True):
        for meet, a_gets, b_gets in meeting.verdicts:
            rows += [table.values[0], _one_way(table, "b_to_a"), _one_way(table, "a_to_b")]
            glad += [meet, a_gets, b_gets]
            workers += [meeting.a] * 3
    return JudgedMeetings(FeatureTable(np.array(rows)), tuple(workers), np.array(glad))


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


def _verdict(judgement: Mapping[str, int]) -> tuple[bool, bool, bool]:
    a_gets, b_gets = judgement["a_gets"] >= ANSWERED, judgement["b_gets"] >= ANSWERED
    return bool(judgement["meet"]), a_gets, b_gets


def _one_way(table: FeatureTable, silent: str) -> Floats:
    values: Floats = table.values[0].copy()
    values[FEATURES.index(silent)] = 0.0
    values[FEATURES.index("one_way")] = 1.0
    return values


def _visible(table: FeatureTable) -> Floats:
    both = sum((table.column(name) for name in DIRECTIONS), np.zeros(len(table.values)))
    return np.column_stack([both, *(table.column(name) for name in FITTED)])


def _taken(judged: JudgedMeetings, rows: Bools) -> JudgedMeetings:
    workers = tuple(w for w, kept in zip(judged.social_workers, rows, strict=True) if kept)
    return JudgedMeetings(FeatureTable(judged.table.values[rows]), workers, judged.glad[rows])
