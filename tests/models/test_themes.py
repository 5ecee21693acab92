"""The tagger of thématiques: what is learned, kept and committed."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.themes import ThemeModel
from models.analysis import said_terms
from models.matching import load_matching
from models.themes import branches_of, read_themes, save_themes
from models.training.themes import NONE, Example, fit, read_examples

ARTEFACT = files("models") / "artefacts" / "matching" / "themes.npz"
BANK = {
    "mobilite--velo": ["prêt de vélos", "atelier de réparation de vélo", "remise en selle"],
    "mobilite--permis": ["passer le permis", "code de la route", "aide au permis de conduire"],
    "logement--louer": ["louer un appartement", "trouver un toit", "bail et caution"],
    NONE: ["bonjour à tous", "horaires d’ouverture", "plan du site"],
}
EXAMPLES: list[Example] = [
    (text, role, code, 0.5 if row else 1.0)
    for code, texts in BANK.items()
    for row, text in enumerate(texts)
    for role in Role
]
ASKED = ["un vélo et le permis", "vélo vélo vélo", "loyers impayés", "xyzzy", "", "pas de permis"]


def load_themes() -> ThemeModel:
    themes = load_matching("multilingual-e5-small-int8@1").model.themes
    assert themes is not None
    return themes


class LetterEncoder:
    """Counts letters, brought to norm 1: a little meaning without weights."""

    model_id = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode alike for both roles; rows of zeros for texts without letters."""
        counts = np.array(
            [[text.count(chr(97 + column)) for column in range(26)] for text in texts], np.float64
        ).reshape(len(texts), 26)
        norms = np.linalg.norm(counts, axis=1, keepdims=True)
        return np.asarray(counts / np.where(norms > 0, norms, 1), dtype=np.float32)


@pytest.fixture(scope="module")
def fitted() -> ThemeModel:
    return fit(EXAMPLES, LetterEncoder(), _model())


def test_a_fitted_tagger_says_what_scikit_learn_says(fitted: ThemeModel) -> None:
    vectoriser = TfidfVectorizer(analyzer=said_terms, sublinear_tf=True)
    words = 0.7 * vectoriser.fit_transform([text for text, *_ in EXAMPLES])
    regression = LogisticRegression(C=20.0, max_iter=500)
    regression.fit(
        hstack([csr_matrix(_vectors(EXAMPLES)), words]).tocsr(),
        [code for _, _, code, _ in EXAMPLES],
        sample_weight=[weight for *_, weight in EXAMPLES],
    )
    asked: list[Example] = [(text, Role.OFFER, NONE, 1.0) for text in ASKED]
    vectors = _vectors(asked)
    expected = regression.predict_proba(
        hstack([csr_matrix(vectors), 0.7 * vectoriser.transform(ASKED)]).tocsr()
    )
    columns = [list(regression.classes_).index(code) for code in fitted.codes]

    found = fitted.probabilities(vectors, [said_terms(text) for text in ASKED])

    assert found == pytest.approx(expected[:, columns], abs=1e-3)
    assert found.sum(axis=1) == pytest.approx(1 - expected[:, _none(regression)], abs=1e-3)


def test_a_fitted_tagger_knows_its_own_phrases(fitted: ThemeModel) -> None:
    for text, role, code, weight in EXAMPLES:
        row = fitted.probabilities(_vectors([(text, role, code, weight)]), [said_terms(text)])[0]
        if code == NONE:
            assert row.sum() < 0.5
        else:
            assert fitted.codes[int(row.argmax())] == code


def test_no_class_of_the_tagger_is_called_none(fitted: ThemeModel) -> None:
    assert fitted.codes == ("logement--louer", "mobilite--permis", "mobilite--velo")
    assert fitted.branches.tolist() == [0, 1, 1]
    assert len(fitted.dense) == len(fitted.codes) + 1


def test_what_was_saved_is_read_back(fitted: ThemeModel, tmp_path: Path) -> None:
    save_themes(tmp_path / "themes.npz", fitted)
    back = read_themes(tmp_path / "themes.npz")

    assert (back.codes, back.lexical_share) == (fitted.codes, fitted.lexical_share)
    assert dict(back.columns) == dict(fitted.columns)
    for name in ("branches", "idf", "intercepts"):
        assert getattr(back, name).tolist() == getattr(fitted, name).tolist()
    for name in ("dense", "lexical"):
        assert getattr(back, name).dtype == np.float32
        assert getattr(back, name) == pytest.approx(getattr(fitted, name), rel=1e-3, abs=1e-4)


def test_a_file_with_objects_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "themes.npz"
    np.savez(path, codes=np.array([{"never": "run"}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_themes(path)


def test_the_committed_tagger_is_small_and_holds_numbers_and_words_only() -> None:
    content = ARTEFACT.read_bytes()
    assert len(content) < 1_000_000
    with ARTEFACT.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} == {"U", "f"}


def test_the_committed_tagger_knows_the_official_themes() -> None:
    official = json.loads(
        (files("data") / "vocabularies" / "data_inclusion_v1.json").read_text("utf-8")
    )
    themes = load_themes()
    assert len(themes.codes) == 69
    assert set(themes.codes) == {entry["code"] for entry in official["thematiques"]}
    assert themes.branches.tolist() == branches_of(themes.codes).tolist()
    assert int(themes.branches.max()) + 1 == len({code.split("--")[0] for code in themes.codes})


def test_the_committed_tagger_is_whole() -> None:
    themes = load_themes()
    terms = len(themes.columns)
    assert themes.dense.shape == (70, 384)
    assert themes.lexical.shape == (70, terms)
    assert themes.intercepts.shape == (70,)
    assert themes.idf.shape == (terms,)
    assert sorted(themes.columns.values()) == list(range(terms))
    assert all(np.isfinite(part).all() for part in (themes.dense, themes.lexical, themes.idf))
    assert not any(term.startswith(("!", "?")) for term in themes.columns)


def test_every_official_theme_has_phrases_of_both_sides() -> None:
    examples = read_examples()
    for code in load_themes().codes:
        assert {role for _, role, of, _ in examples if of == code} == set(Role)
    assert {code for *_, code, _ in examples} == {*load_themes().codes, NONE}
    assert all(text.strip() and weight > 0 for text, _, _, weight in examples)


def _model() -> MatchModel:
    return MatchModel(
        model_id="letters",
        dense=10.0,
        lexical=6.0,
        bias=-4.0,
        default_idf=1.0,
        average_length=10.0,
        centres={role: np.full(26, 0.01 + 0.1 * (role is Role.NEED), np.float32) for role in Role},
    )


def _vectors(examples: list[Example]) -> NDArray[np.float32]:
    """Centred vectors, one text at a time."""
    encoder, model = LetterEncoder(), _model()
    return np.vstack(
        [model.centred(encoder.encode([text], role), role) for text, role, _, _ in examples]
    )


def _none(regression: LogisticRegression) -> int:
    return list(regression.classes_).index(NONE)
