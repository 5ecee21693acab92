"""Teach the model of stances (:class:`matcher.engine.stance.StanceModel`).

From ``data/vocabularies/stance_phrases.jsonl``, and what our other vocabularies hold of offers
and of names. No text of a labelled set takes part.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.engine.stance import STANCES, StanceModel
from models.cues import cues
from models.lexicon import load_lexicon

INVERSE_REGULARISATION = 3.0
LEXICAL_SHARE = 1.4
LEAST_TEXTS = 2
"""Texts in which a cue must stand: those of one text alone teach nothing, and are most of all."""

BORROWED_WEIGHT = 0.2
"""What a phrase of another vocabulary weighs: they show many subjects, few ways of saying."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, its stance, the group of phrases it was written with, and what it weighs."""

    text: str
    stance: str
    group: str
    weight: float = 1.0


def read_examples() -> list[Example]:
    """Every phrase of the bank, then what our other vocabularies hold of offers and of names."""
    bank = [
        Example(text, stance, entry["group"])
        for entry in _entries("stance_phrases.jsonl")
        for stance in STANCES
        for text in entry.get(stance, [])
    ]
    thematic = [
        Example(text, stance, entry["code"], BORROWED_WEIGHT)
        for entry in _entries("domain_phrases.jsonl")
        for stance, field in (("gives", "offers"), ("label", "keywords"))
        for text in entry.get(field, [])
    ]
    names = sorted({entry.expansion for entry in load_lexicon().entries})
    return bank + thematic + [Example(name, "label", "names", BORROWED_WEIGHT) for name in names]


def fit(examples: list[Example], encoder: Encoder, model: MatchModel) -> StanceModel:
    """Fit the regression (scikit-learn, lbfgs), each text read once as a need, once as an offer."""
    texts = [example.text for example in examples]
    vectoriser = TfidfVectorizer(analyzer=cues, sublinear_tf=True, min_df=LEAST_TEXTS)
    words = vectoriser.fit_transform(texts) * LEXICAL_SHARE
    vectors = np.vstack([model.centred(encoder.encode(texts, role), role) for role in Role])
    features = hstack([csr_matrix(vectors), vstack([words] * len(Role))]).tocsr()
    numbers = [STANCES.index(example.stance) for example in examples]
    regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=500)
    weights = [example.weight for example in examples]
    regression.fit(features, numbers * len(Role), sample_weight=weights * len(Role))
    return StanceModel(
        dense=regression.coef_[:, : encoder.dimension].astype(np.float32),
        lexical=regression.coef_[:, encoder.dimension :].astype(np.float32),
        intercepts=regression.intercept_.astype(np.float32),
        columns={cue: int(column) for cue, column in vectoriser.vocabulary_.items()},
        idf=vectoriser.idf_.astype(np.float32),
        lexical_share=LEXICAL_SHARE,
    )


def _entries(name: str) -> list[dict[str, Any]]:
    text = (files("data") / "vocabularies" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]
