"""A multinomial logistic regression over what a text means and what it says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats, Positions, Vectors


@dataclass(frozen=True)
class TextRegression:
    """Coefficients of C classes over centred vectors and TF-IDF weights of terms.

    ``dense`` is float32 of shape (C, dimension) and applies to centred vectors, ``lexical``
    (C, vocabulary) to TF-IDF weights of norm ``lexical_share``; ``columns`` and ``idf`` tell the
    column and the weight of a term, ``intercepts`` (C,) what a class is worth without either.
    """

    dense: Vectors
    lexical: Vectors
    intercepts: Vectors
    columns: Mapping[str, int]
    idf: Vectors
    lexical_share: float

    def classes(self, vectors: Vectors, terms: Sequence[Sequence[str]]) -> Vectors:
        """Probability of each class for each text: float32 of shape (texts, C), rows sum to 1."""
        logits = vectors @ self.dense.T + self.intercepts
        for row, said in enumerate(terms):
            columns, weights = self._weighted(said)
            if len(columns):
                logits[row] += self.lexical[:, columns] @ weights
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)

    def _weighted(self, said: Sequence[str]) -> tuple[Positions, Floats]:
        """Columns and weights of a text: (1 + ln tf) idf, brought to norm ``lexical_share``."""
        counts = Counter(self.columns[term] for term in said if term in self.columns)
        columns = np.array(list(counts), dtype=np.int64)
        weights = (1 + np.log(np.array(list(counts.values()), dtype=np.float64))) * self.idf[
            columns
        ]
        norm = np.linalg.norm(weights)
        return columns, weights * (self.lexical_share / norm if norm else 0.0)
