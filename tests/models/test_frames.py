"""A need leans on what it asks for, not on who should give it."""

import numpy as np
import pytest

from matcher.engine.profiles import Role
from models.analysis import ExpandingEncoder
from models.frames import without_frame
from models.hashing import HashingEncoder
from models.lexicon import load_lexicon


@pytest.mark.parametrize(
    ("need", "object_"),
    [
        ("entreprise d’insertion dans le nettoyage", "dans le nettoyage"),
        ("Un chantier d'insertion en maraîchage", "en maraîchage"),
        ("aide-cuisinier en insertion", "aide-cuisinier"),
        ("la lessive par une association d’insertion locale", "la lessive locale"),
    ],
)
def test_the_frame_of_a_request_is_set_aside(need: str, object_: str) -> None:
    assert without_frame(need) == object_


@pytest.mark.parametrize(
    "need",
    [
        "un chantier d’insertion",
        "une structure d’insertion pour un jeune",
        "nous cherchons une entreprise d’insertion qui recrute",
        "insertion par l’activité économique",
        "un déménagement solidaire",
        "",
    ],
)
def test_a_need_without_another_object_keeps_its_words(need: str) -> None:
    assert without_frame(need) == need


def test_an_offer_keeps_its_frame_and_a_need_leans_on_its_object() -> None:
    encoder = ExpandingEncoder(HashingEncoder(), load_lexicon())
    framed, bare = "entreprise d’insertion de nettoyage", "de nettoyage"
    frame = "entreprise d’insertion"

    offer = encoder.encode([framed], Role.OFFER)[0]
    need = encoder.encode([framed], Role.NEED)[0]
    alone, other = encoder.encode([bare, frame], Role.OFFER)

    assert np.isclose(np.linalg.norm(need), 1.0, atol=1e-5)
    assert need @ alone > offer @ alone
    assert need @ other < offer @ other
