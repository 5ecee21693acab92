"""What the features of a pair weigh is learned from meetings that readers judged."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.columns import Bools
from matcher.engine.features import FEATURES, FeatureTable
from matcher.engine.matching import sigmoid
from matcher.engine.scoring import logits
from models.training.scores import (
    JudgedMeetings,
    Meeting,
    Weights,
    fit_weights,
    judge,
    out_of_fold,
    read_meetings,
)

COMMITTED = Path(str(files("data") / "labelled" / "judged_meetings" / "pairs.jsonl"))
DECLARED = {"territory": 1.5, "relation": -0.7, "freshness": 0.2}
SEEN = {"a_to_b": 2.0, "b_to_a": 2.0, "domain": 1.0, "publics": 0.5, "one_way": 0.7}
BASE = -2.0


def test_weights_are_recovered_from_verdicts_drawn_by_them() -> None:
    weights = fit_weights(_judged(8_000), DECLARED)

    assert list(weights) == list(FEATURES)
    assert {name: weights[name] for name in SEEN} == pytest.approx(SEEN, abs=0.2)
    assert all(value == round(value, 3) for value in weights.values())


def test_both_directions_share_a_weight_even_where_one_is_seen_to_matter_more() -> None:
    judged = _judged(2_000)
    only_a_gets = judged.table.column("a_to_b") > 0.7

    weights = fit_weights(_told(judged, only_a_gets), DECLARED)

    assert weights["a_to_b"] == weights["b_to_a"] > 0


def test_declared_weights_are_kept_whatever_the_verdicts() -> None:
    judged = _judged(1_000)
    near = judged.table.column("territory") < 0.2

    for glad in (judged.glad, near):
        weights = fit_weights(_told(judged, glad), DECLARED)
        assert {name: weights[name] for name in DECLARED} == DECLARED


@pytest.mark.parametrize("declared", [DECLARED, dict.fromkeys(DECLARED, 0.0)])
def test_pairs_at_the_mean_of_what_readers_did_not_see_score_as_judged(declared: Weights) -> None:
    judged = _judged(2_000)
    values = judged.table.values.copy()
    for name in DECLARED:
        values[:, FEATURES.index(name)] = values[:, FEATURES.index(name)].mean()
    usual = FeatureTable(values)

    weights = fit_weights(judged, declared)

    assert sigmoid(logits(usual, weights)).mean() == pytest.approx(judged.glad.mean(), abs=0.001)


def test_a_social_worker_takes_no_part_in_their_own_scores_out_of_fold() -> None:
    judged = _judged(600)
    own = np.array([worker == "worker 4" for worker in judged.social_workers])

    found, changed = (
        out_of_fold(some, DECLARED) for some in (judged, _told(judged, judged.glad ^ own))
    )

    assert found[own].tolist() == changed[own].tolist()
    assert found[~own].tolist() != changed[~own].tolist()
    assert ((found > 0) & (found < 1)).all()


def test_a_verdict_gives_the_pair_and_two_pairs_of_one_way() -> None:
    values = dict(zip(FEATURES, np.linspace(0.1, 0.9, len(FEATURES)), strict=True))
    values["one_way"] = 0.0
    meeting = Meeting("a", "b", ((True, True, False), (False, False, True)))

    judged = judge([meeting], [FeatureTable(np.array([list(values.values())]))])

    only_a_gets = values | {"b_to_a": 0.0, "one_way": 1.0}
    only_b_gets = values | {"a_to_b": 0.0, "one_way": 1.0}
    rows = [list(one.values()) for one in (values, only_a_gets, only_b_gets)]
    assert judged.table.values.tolist() == rows * 2
    assert judged.glad.tolist() == [True, True, False, False, False, True]
    assert judged.social_workers == ("a",) * 6


def test_meetings_go_with_the_features_beside_them() -> None:
    meetings = [Meeting(name, "b", ((True, False, False),)) for name in ("one", "two")]
    tables = [FeatureTable(np.full((1, len(FEATURES)), value)) for value in (0.25, 0.75)]

    judged = judge(meetings, tables)

    assert judged.social_workers == ("one",) * 3 + ("two",) * 3
    assert judged.table.column("base").tolist() == [0.25] * 3 + [0.75] * 3


def test_a_grade_of_two_answers_and_of_one_does_not(tmp_path: Path) -> None:
    judgements = [{"meet": 1, "a_gets": 2, "b_gets": 1}, {"meet": 0, "a_gets": 0, "b_gets": 3}]
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps({"a": "x", "b": "y", "judgements": judgements}), encoding="utf-8")

    (meeting,) = read_meetings(path)

    assert meeting == Meeting("x", "y", ((True, True, False), (False, False, True)))


def test_the_committed_meetings_are_350_and_each_has_two_verdicts() -> None:
    meetings = read_meetings(COMMITTED)

    assert len(meetings) == 350
    assert {len(meeting.verdicts) for meeting in meetings} == {2}
    assert len({(meeting.a, meeting.b) for meeting in meetings}) == 350


def _judged(count: int) -> JudgedMeetings:
    """Pairs drawn at random, and verdicts of readers who only look at what :data:`SEEN` weighs."""
    random = np.random.default_rng(11)
    table = FeatureTable(random.random((count, len(FEATURES))))
    table.values[:, FEATURES.index("base")] = 1.0
    weights = dict.fromkeys(FEATURES, 0.0) | SEEN | {"base": BASE}
    glad = random.random(count) < sigmoid(logits(table, weights))
    return JudgedMeetings(table, tuple(f"worker {k % 20}" for k in range(count)), glad)


def _told(judged: JudgedMeetings, glad: Bools) -> JudgedMeetings:
    return JudgedMeetings(judged.table, judged.social_workers, glad)
