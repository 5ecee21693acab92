from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.engine.profiles import Role
from matcher.errors import NotReady
from models.cleaning import clean
from models.encoders import load_encoder
from models.prepare import MODEL

TEXTS = [
    "Cherche un garage solidaire pour une personne en insertion sans permis",
    "Ateliers d’initiation au numérique pour les personnes âgées isolées, chaque semaine",
    "Hébergement d’urgence",
]


@pytest.fixture(scope="module")
def exact(model_directory: Path) -> Any:
    """The float32 directory, opened as anyone would."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (takes seconds)

    return SentenceTransformer(str(model_directory / MODEL), local_files_only=True)


@pytest.fixture(scope="module")
def served(model_directory: Path) -> Any:
    """The int8 directory, opened as anyone would."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    path = str(model_directory / MODEL / "int8")
    return SentenceTransformer(path, trust_remote_code=True, local_files_only=True)


def cosines(left: Any, right: Any) -> Any:
    return (np.asarray(left) * np.asarray(right)).sum(axis=1)


@pytest.mark.parametrize("role", list(Role))
def test_the_module_gives_the_vectors_of_the_serving_path(
    served: Any, model_directory: Path, role: Role
) -> None:
    encode = served.encode_query if role is Role.NEED else served.encode_document
    found = load_encoder(None, model_directory).encode(TEXTS, role)
    assert cosines(encode(TEXTS), found).min() > 0.9999


def test_the_module_survives_saving_and_opening(served: Any, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    served.save(str(tmp_path), create_model_card=False)
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True, local_files_only=True)
    np.testing.assert_array_equal(again.encode(TEXTS), served.encode(TEXTS))


@pytest.mark.parametrize("role", list(Role))
def test_int8_stays_close_to_float32(exact: Any, model_directory: Path, role: Role) -> None:
    encode = exact.encode_query if role is Role.NEED else exact.encode_document
    found = load_encoder(None, model_directory).encode(TEXTS, role)
    assert cosines(encode(TEXTS), found).min() >= 0.995


@pytest.mark.realdata
def test_int8_stays_close_to_float32_on_real_texts(
    exact: Any, model_directory: Path, realdata: Path
) -> None:
    import json  # noqa: PLC0415

    lines = (realdata / "mednum" / "gironde.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [clean(json.loads(line).get("description") or "") for line in lines[:40]]
    texts = [text for text in texts if text]
    found = load_encoder(None, model_directory).encode(texts, Role.OFFER)
    assert cosines(exact.encode_document(texts, batch_size=4), found).min() >= 0.995


def test_another_model_is_read_with_its_own_prompts(exact: Any, model_directory: Path) -> None:
    encoder = load_encoder(str(model_directory / MODEL), model_directory)
    needs = encoder.encode([*TEXTS, ""], Role.NEED)
    assert needs.shape == (4, encoder.dimension)
    assert cosines(needs[:3], exact.encode(TEXTS, prompt="query: ")).min() > 0.9999
    assert not needs[3].any()
    offers = encoder.encode(TEXTS, Role.OFFER)
    assert cosines(offers, exact.encode(TEXTS, prompt="passage: ")).min() > 0.9999


def test_another_model_is_named_after_its_weights(model_directory: Path) -> None:
    encoder = load_encoder(str(model_directory / MODEL), model_directory)
    name, digest = encoder.model_id.split("@")
    assert name == MODEL
    assert len(bytes.fromhex(digest)) == 4
    assert encoder.model_id != load_encoder(None, model_directory).model_id


@pytest.mark.parametrize("content", [None, "nothing", "not json"])
def test_a_model_that_cannot_be_opened_is_named(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "model"
    if content:
        folder.mkdir()
        (folder / "modules.json").write_text(content)
    with pytest.raises(NotReady) as caught:
        load_encoder(str(folder), tmp_path)
    assert caught.value.code == "model-unusable"
    assert caught.value.parameters["model"] == str(folder)
