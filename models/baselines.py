"""What our matching is measured against: single ingredients, and simple fusions of them."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.engine.columns import Vectors
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from models.french import fold, terms
from models.labelled import LabelledSet

INGREDIENTS = ("bm25", "dense", "use")
"""What a plain system would choose from; TF-IDF and centring on the texts under test are beside."""
FUSIONS = ("reciprocal-ranks", "fusion", "fusion-use")
RANK_OFFSET = 60
"""Damps the first ranks of the reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)."""


def baseline_scores(
    labelled: LabelledSet, plain: Encoder, second: Encoder | None = None
) -> dict[str, Vectors]:
    """Scores of each baseline by name: float32 of shape (queries, documents).

    Without a ``second`` encoder: BM25, TF-IDF, ``plain`` alone, and the sum of words and meaning.
    With one (Universal Sentence Encoder in the report): all of INGREDIENTS, then of FUSIONS.
    """
    needs, offers = encode_sides(labelled, plain)
    words, centred = bm25_scores(labelled), centred_scores(needs, offers)
    scores = {"bm25": words, "tf-idf": tfidf_scores(labelled), "dense": cosines(needs, offers)}
    fusion = weighted_sum([(0.3, words), (0.7, centred)])
    if second is None:
        return scores | {"fusion": fusion}
    use = cosines(*encode_sides(labelled, second))
    return scores | {
        "centred": centred,
        "use": use,
        "reciprocal-ranks": reciprocal_ranks([words, centred]),
        "fusion": fusion,
        "fusion-use": weighted_sum([(0.25, words), (0.5, centred), (0.25, use)]),
    }


def bm25_scores(labelled: LabelledSet) -> Vectors:
    """Okapi BM25 with k1 = 1.2, b = 0.75 and the idf of this corpus (Robertson 2009)."""
    documents = [terms(document.text) for document in labelled.corpus]
    average = sum(map(len, documents)) / len(documents) or 1.0
    weighted = [
        {t: f * 2.2 / (f + 1.2 * (0.25 + 0.75 * len(d) / average)) for t, f in Counter(d).items()}
        for d in documents
    ]
    found = Counter(term for document in documents for term in set(document))
    total = len(documents)
    if not found:
        return np.zeros((len(labelled.queries), total), dtype=np.float32)
    idf = {t: float(np.log1p((total - n + 0.5) / (n + 0.5))) for t, n in found.items()}
    queries = [set(terms(query.text)) & idf.keys() for query in labelled.queries]
    vectorizer = DictVectorizer(dtype=np.float32)
    matrix = vectorizer.fit_transform(weighted)
    asked = vectorizer.transform([{t: idf[t] for t in query} for query in queries])
    return np.asarray((asked @ matrix.T).todense())


def tfidf_scores(labelled: LabelledSet) -> Vectors:
    """Cosine of scikit-learn's TF-IDF over accent-folded words."""
    vectorizer = TfidfVectorizer(preprocessor=fold, sublinear_tf=True)
    try:
        documents = vectorizer.fit_transform([document.text for document in labelled.corpus])
    except ValueError:  # scikit-learn refuses a corpus in which it finds no word
        return np.zeros((len(labelled.queries), len(labelled.corpus)), dtype=np.float32)
    queries = vectorizer.transform([query.text for query in labelled.queries])
    return np.asarray((queries @ documents.T).todense(), dtype=np.float32)


def encode_sides(labelled: LabelledSet, encoder: Encoder) -> tuple[Vectors, Vectors]:
    """Vectors of the queries as needs and of the documents as offers, whole texts, unit rows."""
    needs = encoder.encode([query.text for query in labelled.queries], Role.NEED)
    offers = encoder.encode([document.text for document in labelled.corpus], Role.OFFER)
    return needs, offers


def cosines(needs: Vectors, offers: Vectors) -> Vectors:
    """Cosines of unit rows, all needs against all offers."""
    return np.asarray(needs @ offers.T)


def centred_scores(needs: Vectors, offers: Vectors) -> Vectors:
    """Cosines once each side's mean is taken away.

    The means are those of the very texts under test, which no product has in advance: this
    baseline is a little better here than it could be in use.
    """
    return cosines(_centred(needs), _centred(offers))


def reciprocal_ranks(systems: Sequence[Vectors]) -> Vectors:
    """Sum over systems of 1 / (60 + rank), best first; documents that tie share their mean rank."""
    ranks = [rankdata(-scores, axis=1) for scores in systems]
    return np.asarray(sum(1 / (RANK_OFFSET + rank) for rank in ranks), dtype=np.float32)


def weighted_sum(parts: Sequence[tuple[float, Vectors]]) -> Vectors:
    """Weighted sum of scores, each brought to mean 0 and deviation 1 over a query's documents."""
    return np.asarray(sum(weight * _standardised(scores) for weight, scores in parts))


def _centred(vectors: Vectors) -> Vectors:
    moved = vectors - vectors.mean(axis=0)
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(norms > 0, norms, 1), dtype=np.float32)


def _standardised(scores: Vectors) -> Vectors:
    """Rows that are the same for every document, and so say nothing, become zeros."""
    moved = scores - scores.mean(axis=1, keepdims=True)
    spread = scores.std(axis=1, keepdims=True)
    return np.asarray(moved / np.where(spread > 1e-6, spread, np.inf), dtype=np.float32)
