"""Rows in whole numbers say what the floats said, and add up the same in any order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.kernels.answers import logits_between
from matcher.engine.rows import Rows, quantised
from matcher.engine.terms import HEAVIEST, Terms, term_code

WEIGHED = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "!a", "!b", "!e"]), st.floats(-9, 9, width=32), max_size=5
)
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_a_row_is_kept_to_within_half_a_scale(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(4, 9)).astype(np.float32)
    rows[2] = 0

    whole, scales = quantised(rows)

    assert (abs(whole * scales[:, None] - rows) <= 0.501 * scales[:, None]).all()
    assert whole.dtype == np.int8
    assert not whole[2].any()


@settings(deadline=None)  # the first call compiles
@given(st.lists(WEIGHED, max_size=4))
def test_terms_are_found_again_with_about_their_weights(rows: list[dict[str, float]]) -> None:
    terms = Terms.of(rows)

    for position, row in enumerate(rows):
        expected = {term_code(term): weight for term, weight in row.items()}
        largest = max(map(abs, row.values()), default=0.0)
        found = dict.fromkeys(expected, 0.0) | terms.row(position)
        assert found == pytest.approx(expected, abs=0.51 * largest / HEAVIEST + 1e-9)


@settings(deadline=None)  # the first call compiles
@given(SEEDS, st.lists(WEIGHED, min_size=3, max_size=3), st.lists(WEIGHED, min_size=4, max_size=4))
def test_log_odds_equal_those_of_whole_tables_from_both_sides(
    seed: int, needs: list[dict[str, float]], offers: list[dict[str, float]]
) -> None:
    random = np.random.default_rng(seed)
    one, other = _rows(random, needs), _rows(random, offers)
    lexical, bias = np.float32(1.5), np.float32(-2)

    found = logits_between(*one.plain(), *other.plain(), 0, 3, np.arange(4), lexical, bias)
    turned = logits_between(*other.plain(), *one.plain(), 0, 4, np.arange(3), lexical, bias)

    words = [[_product(one.terms.row(i), other.terms.row(j)) for j in range(4)] for i in range(3)]
    meaning = _floats(one) @ _floats(other).T
    assert found == pytest.approx(meaning + 1.5 * np.array(words) - 2, rel=1e-4, abs=1e-4)
    assert (found == turned.T).all()


def _rows(random: np.random.Generator, weighted: list[dict[str, float]]) -> Rows:
    vectors = random.normal(size=(len(weighted), 12)).astype(np.float32)
    cuts = np.arange(len(weighted) + 1, dtype=np.int32)
    return Rows(*quantised(vectors), Terms.of(weighted), cuts, cuts[:-1], cuts)


def _floats(rows: Rows) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(rows.vectors.astype(np.float64) * rows.scales[:, None])


def _product(one: dict[int, float], other: dict[int, float]) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())
