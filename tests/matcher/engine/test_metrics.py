"""Metrics of rankings agree with numbers worked out by hand."""

from collections.abc import Callable
from math import isnan, log2, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.metrics import best_first, ndcg_at, quality_at, recall_at, reciprocal_rank_at

GRADES = {"a": 2.0, "b": 1.0, "c": 0.0, "d": -1.0}
QUICK = settings(deadline=None, max_examples=100)


def test_ndcg_discounts_the_grade_by_the_rank() -> None:
    assert ndcg_at(10, ["b", "x", "a"], GRADES) == pytest.approx(
        (1 + 2 / log2(4)) / (2 + 1 / log2(3))
    )


def test_the_best_order_has_an_ndcg_of_one_even_where_the_cut_hides_some() -> None:
    assert ndcg_at(10, ["a", "b", "c"], GRADES) == pytest.approx(1.0)
    assert ndcg_at(1, ["a"], GRADES) == pytest.approx(1.0)


def test_reciprocal_rank_looks_at_the_first_relevant_document_before_the_cut() -> None:
    assert reciprocal_rank_at(10, ["c", "x", "b", "a"], GRADES) == pytest.approx(1 / 3)
    assert reciprocal_rank_at(2, ["c", "x", "b"], GRADES) == 0.0


def test_recall_is_the_share_of_relevant_documents_before_the_cut() -> None:
    assert recall_at(2, ["b", "c", "a"], GRADES) == pytest.approx(0.5)
    assert recall_at(3, ["b", "c", "a"], GRADES) == pytest.approx(1.0)


@pytest.mark.parametrize("metric", [ndcg_at, reciprocal_rank_at, recall_at])
def test_nothing_relevant_or_nothing_found_is_worth_nothing(
    metric: Callable[[int, list[str], dict[str, float]], float],
) -> None:
    assert metric(10, ["c", "d"], {"c": 0.0}) == 0.0
    assert metric(10, [], GRADES) == 0.0
    assert metric(0, ["a"], GRADES) == 0.0


def test_a_document_named_twice_is_rewarded_once() -> None:
    assert recall_at(10, ["a", "a"], GRADES) == pytest.approx(0.5)
    assert ndcg_at(10, ["a", "a", "b"], GRADES) == pytest.approx(1.0)


def test_a_run_is_averaged_over_the_queries_that_can_be_judged() -> None:
    judgements = {"q1": GRADES, "unanswered": {"a": 1.0}, "nothing relevant": {"a": 0.0}}

    quality = quality_at(10, {"q1": ["a", "b"], "never judged": ["a"]}, judgements)

    assert (quality.ndcg, quality.mrr, quality.recall) == pytest.approx((0.5, 0.5, 0.5))
    assert quality.queries == 2


def test_a_run_without_judgements_has_no_quality() -> None:
    quality = quality_at(10, {}, {"q": {}})

    assert isnan(quality.ndcg)
    assert quality.queries == 0


def test_equal_scores_go_by_id_and_nan_comes_last() -> None:
    ids = ["d", "b", "a", "c"]

    order = best_first(np.array([nan, 0.5, 0.5, 0.9]), ids, 4)

    assert [ids[position] for position in order] == ["c", "a", "b", "d"]


def test_scores_and_ids_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores for 1 documents"):
        best_first(np.array([1.0, 2.0]), ["a"], 10)


@QUICK
@given(st.permutations(["a", "b", "c", "d", "x"]), st.integers(1, 5))
def test_every_metric_stays_between_zero_and_one(ranked: list[str], k: int) -> None:
    for metric in (ndcg_at, reciprocal_rank_at, recall_at):
        assert 0 <= metric(k, ranked, GRADES) <= 1 + 1e-12


@QUICK
@given(st.permutations(["a", "b", "c", "x"]), st.integers(0, 2))
def test_moving_a_better_document_up_never_lowers_ndcg(ranked: list[str], place: int) -> None:
    above, below = ranked[place], ranked[place + 1]
    swapped = [*ranked[:place], below, above, *ranked[place + 2 :]]
    if GRADES.get(below, 0.0) >= GRADES.get(above, 0.0):
        assert ndcg_at(10, swapped, GRADES) >= ndcg_at(10, ranked, GRADES) - 1e-12
