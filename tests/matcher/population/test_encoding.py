"""Vectors and terms of varied statements: close to those of the real encoder and analyzer."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.engine.profiles import Actor, Role
from matcher.population import VaryingEncoder, varying_analyzer, varying_encoder
from matcher.population.sources import load_sources
from matcher.population.variations import parts, varied
from models.analysis import analyse
from models.cues import cues
from models.hashing import HashingEncoder


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(128)
        self.asked: Counter[str] = Counter()

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        self.asked.update(texts)
        return super().encode(texts, role)


@pytest.fixture(scope="module")
def counting() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture(scope="module")
def varying(counting: CountingEncoder) -> VaryingEncoder:
    return varying_encoder(counting)


@pytest.fixture(scope="module")
def needs(drawn: list[Actor]) -> list[str]:
    return [said.text for actor in drawn[:1500] for said in actor.needs]


def cosines(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (vectors * others).sum(axis=1)
    return found


def test_vectors_have_norm_one_and_the_type_of_vectors(
    varying: VaryingEncoder, needs: list[str]
) -> None:
    vectors = varying.encode(needs, Role.NEED)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(needs), 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_one_vector_whatever_is_encoded_beside_it(
    varying: VaryingEncoder, needs: list[str]
) -> None:
    together = varying.encode(needs, Role.NEED)
    anew = varying_encoder(HashingEncoder(128)).encode(needs[70:40:-1], Role.NEED)
    assert np.array_equal(together[70:40:-1], anew)


def test_no_varied_text_meets_the_real_encoder_but_those_sampled(
    varying: VaryingEncoder, counting: CountingEncoder, needs: list[str]
) -> None:
    varying.encode(needs, Role.NEED)
    before = counting.asked.total()
    varying.encode(needs, Role.NEED)
    assert counting.asked.total() == before
    assert before < 2 * len(load_sources().bank(Role.NEED)) + 1500


def test_any_other_text_has_the_vector_of_the_real_encoder(varying: VaryingEncoder) -> None:
    texts = ["un minibus le mercredi", "", "Salle (à Bondy)"]
    whole = HashingEncoder(128).encode(texts, Role.OFFER)
    assert np.array_equal(varying.encode(texts, Role.OFFER), whole)
    assert varying.encode([], Role.OFFER).shape == (0, 128)


def test_a_variation_moves_a_phrase_about_as_far_as_when_it_is_really_encoded(
    varying: VaryingEncoder, needs: list[str]
) -> None:
    real = HashingEncoder(128)
    bank = set(load_sources().bank(Role.NEED))
    split = [parts(text, bank) or pytest.fail(text) for text in needs]
    phrases = real.encode([phrase for phrase, _ in split], Role.NEED)
    ours = cosines(varying.encode(needs, Role.NEED), phrases)
    theirs = cosines(real.encode(needs, Role.NEED), phrases)
    for share in (0.1, 0.5, 0.9):
        assert abs(np.quantile(ours, share) - np.quantile(theirs, share)) < 0.06


def test_two_variations_of_a_phrase_are_closer_than_two_phrases(varying: VaryingEncoder) -> None:
    one, other, *_ = load_sources().bank(Role.OFFER)
    texts = [varied(one, "à Bondy"), varied(one, "dès mars"), varied(other, "à Bondy")]
    vectors = varying.encode(texts, Role.OFFER)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_its_vectors_never_pass_for_those_of_the_real_encoder(varying: VaryingEncoder) -> None:
    assert varying.model_id.startswith(HashingEncoder(128).model_id)
    assert varying.model_id != HashingEncoder(128).model_id


def test_nearly_all_varied_texts_are_analysed_as_if_they_were_read_whole(
    drawn: list[Actor],
) -> None:
    reading = varying_analyzer(analyse, cues)
    texts = [said.text for actor in drawn[:250] for role in Role for said in actor.statements(role)]
    other = [text for text in texts if Counter(reading(text)) != Counter(analyse(text))]
    assert len(texts) > 900
    assert len(other) < 0.025 * len(texts)


def test_any_other_text_is_analysed_whole() -> None:
    reading = varying_analyzer(analyse, cues)
    for text in ("", "pas de mineurs (sauf urgence)", "MECS ; à Bondy"):
        assert reading(text) == analyse(text)


@pytest.mark.parametrize(
    "phrase", ["un lit", "garde d’enfants (Agepi)", "qui peut\N{NO-BREAK SPACE}?"]
)
@pytest.mark.parametrize("variation", ["à Bondy", "pour des jeunes, à Bondy, 3 places"])
def test_a_varied_phrase_comes_apart_again(phrase: str, variation: str) -> None:
    text = varied(phrase, variation)
    assert parts(text, {phrase}) == (phrase, variation)
    assert parts(text, {"autre"}) is None
