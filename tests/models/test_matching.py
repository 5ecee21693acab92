import json
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.profiles import Role
from models import matching
from models.french import terms
from models.matching import DECLARED, family, load_matching

ARTEFACTS = Path(matching.__file__).parent / "artefacts" / "matching"
E5 = "multilingual-e5-small-int8@1a2b3c4d"


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        (E5, "multilingual-e5-small"),
        ("multilingual-e5-small-fp32@00", "multilingual-e5-small"),
        ("hashing-256@1", "hashing"),
        ("org/camembert", "org/camembert"),
    ],
)
def test_quantisation_and_version_of_weights_share_their_constants(
    model_id: str, name: str
) -> None:
    assert family(model_id) == name


def test_the_prepared_encoder_has_a_mean_for_each_side() -> None:
    model = load_matching(E5).model
    assert set(model.centres) == {Role.NEED, Role.OFFER}
    for centre in model.centres.values():
        assert centre.shape == (384,)
        assert centre.dtype == np.float32


def test_an_encoder_that_nothing_was_learned_for_gets_generic_constants() -> None:
    unknown = load_matching("org/camembert@1").model
    assert unknown.model_id == "org/camembert@1"
    assert not unknown.centres
    assert (unknown.themes, unknown.stances) == (None, None)


def test_the_encoder_of_tests_has_its_own_constants() -> None:
    declared = json.loads((ARTEFACTS / DECLARED).read_text(encoding="utf-8"))
    assert load_matching("hashing-256@1").model.dense == declared["encoders"]["hashing"]["dense"]


def test_things_that_can_be_shared_are_known_by_their_terms() -> None:
    resources = load_matching(E5).model.resources
    for said in ("des salles", "un véhicule", "la Cuisine"):
        assert set(terms(said)) & resources


def test_what_is_shown_and_what_weighs_are_sane() -> None:
    loaded = load_matching(E5)
    assert 0 < loaded.minimum_score < 0.5
    assert loaded.weights["a_to_b"] == loaded.weights["b_to_a"] > 0
    assert loaded.weights["base"] < 0
