import subprocess
import sys

import numpy as np
import pytest

from matcher.engine.profiles import Role
from models.hashing import HashingEncoder

TEXTS = [
    "Cherche un garage solidaire pour une personne en insertion",
    "Ateliers de cuisine ouverts aux familles du quartier",
    "Hébergement d’urgence",
]


def cosine(left: str, right: str) -> float:
    vectors = HashingEncoder().encode([left, right], Role.OFFER)
    return float(vectors[0] @ vectors[1])


def test_equal_texts_have_cosine_one() -> None:
    assert cosine(TEXTS[0], TEXTS[0]) == pytest.approx(1)


def test_accents_case_and_punctuation_do_not_count() -> None:
    assert cosine("Hébergement d’urgence !", "HEBERGEMENT D'URGENCE") == pytest.approx(1)


def test_unrelated_texts_are_nearly_orthogonal() -> None:
    assert abs(cosine("plomberie chauffage", "musique orchestre")) < 0.3


def test_a_shared_word_brings_texts_closer() -> None:
    assert cosine("garage solidaire", "garage associatif") > 0.4


def test_needs_and_offers_are_read_alike() -> None:
    encoder = HashingEncoder()
    needs, offers = encoder.encode(TEXTS, Role.NEED), encoder.encode(TEXTS, Role.OFFER)
    np.testing.assert_array_equal(needs, offers)


def test_rows_are_unit_float32_of_the_asked_dimension() -> None:
    vectors = HashingEncoder(64).encode(TEXTS, Role.NEED)
    assert vectors.shape == (3, 64)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("text", ["", "  \n", "…", "\x00", "\ud800"])
def test_a_text_without_words_is_a_row_of_zeros(text: str) -> None:
    assert not HashingEncoder().encode([text], Role.NEED).any()


def test_no_text_gives_no_row() -> None:
    assert HashingEncoder().encode([], Role.NEED).shape == (0, 256)


def test_another_process_finds_the_same_vectors() -> None:
    script = (
        "from models.hashing import HashingEncoder; from matcher.engine.profiles import Role;"
        "print(HashingEncoder().encode(['Garage solidaire'], Role.NEED).tobytes().hex())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert (
        bytes.fromhex(printed) == HashingEncoder().encode(["Garage solidaire"], Role.NEED).tobytes()
    )


def test_two_dimensions_are_two_models() -> None:
    assert HashingEncoder(64).model_id != HashingEncoder(128).model_id


def test_a_dimension_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="dimension"):
        HashingEncoder(0)
