"""Which thématiques a statement is about: the vocabulary that both sides' words have in common."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats, Positions, Vectors


@dataclass(frozen=True)
class ThemeModel:
    """A multinomial logistic regression over a statement's vector and its index terms.

    ``codes`` are the K thématiques; one more class, last, stands for « none of them ».
    ``dense`` is float32 of shape (K + 1, dimension) and applies to centred vectors, ``lexical``
    (K + 1, vocabulary) to TF-IDF weights of norm ``lexical_share``; ``columns`` and ``idf`` tell
    the column and the weight of a term. ``branches`` (K,) numbers the category of each code.
    """

    codes: tuple[str, ...]
    branches: Positions
    dense: Vectors
    lexical: Vectors
    intercepts: Vectors
    columns: Mapping[str, int]
    idf: Vectors
    lexical_share: float

    def probabilities(self, vectors: Vectors, terms: Sequence[Sequence[str]]) -> Vectors:
        """Probability of each thématique for each statement: float32 of shape (statements, K).

        Rows sum to 1 less the probability that the statement is about none of them.
        """
        logits = vectors @ self.dense.T + self.intercepts
        for row, said in enumerate(terms):
            columns, weights = self._weighted(said)
            if len(columns):
                logits[row] += self.lexical[:, columns] @ weights
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        return np.asarray(probabilities[:, : len(self.codes)], dtype=np.float32)

    def grouped(self, probabilities: Vectors) -> Vectors:
        """The same per category: float32 of shape (statements, categories)."""
        table = np.zeros((len(self.codes), int(self.branches.max()) + 1), dtype=np.float32)
        table[np.arange(len(self.codes)), self.branches] = 1
        return probabilities @ table

    def _weighted(self, said: Sequence[str]) -> tuple[Positions, Floats]:
        """Columns and weights of a text: (1 + ln tf) idf, brought to norm ``lexical_share``."""
        counts = Counter(self.columns[term] for term in said if term in self.columns)
        columns = np.array(list(counts), dtype=np.int64)
        weights = (1 + np.log(np.array(list(counts.values()), dtype=np.float64))) * self.idf[
            columns
        ]
        norm = np.linalg.norm(weights)
        return columns, weights * (self.lexical_share / norm if norm else 0.0)
