"""How texts are read before they are matched, and what exclusions do to a match."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.engine.index import IndexBuilder
from matcher.engine.matching import said
from matcher.engine.passages import passages
from matcher.engine.profiles import Role
from matcher.engine.terms import EXCLUDED
from models.analysis import ExpandingEncoder, analyse, open_encoder, said_terms
from models.evaluation import pair_probabilities
from models.french import terms
from models.hashing import HashingEncoder
from models.lexicon import Lexicon, load_lexicon
from models.lexicon_file import read_entries
from models.matching import load_matching


class RecordingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__(8)
        self.asked: list[tuple[str, Role]] = []

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode as the encoder without meaning does."""
        self.asked += [(text, role) for text in texts]
        return super().encode(texts, role)


def test_what_a_text_leaves_out_is_marked_and_not_said() -> None:
    text = "Hébergement de familles, pas de mineurs"
    assert EXCLUDED + terms("mineurs")[0] in analyse(text)
    assert said_terms(text) == terms("Hébergement de familles")


def test_a_word_said_and_then_left_out_is_still_said_once() -> None:
    text = "Accueil de mineurs en journée, pas de mineurs la nuit"
    mineur = terms("mineurs")[0]
    assert said_terms(text).count(mineur) == 1
    assert EXCLUDED + mineur in analyse(text)


def test_the_opening_of_a_word_left_out_is_not_said_either() -> None:
    found = analyse("Hébergement de familles, pas de mineurs")
    assert {"^hebe", "^fami"} <= set(said(found))
    assert "^mine" not in found
    assert EXCLUDED + "^mine" in found


def test_the_opening_of_a_word_said_and_then_left_out_is_said_once() -> None:
    found = analyse("Accueil de mineurs en journée, pas de mineurs la nuit")
    assert found.count("^mine") == 1
    assert EXCLUDED + "^mine" in found


def test_openings_tell_no_theme() -> None:
    assert [term for term in said_terms("Hébergement de familles") if term.startswith("^")] == []


def test_acronyms_are_spelled_out_in_terms() -> None:
    found = analyse("Orientation vers une MECS")
    assert "=mecs" in found
    assert set(terms("maison d’enfants à caractère social")) <= set(found)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=10),
            st.sampled_from(("pas de", "MECS", "mineurs", "sauf", "cherche", "!", "~")),
        ),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_can_be_read(text: str) -> None:
    found = analyse(text)
    said = said_terms(text)
    assert [term for term in found if term in said] == said
    assert all(isinstance(term, str) and term for term in found)


@pytest.mark.parametrize(
    ("need", "offer", "exclusion"),
    [
        ("hébergement pour deux mineurs", "Hébergement de nuit", "pas de mineurs"),
        ("hébergement avec un animal", "Hébergement de nuit", "animaux interdits"),
        ("domiciliation en urgence", "Domiciliation postale", "hors urgence"),
        ("logement pour femme enceinte", "Logement temporaire", "sauf femmes enceintes"),
        ("accueil de couple avec chien", "Accueil de jour", "ni couples ni chiens"),
    ],
)
def test_an_offer_that_excludes_what_is_asked_scores_lower(
    need: str, offer: str, exclusion: str
) -> None:
    plain, excluding = (_probability(need, text) for text in (offer, f"{offer}, {exclusion}"))
    assert excluding < plain


def test_an_offer_that_excludes_something_else_keeps_its_worth() -> None:
    need, offer = "hébergement pour deux mineurs", "Hébergement de nuit"
    excluded, other = (
        _probability(need, f"{offer}, pas de {word}") for word in ("mineurs", "voitures")
    )
    assert excluded < other


def test_texts_are_encoded_with_their_acronyms_spelled_out() -> None:
    recording = RecordingEncoder()
    encoder = ExpandingEncoder(recording, load_lexicon())

    vectors = encoder.encode(["place en MECS", "un garage"], Role.NEED)

    assert vectors.shape == (2, encoder.dimension) == (2, 8)
    assert recording.asked == [
        ("place en MECS (maison d’enfants à caractère social)", Role.NEED),
        ("un garage", Role.NEED),
    ]


def test_another_lexicon_is_another_model() -> None:
    entries = load_lexicon().entries
    reworded = (replace(entries[0], expansion="tout autre chose"), *entries[1:])
    changed = (entries, entries[:-1], entries[::-1], reworded, ())

    identifiers = [_model_id(Lexicon(lexicon)) for lexicon in changed]

    assert len(set(identifiers)) == len(changed)
    assert identifiers[0] == _model_id() == _model_id(Lexicon(read_entries()))
    assert all(one.startswith("hashing-8@1+") for one in identifiers)


def test_a_lexicon_has_the_same_name_in_every_process() -> None:
    script = """
from models.analysis import ExpandingEncoder
from models.hashing import HashingEncoder
from models.lexicon import Lexicon, load_lexicon
from models.lexicon_file import read_entries
print(ExpandingEncoder(HashingEncoder(8), load_lexicon()).model_id)
"""
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {_model_id()}


def test_the_encoder_of_an_installation_knows_the_lexicon(tmp_path: Path) -> None:
    encoder = open_encoder("hashing", tmp_path)
    assert encoder.model_id.startswith("hashing-256@1+")
    same = encoder.encode(["MECS", "MECS (maison d’enfants à caractère social)"], Role.OFFER)
    np.testing.assert_array_equal(same[0], same[1])


def test_the_lexicon_does_not_change_which_constants_go_with_an_encoder() -> None:
    parameters = [load_matching(id_).model.dense for id_ in (_model_id(), "hashing-8@1", "other")]
    assert parameters[0] == parameters[1] != parameters[2]


def test_passages_are_cut_from_what_was_written_not_from_what_is_read() -> None:
    text = "Accueil en MECS. Pas de mineurs isolés, sauf urgence. " * 12
    analyse(text)
    spans = passages(text)
    assert spans
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert not any("maison d’enfants" in text[start:end] for start, end in spans)


def _model_id(lexicon: Lexicon | None = None) -> str:
    return ExpandingEncoder(HashingEncoder(8), lexicon or load_lexicon()).model_id


def _probability(need: str, offer: str) -> float:
    """That ``offer`` answers ``need``, by the one path that recommendations use."""
    encoder = ExpandingEncoder(HashingEncoder(), load_lexicon())
    model = load_matching(encoder.model_id).model
    builder = IndexBuilder(encoder, analyse, model)
    return float(pair_probabilities([need], [offer], builder)[0])
