"""What a statement does with its subject: asks for it, gives it, talks about it or names it.

Somebody who looks for a room under « offers », or holds a conference about rooms, has none to give.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats, Vectors
from matcher.engine.regression import TextRegression

STANCES = ("asks", "gives", "discusses", "label")
"""Classes of the regression, in the order of its rows; ``label`` is a bare title or information."""

DOUBT, SURE = 0.8, 0.97
"""An offer is idle from the first probability on, little by little, wholly from the second."""

DOUBT_ASKING, SURE_ASKING = 0.7, 0.8
"""The same for asking alone: what passes for a request seldom gives, what passes for talk may."""

RATHER_GIVES = 0.5
"""Probability from which one sentence that gives makes up for the others."""

Sentences = Callable[[int], Sequence[Sequence[str]]]
"""The cues of each sentence of the text of a row."""


@dataclass(frozen=True)
class StanceModel(TextRegression):
    """A multinomial logistic regression over a statement's vector and its cues.

    Cues are words in their order with the small ones, and punctuation: what index terms leave out.
    """

    def idleness(
        self, vectors: Vectors, cues: Sequence[Sequence[str]], sentences: Sentences | None = None
    ) -> Vectors:
        """How surely each offer asks, or discusses, rather than gives: float32 (statements, 2).

        Rows sum to 0 for offers that may well give, to 1 for plain requests. ``sentences`` is asked
        only of those that seem idle: « Hangar à partager. Cherchons une structure » gives too.
        """
        found = self.classes(vectors, cues)[:, (0, 2)]
        total = found.sum(axis=1, keepdims=True)
        sure = np.maximum(
            _rising(total, DOUBT, SURE), _rising(found[:, :1], DOUBT_ASKING, SURE_ASKING)
        )
        idle = np.asarray(found * sure / np.where(total > 0, total, 1), dtype=np.float32)
        if sentences is not None:
            for row in np.flatnonzero(sure):
                if self._one_gives(vectors[row], sentences(int(row))):
                    idle[row] = 0
        return idle

    def _one_gives(self, vector: Vectors, sentences: Sequence[Sequence[str]]) -> bool:
        """Whether one of several sentences, in the context of their text, rather gives than not."""
        if len(sentences) < 2:
            return False
        told = self.classes(np.repeat(vector[None], len(sentences), axis=0), sentences)
        return bool(told[:, 1].max() > RATHER_GIVES)

    def refusal(self, vectors: Vectors, cues: Sequence[Sequence[str]]) -> Vectors:
        """How far each need does without idle offers: float32 of shape (statements, 2).

        Nobody answers a need by asking too. Talk answers a need of talk: one that, left aside that
        it asks, rather discusses than gives or names.
        """
        found = self.classes(vectors, cues)
        told = found[:, 1:].sum(axis=1)
        talk = found[:, 2] / np.where(told > 0, told, 1)
        without = 1 - _rising(talk, DOUBT, SURE)
        return np.stack([np.ones_like(without), without], axis=1).astype(np.float32)


def _rising(probabilities: Vectors | Floats, doubt: float, sure: float) -> Vectors:
    """0 up to ``doubt``, 1 from ``sure`` on, a straight line between."""
    return np.asarray(np.clip((probabilities - doubt) / (sure - doubt), 0, 1), dtype=np.float32)
