"""How much meaning, themes and words count is learned from labels, each set with the same voice."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.columns import Floats
from matcher.engine.index import IndexBuilder
from matcher.engine.matching import sigmoid
from matcher.engine.themes import ThemeModel
from models.analysis import analyse
from models.calibration import calibration_of
from models.evaluation import answer_probabilities
from models.hashing import HashingEncoder
from models.labelled import LabelledSet, Text
from models.matching import load_matching
from models.training.fusion import (
    INGREDIENTS,
    Comparisons,
    Judged,
    compare_set,
    fit_fusion,
    fit_order,
    fit_scale,
    folds,
    ingredients,
    out_of_fold,
    read_judged,
)

TRUE = np.array([6.0, 2.0, 1.0, 4.0])
SLOPE, INTERCEPT = 2.0, -1.0
NEEDS = ["hébergement pour deux mineurs", "réparer un vélo"]
OFFERS = ["Hébergement de nuit", "Hébergement de nuit, pas de mineurs", "Atelier vélo", "Cuisine"]
CODES = ("logement--toit", "mobilite--velo", "mobilite--permis")


@pytest.fixture(scope="module")
def builder() -> IndexBuilder:
    """The encoder without weights, with a tagger that knows two stems."""
    encoder = HashingEncoder(64)
    columns = {"heberg": 0, "velo": 1}
    themes = ThemeModel(
        codes=CODES,
        branches=np.array([0, 1, 1], dtype=np.int64),
        dense=np.zeros((4, 64), dtype=np.float32),
        lexical=np.array([[4, 0], [0, 3], [0, 2], [-1, -1]], dtype=np.float32),
        intercepts=np.zeros(4, dtype=np.float32),
        columns=columns,
        idf=np.ones(2, dtype=np.float32),
        lexical_share=1.0,
    )
    model = replace(load_matching(encoder.model_id).model, themes=themes, theme=2.0, branch=1.0)
    return IndexBuilder(encoder, analyse, model)


def test_coefficients_are_recovered_from_comparisons_drawn_by_them() -> None:
    found = fit_order([_drawn(20_000, TRUE, seed=1)])

    assert found == pytest.approx(TRUE, rel=0.1, abs=0.2)


def test_each_set_weighs_the_same_however_many_comparisons_it_has() -> None:
    one, other = _drawn(3_000, TRUE, seed=2), _drawn(1_000, TRUE[::-1], seed=3)
    longer = _repeated(other, 7)

    found = fit_order([one, longer])

    assert found == pytest.approx(fit_order([one, other]), rel=1e-2)
    assert found != pytest.approx(fit_order([one]), rel=0.2)
    assert found != pytest.approx(fit_order([other]), rel=0.2)


def test_each_need_of_a_set_weighs_the_same_however_many_answers_it_has(
    builder: IndexBuilder,
) -> None:
    labelled = _labelled({"q0": {"d0": 1.0}, "q1": {"d2": 1.0, "d0": 1.0}})

    compared = compare_set(labelled, builder)

    # « pas de mineurs » decides of d1 for q0: one answer against two; then two against two.
    assert compared.rows.shape == (1 * 2 + 2 * 2, len(INGREDIENTS))
    assert compared.share.tolist() == [1 / 4] * 2 + [1 / 8] * 4


def test_an_answer_that_an_exclusion_decides_is_compared_with_nothing(
    builder: IndexBuilder,
) -> None:
    both, one = (
        compare_set(_labelled({"q0": dict.fromkeys(answers, 1.0)}), builder)
        for answers in (("d0", "d1"), ("d0",))
    )

    assert both.rows.tolist() == one.rows.tolist()
    assert len(both.rows) == 2


def test_a_comparison_is_what_an_answer_has_more_than_another_offer(builder: IndexBuilder) -> None:
    tensor, _ = ingredients(NEEDS, OFFERS, builder)

    compared = compare_set(_labelled({"q1": {"d2": 1.0}}), builder)

    assert compared.rows == pytest.approx(tensor[1, 2] - tensor[1, [0, 1, 3]])
    assert (compared.rows[:, INGREDIENTS.index("lexical")] > 0).all()


def test_ingredients_times_their_coefficients_are_the_match_itself(builder: IndexBuilder) -> None:
    tensor, usable = ingredients(NEEDS, OFFERS, builder)
    model = builder.model
    coefficients = np.array([getattr(model, name) for name in INGREDIENTS])

    probabilities = answer_probabilities(NEEDS, OFFERS, builder)

    expected = sigmoid(tensor @ coefficients + model.bias)
    assert tensor.shape == (2, 4, len(INGREDIENTS))
    assert tensor.any(axis=(0, 1)).all()
    # Rows are kept as int8: a hundredth of a nat or two away from what the fusion is fitted on.
    assert probabilities[usable] == pytest.approx(expected[usable], abs=0.01)


def test_a_pair_decided_by_an_exclusion_teaches_nothing(builder: IndexBuilder) -> None:
    _, usable = ingredients(NEEDS, OFFERS, builder)

    assert usable.tolist() == [[True, False, True, True], [True, True, True, True]]


def test_judged_pairs_are_read_without_those_that_an_exclusion_decides(
    builder: IndexBuilder, tmp_path: Path
) -> None:
    pairs = [(0, 1, 0), (0, 0, 1), (1, 3, 0), (1, 2, 1)]
    rows = [{"need": NEEDS[n], "offer": OFFERS[o], "answers": yes} for n, o, yes in pairs]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tensor, _ = ingredients(NEEDS, OFFERS, builder)

    judged = read_judged(path, builder)

    assert judged.needs == (NEEDS[0], NEEDS[1], NEEDS[1])
    assert judged.answers.tolist() == [True, False, True]
    assert judged.rows == pytest.approx(np.array([tensor[n, o] for n, o, _ in pairs[1:]]))


def test_the_scale_makes_probabilities_mean_what_they_say() -> None:
    random = np.random.default_rng(4)
    sums = random.normal(0, 2, 8_000)
    answers = random.random(8_000) < sigmoid(SLOPE * sums + INTERCEPT)
    learned, fresh = slice(0, 4_000), slice(4_000, None)

    slope, intercept = fit_scale(sums[learned], answers[learned])

    assert (slope, intercept) == pytest.approx((SLOPE, INTERCEPT), rel=0.15)
    told = sigmoid(slope * sums[fresh] + intercept)
    assert calibration_of(told, answers[fresh].astype(np.int64)).error < 0.03
    untold = calibration_of(sigmoid(sums[fresh]), answers[fresh].astype(np.int64))
    assert untold.error > 0.05


def test_the_constants_of_a_match_are_in_order_and_to_scale() -> None:
    judged = _judged(6_000, seed=5)

    constants = fit_fusion([_drawn(6_000, TRUE / 2, seed=6)], judged)

    assert list(constants) == [*INGREDIENTS, "bias"]
    assert all(value == round(value, 3) for value in constants.values())
    found = np.array([constants[name] for name in INGREDIENTS])
    assert found == pytest.approx(TRUE, rel=0.15, abs=0.3)
    told = sigmoid(judged.rows @ found + constants["bias"])
    assert calibration_of(told, judged.answers.astype(np.int64)).error < 0.03


def test_a_need_takes_no_part_in_its_own_probability_out_of_fold() -> None:
    sets, judged = [_drawn(500, TRUE, seed=7)], _judged(300, seed=8)
    own = np.array([need == "need 3" for need in judged.needs])
    otherwise = replace(judged, answers=judged.answers ^ own)

    found, changed = (out_of_fold(sets, some) for some in (judged, otherwise))

    assert found[own].tolist() == changed[own].tolist()
    assert found[~own].tolist() != changed[~own].tolist()
    assert ((found > 0) & (found < 1)).all()


def test_folds_share_no_group_and_hold_every_row_once() -> None:
    groups = [f"group {number % 23}" for number in range(100)]

    cut = folds(groups)

    assert np.sum(cut, axis=0).tolist() == [1] * 100
    assert all(fold.any() for fold in cut)
    held = [{group for group, own in zip(groups, fold, strict=True) if own} for fold in cut]
    assert sum(map(len, held)) == len(set(groups))
    assert max(map(len, held)) - min(map(len, held)) <= 1


def test_folds_are_the_same_every_time_whatever_the_order_of_the_rows() -> None:
    groups = [f"group {number % 23}" for number in range(100)]

    again, turned = folds(groups), folds(groups[::-1])

    assert np.array_equal(folds(groups), again)
    assert np.array_equal(folds(groups), [fold[::-1] for fold in turned])


def _drawn(count: int, coefficients: Floats, *, seed: int) -> Comparisons:
    """Differences turned so that what ``coefficients`` prefer comes first, but for chance."""
    random = np.random.default_rng(seed)
    rows = random.normal(0, 0.4, (count, len(coefficients)))
    first = random.random(count) < sigmoid(rows @ coefficients)
    return Comparisons(np.where(first[:, None], rows, -rows), np.full(count, 1 / count))


def _repeated(compared: Comparisons, times: int) -> Comparisons:
    return Comparisons(np.tile(compared.rows, (times, 1)), np.tile(compared.share / times, times))


def _judged(count: int, *, seed: int) -> Judged:
    random = np.random.default_rng(seed)
    rows = random.normal(0, 0.4, (count, len(TRUE)))
    answers = random.random(count) < sigmoid(rows @ TRUE + INTERCEPT)
    return Judged(rows, answers, tuple(f"need {number % 20}" for number in range(count)))


def _labelled(relevance: dict[str, dict[str, float]]) -> LabelledSet:
    return LabelledSet("tiny", _texts("d", OFFERS), _texts("q", NEEDS), relevance)


def _texts(letter: str, texts: Sequence[str]) -> tuple[Text, ...]:
    return tuple(Text(f"{letter}{number}", text) for number, text in enumerate(texts))
