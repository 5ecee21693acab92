"""Which thématiques a statement is about: the vocabulary that both sides' words have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Positions, Vectors
from matcher.engine.regression import TextRegression


@dataclass(frozen=True)
class ThemeModel(TextRegression):
    """A multinomial logistic regression over a statement's vector and its index terms.

    ``codes`` are the K thématiques; one more class, last, stands for « none of them ».
    ``branches`` (K,) numbers the category of each code.
    """

    codes: tuple[str, ...]
    branches: Positions

    def probabilities(self, vectors: Vectors, terms: Sequence[Sequence[str]]) -> Vectors:
        """Probability of each thématique for each statement: float32 of shape (statements, K).

        Rows sum to 1 less the probability that the statement is about none of them.
        """
        return self.classes(vectors, terms)[:, : len(self.codes)]

    def grouped(self, probabilities: Vectors) -> Vectors:
        """The same per category: float32 of shape (statements, categories)."""
        table = np.zeros((len(self.codes), int(self.branches.max()) + 1), dtype=np.float32)
        table[np.arange(len(self.codes)), self.branches] = 1
        return probabilities @ table
