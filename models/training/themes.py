"""Teach the tagger of thématiques (:class:`matcher.engine.themes.ThemeModel`).

From the phrase bank (``domain_phrases.jsonl``) and the official labels, both in
``data/vocabularies``. No text of a labelled set takes part.
"""

import json
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from matcher.engine.actor_columns import category
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.engine.themes import ThemeModel
from models.analysis import said_terms
from models.themes import branches_of

NONE = "none"
INVERSE_REGULARISATION = 20.0
LEXICAL_SHARE = 0.7
KEYWORD_WEIGHT = 0.5
"""A keyword alone (« travail », « écran ») teaches less than a phrase."""

Example = tuple[str, Role, str, float]
"""A text, how it is read, its thématique, what it weighs."""


def read_examples() -> list[Example]:
    """Every phrase of the bank and every official label, in file order."""
    labels = _labels()
    found: list[Example] = []
    for entry in map(json.loads, _vocabulary("domain_phrases.jsonl").splitlines()):
        code = entry["code"]
        if code == NONE:
            found += [(text, role, NONE, 1.0) for text in entry["texts"] for role in Role]
            continue
        found += [(text, Role.NEED, code, 1.0) for text in entry["needs"]]
        found += [(text, Role.OFFER, code, 1.0) for text in entry["offers"]]
        label = labels[code]
        for role in Role:
            found += [(text, role, code, KEYWORD_WEIGHT) for text in entry["keywords"]]
            found += [(label, role, code, 1.0)]
            found += [(f"{labels[category(code)]} : {label}", role, code, 1.0)]
    return found


def fit(examples: list[Example], encoder: Encoder, model: MatchModel) -> ThemeModel:
    """Fit the regression (scikit-learn, lbfgs) on centred vectors and TF-IDF weights together."""
    vectoriser = TfidfVectorizer(analyzer=said_terms, sublinear_tf=True)
    words = vectoriser.fit_transform([text for text, *_ in examples]) * LEXICAL_SHARE
    features = hstack([csr_matrix(_centred(examples, encoder, model)), words]).tocsr()
    codes = [*sorted({code for *_, code, _ in examples} - {NONE}), NONE]
    numbers = np.array([codes.index(code) for _, _, code, _ in examples])
    regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=500)
    regression.fit(features, numbers, sample_weight=[weight for *_, weight in examples])
    kept = tuple(codes[:-1])
    return ThemeModel(
        codes=kept,
        branches=branches_of(kept),
        dense=regression.coef_[:, : encoder.dimension].astype(np.float32),
        lexical=regression.coef_[:, encoder.dimension :].astype(np.float32),
        intercepts=regression.intercept_.astype(np.float32),
        columns={term: int(column) for term, column in vectoriser.vocabulary_.items()},
        idf=vectoriser.idf_.astype(np.float32),
        lexical_share=LEXICAL_SHARE,
    )


def _centred(examples: list[Example], encoder: Encoder, model: MatchModel) -> NDArray[np.float32]:
    vectors = np.zeros((len(examples), encoder.dimension), dtype=np.float32)
    for role in Role:
        rows = [row for row, (_, read_as, *_) in enumerate(examples) if read_as is role]
        encoded = encoder.encode([examples[row][0] for row in rows], role)
        vectors[rows] = model.centred(encoded, role)
    return vectors


def _labels() -> dict[str, str]:
    content = json.loads(_vocabulary("data_inclusion_v1.json"))
    return {
        entry["code"]: entry["label"] for entry in content["thematiques"] + content["categories"]
    }


def _vocabulary(name: str) -> str:
    return (files("data") / "vocabularies" / name).read_text("utf-8")
