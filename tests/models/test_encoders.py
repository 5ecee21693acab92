import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.errors import NotReady
from models.encoders import load_encoder
from models.prepare import MODEL

TEXTS = [
    "Cherche un garage solidaire pour une personne en insertion sans permis",
    "Ateliers d’initiation au numérique pour les personnes âgées isolées, chaque semaine",
    "Hébergement d’urgence",
    "Réparation de vélos",
    "Une crèche à horaires décalés pour des mères qui travaillent tôt le matin " * 6,
]


@pytest.fixture(scope="module")
def encoder(model_directory: Path) -> Encoder:
    return load_encoder(None, model_directory, threads=2)


def test_the_name_tells_model_quantisation_and_weights(encoder: Encoder) -> None:
    name, digest = encoder.model_id.split("@")
    assert name == "multilingual-e5-small-int8"
    assert len(bytes.fromhex(digest)) == 4


def test_rows_are_unit_float32(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS, Role.NEED)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    assert encoder.encode([], Role.OFFER).shape == (0, encoder.dimension)


def test_a_need_is_nearest_to_the_offer_that_answers_it(encoder: Encoder) -> None:
    need = encoder.encode(["Une personne âgée ne sait pas se servir d’un ordinateur"], Role.NEED)
    offers = encoder.encode(TEXTS, Role.OFFER)
    assert TEXTS[(offers @ need[0]).argmax()].startswith("Ateliers d’initiation au numérique")


def test_needs_and_offers_are_read_with_their_own_prompt(encoder: Encoder) -> None:
    need, offer = (encoder.encode(TEXTS[:1], role)[0] for role in (Role.NEED, Role.OFFER))
    assert 0.7 < need @ offer < 0.9999


def test_a_text_has_the_same_vector_whatever_is_encoded_with_it(
    encoder: Encoder, model_directory: Path
) -> None:
    together = encoder.encode(TEXTS, Role.OFFER)
    backwards = encoder.encode(TEXTS[::-1], Role.OFFER)[::-1]
    single = load_encoder(None, model_directory, threads=1)
    alone = np.concatenate([single.encode([text], Role.OFFER) for text in TEXTS])
    np.testing.assert_array_equal(together, backwards)
    np.testing.assert_array_equal(together, alone)


def test_threads_can_share_an_encoder(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS, Role.NEED)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: encoder.encode(TEXTS, Role.NEED), range(4)))
    for vectors in found:
        np.testing.assert_array_equal(vectors, expected)


def test_a_decomposed_accent_and_odd_spaces_change_nothing(encoder: Encoder) -> None:
    vectors = encoder.encode(["école  à\u00a0Bondy\n", "e\u0301cole a\u0300 Bondy"], Role.NEED)
    np.testing.assert_array_equal(vectors[0], vectors[1])


@pytest.mark.parametrize("text", ["", " \t", "…", "\x00", "\ud800"])
def test_a_text_without_words_is_a_row_of_zeros(encoder: Encoder, text: str) -> None:
    assert not encoder.encode([text, "mot"], Role.NEED)[0].any()


@pytest.mark.parametrize(
    "text",
    ["mot " * 250_000, "x" * 1_000_000, "\ud83dgarage", "garage\x00solidaire", "你好 مرحبا 🙂🙂"],
    ids=["a pasted book", "one endless word", "a lone surrogate", "a NUL", "other scripts"],
)
def test_any_text_can_be_encoded(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text], Role.OFFER)) == pytest.approx(1, rel=1e-5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
def test_a_forked_process_encodes_with_an_encoder_opened_before(model_directory: Path) -> None:
    script = f"""
import os
from pathlib import Path
from matcher.engine.profiles import Role
from models.encoders import load_encoder
encoder = load_encoder(None, Path({str(model_directory)!r}), threads=2)
before = encoder.encode(["un garage", "un vélo"], Role.NEED)
child = os.fork()
if child == 0:
    os._exit(not (encoder.encode(["un garage", "un vélo"], Role.NEED) == before).all())
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], timeout=60, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stderr) == (0, "")


def test_serving_does_not_pay_for_torch(model_directory: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from matcher.engine.profiles import Role
from models.encoders import load_encoder
load_encoder(None, Path({str(model_directory)!r})).encode(["un garage"], Role.NEED)
print(sorted({{"torch", "transformers", "sentence_transformers"}} & set(sys.modules)))
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "[]"


def test_an_absent_model_says_which_command_makes_it(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as caught:
        load_encoder(None, tmp_path)
    assert caught.value.code == "model-missing"
    assert caught.value.parameters == {"path": str(tmp_path / MODEL), "command": "make model"}


def test_the_encoder_without_meaning_is_asked_for_by_name(tmp_path: Path) -> None:
    assert load_encoder("hashing", tmp_path).model_id == "hashing-256@1"
