"""The model of stances: what is learned, kept and committed, and what it tells apart."""

import json
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.engine.stance import STANCES, StanceModel
from models.analysis import analyse, open_encoder
from models.matching import load_matching
from models.stance import read_stance, save_stance
from models.training.stances import Example, fit, read_examples

ARTEFACT = files("models") / "artefacts" / "matching" / "stance.npz"
EXAMPLES = [
    Example(f"{opening} {thing}", stance, thing)
    for thing in ("un vélo", "une salle", "des livres", "du bois")
    for opening, stance in (
        ("nous cherchons", "asks"),
        ("nous prêtons", "gives"),
        ("colloque sur", "discusses"),
        ("comment choisir", "label"),
    )
]


def load_stance() -> StanceModel:
    stances = load_matching("multilingual-e5-small-int8@1").model.stances
    assert stances is not None
    return stances


class SilentEncoder:
    """Finds no meaning in anything: only cues are left to learn from."""

    model_id = "silent"
    dimension = 2

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Rows of zeros."""
        return np.zeros((len(texts), 2), dtype=np.float32)


@pytest.fixture(scope="module")
def fitted() -> StanceModel:
    return fit(EXAMPLES, SilentEncoder(), _bare())


def test_what_is_learned_on_some_things_is_known_of_others(fitted: StanceModel) -> None:
    texts = ["Nous cherchons de la laine", "Nous prêtons une scie", "Colloque sur la laine"]
    found = fitted.classes(np.zeros((3, 2), np.float32), [analyse(text) for text in texts])
    assert [STANCES[row.argmax()] for row in found] == ["asks", "gives", "discusses"]


def test_what_was_saved_is_read_back_and_always_the_same_bytes(
    fitted: StanceModel, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    save_stance(one, fitted)
    back = read_stance(one)
    save_stance(other, back)

    assert one.read_bytes() == other.read_bytes()
    assert dict(back.columns) == dict(fitted.columns)
    assert back.lexical == pytest.approx(fitted.lexical, rel=1e-3, abs=1e-4)


def test_an_archive_carries_no_date(fitted: StanceModel, tmp_path: Path) -> None:
    path = tmp_path / "stance.npz"
    save_stance(path, fitted)
    assert b"PK\x03\x04" in path.read_bytes()
    # The four bytes of time and date of an entry: 1980-01-01, 00:00.
    assert path.read_bytes()[10:14] == b"\x00\x00\x21\x00"


def test_a_file_with_objects_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stance.npz"
    np.savez(path, dense=np.array([{"never": "run"}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_stance(path)


def test_the_bank_holds_each_phrase_once_and_enough_of_each_stance() -> None:
    bank = (files("data") / "vocabularies" / "stance_phrases.jsonl").read_text("utf-8")
    texts = [
        (stance, text)
        for entry in map(json.loads, bank.splitlines())
        for stance in STANCES
        for text in entry.get(stance, [])
    ]
    counts = Counter(stance for stance, _ in texts)
    assert len({text.casefold() for _, text in texts}) == len(texts)
    assert min(counts["asks"], counts["gives"]) >= 550
    assert min(counts["discusses"], counts["label"]) >= 250
    assert {example.stance for example in read_examples()} == set(STANCES)


def test_the_committed_model_is_small_and_whole() -> None:
    assert len(ARTEFACT.read_bytes()) < 1_500_000
    stance = load_stance()
    count = len(stance.columns)
    assert stance.dense.shape == (4, 384)
    assert stance.lexical.shape == (4, count)
    assert stance.idf.shape == (count,)
    assert sorted(stance.columns.values()) == list(range(count))
    assert all(np.isfinite(part).all() for part in (stance.dense, stance.lexical, stance.idf))


def test_only_an_encoder_that_it_was_fitted_with_has_it() -> None:
    assert load_matching("multilingual-e5-small-int8@1").model.stances is not None
    assert load_matching("hashing-8@1").model.stances is None
    assert load_matching("other").model.stances is None


IDLE = [
    "On voudrait bien un four, le nôtre est mort",
    "nous cherchons aussi une couturière bénévole",
    "Qui pourrait prêter un barnum à notre club ?",
    "il nous manque des tabourets",
    "Conférence sur l’avenir des métiers manuels",
    "Rapport d’étude sur les couturières du Nord",
]
GIVING = [
    "Nous prêtons un barnum aux clubs du canton",
    "Aide à la recherche d’un apprentissage",
    "Vous cherchez un tailleur ? Notre atelier retouche vos vêtements",
    "Cours de couture le lundi",
    "Quelle est la durée du congé parental ?",
    "Chercheur en botanique",
    "Couture et textile",
]


@pytest.mark.parametrize("text", IDLE)
def test_a_request_or_a_talk_put_in_the_offers_is_idle(text: str, encoder: Encoder) -> None:
    assert _idleness(text, encoder) > 0.5


@pytest.mark.parametrize("text", GIVING)
def test_an_offer_a_service_a_page_or_a_title_is_not(text: str, encoder: Encoder) -> None:
    assert _idleness(text, encoder) < 0.1


@pytest.fixture(scope="module")
def encoder(model_directory: Path) -> Encoder:
    return open_encoder(None, model_directory)


def _idleness(text: str, encoder: Encoder) -> float:
    model = load_matching(encoder.model_id).model
    vector = model.centred(encoder.encode([text], Role.OFFER), Role.OFFER)
    return float(load_stance().idleness(vector, [analyse(text)]).sum())


def _bare() -> MatchModel:
    return MatchModel(
        model_id="silent",
        dense=1.0,
        lexical=1.0,
        bias=0.0,
        default_idf=1.0,
        average_length=10.0,
    )
