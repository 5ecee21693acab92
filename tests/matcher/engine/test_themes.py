"""What a statement is about: a regression's probabilities, and how statements compare by them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.columns import Vectors
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.themes import ThemeModel

QUICK = settings(deadline=None, max_examples=60)
DIMENSION = 3
WORDS = ("toit", "vélo", "permis", "inconnu")
TERMS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=5)
RANDOM = np.random.default_rng(7)
THEMES = ThemeModel(
    codes=("logement--louer", "mobilite--permis", "mobilite--velo"),
    branches=np.array([0, 1, 1], dtype=np.int64),
    dense=RANDOM.normal(size=(4, DIMENSION)).astype(np.float32),
    lexical=RANDOM.normal(size=(4, 3)).astype(np.float32) * 5,
    intercepts=np.array([0.1, -0.2, 0.3, 0.4], dtype=np.float32),
    columns={"toit": 0, "vélo": 1, "permis": 2},
    idf=np.array([1.5, 2.0, 3.0], dtype=np.float32),
    lexical_share=0.7,
)


def test_probabilities_are_the_softmax_of_meaning_and_words() -> None:
    vector = np.array([[0.6, 0.0, 0.8]], dtype=np.float32)
    weights = np.array([1.5 * (1 + np.log(2)), 0, 3.0])
    weights *= 0.7 / np.linalg.norm(weights)
    odds = np.exp(vector[0] @ THEMES.dense.T + THEMES.lexical @ weights + THEMES.intercepts)

    found = THEMES.probabilities(vector, [["toit", "permis", "inconnu", "toit"]])

    assert found.dtype == np.float32
    assert found[0] == pytest.approx((odds / odds.sum())[:3], rel=1e-5)


@QUICK
@given(TERMS)
def test_what_is_about_no_theme_keeps_its_share(terms: list[list[str]]) -> None:
    found = THEMES.probabilities(_vectors(len(terms)), terms)

    assert found.shape == (len(terms), 3)
    assert (found >= 0).all()
    assert (found.sum(axis=1) < 1).all()


def test_no_statement_has_no_row_and_every_column() -> None:
    none = THEMES.probabilities(np.zeros((0, DIMENSION), dtype=np.float32), [])

    assert none.shape == (0, 3)
    assert none.dtype == np.float32
    assert THEMES.grouped(none).shape == (0, 2)


def test_words_never_seen_say_nothing() -> None:
    vectors = _vectors(1)
    seen, unseen, silent = (
        THEMES.probabilities(vectors, [terms])[0] for terms in (["vélo"], ["inconnu"], [])
    )
    assert unseen.tolist() == silent.tolist()
    assert seen.tolist() != silent.tolist()


def test_huge_logits_do_not_overflow() -> None:
    sure = replace(THEMES, intercepts=np.array([1e4, 0, 0, -1e4], dtype=np.float32))
    assert sure.probabilities(_vectors(2), [[], []]).tolist() == [[1, 0, 0], [1, 0, 0]]


def test_a_category_has_the_sum_of_its_themes() -> None:
    leaves = np.array([[0.1, 0.2, 0.3], [0.0, 0.5, 0.0]], dtype=np.float32)
    assert THEMES.grouped(leaves) == pytest.approx(np.array([[0.1, 0.5], [0.0, 0.5]]))


@QUICK
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4), min_size=2, max_size=2))
def test_views_multiply_to_meaning_plus_shared_themes_plus_shared_categories(
    terms: list[list[str]],
) -> None:
    model = _model()
    vectors = _vectors(2)
    need, offer = (
        model.views(vectors[row : row + 1], terms[row : row + 1], role)[0]
        for row, role in enumerate(Role)
    )

    expected = 10.0 * float(np.dot(*_centred(vectors)))
    if all(terms):
        first, second = (
            THEMES.probabilities(_centred(vectors)[row : row + 1], [terms[row]])[0]
            for row in (0, 1)
        )
        expected += 3.0 * sum(float(np.sqrt(p * q)) for p, q in zip(first, second, strict=True))
        toit = float(np.sqrt(first[0] * second[0]))
        mobility = float(np.sqrt((first[1] + first[2]) * (second[1] + second[2])))
        expected += 2.0 * (toit + mobility)
    assert float(need @ offer) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_statement_without_terms_is_compared_by_meaning_alone() -> None:
    view = _model().views(_vectors(2), [[], ["vélo"]], Role.NEED)

    assert view.shape == (2, DIMENSION + 3 + 2)
    assert not view[0, DIMENSION:].any()
    assert view[0, :DIMENSION].any()
    assert view[1, DIMENSION:].all()


@pytest.mark.parametrize("themes", [THEMES, None])
def test_views_of_no_statement_keep_their_columns(themes: ThemeModel | None) -> None:
    model = replace(_model(), themes=themes)
    some, none = (model.views(_vectors(n), [["vélo"]] * n, Role.OFFER) for n in (2, 0))

    assert none.shape == (0, some.shape[1])
    assert none.dtype == some.dtype == np.float32


def test_without_themes_only_meaning_is_compared() -> None:
    model = replace(_model(), themes=None)
    need, offer = (model.views(_vectors(2), [["vélo"]] * 2, role) for role in Role)
    expected = 10.0 * float(_centred(_vectors(2))[0] @ _centred(_vectors(2))[1])
    assert float(need[0] @ offer[1]) == pytest.approx(expected, rel=1e-5)


def _model() -> MatchModel:
    centre = np.array([0.1, 0.0, -0.1], dtype=np.float32)
    return MatchModel(
        model_id="test",
        dense=10.0,
        lexical=6.0,
        bias=-4.0,
        default_idf=1.0,
        average_length=10.0,
        theme=3.0,
        branch=2.0,
        themes=THEMES,
        centres=dict.fromkeys(Role, centre),
    )


def _vectors(count: int) -> Vectors:
    vectors = np.random.default_rng(3).normal(size=(count, DIMENSION))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _centred(vectors: Vectors) -> Vectors:
    moved = vectors - np.array([0.1, 0.0, -0.1], dtype=np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)
