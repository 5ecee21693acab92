"""What statements are compared by, in whole numbers: small, and added up the same in any order.

A row of floats becomes int8 times one scale, the terms of a passage become 32-bit codes with int16
weights times one scale. From here on a product of two rows is a sum of whole numbers, exact in
int32 as in float32 (below 2 ** 24): one asker against a département and a matrix product over the
country give the same number to the bit, whoever of the two asks.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Floats, Numbers, Positions, Vectors

Small = NDArray[np.int8]
Weights = NDArray[np.int16]

LARGEST = 127
"""Absolute value of the largest number of a row, as an int8 can hold it."""

HEAVIEST = 511
"""That of the largest weight of a passage's terms: 60 shared terms still add up below 2 ** 24."""


class Terms(NamedTuple):
    """Weighted terms of passages, passage by passage.

    Passage ``r`` holds ``codes[offsets[r]:offsets[r + 1]]`` (int32, in increasing order), each
    with ``weights`` (int16) times ``scales[r]`` (float32). A code is a 32-bit hash: of 100,000
    terms, one pair collides.
    """

    offsets: Positions
    codes: Numbers
    weights: Weights
    scales: Vectors

    @classmethod
    def of(cls, weighted: Sequence[Mapping[str, float]]) -> "Terms":
        """Lay out one mapping of term to weight per passage."""
        offsets = np.zeros(len(weighted) + 1, dtype=np.int64)
        np.cumsum([len(terms) for terms in weighted], out=offsets[1:])
        told = [sorted((term_code(t), w) for t, w in terms.items()) for terms in weighted]
        codes = [code for terms in told for code, _ in terms]
        exact = np.array([weight for terms in told for _, weight in terms], dtype=np.float64)
        scales = np.zeros(len(weighted), dtype=np.float32)
        filled = np.diff(offsets) > 0
        if filled.any():
            scales[filled] = np.maximum.reduceat(abs(exact), offsets[:-1][filled]) / HEAVIEST
        weights = _whole(exact, np.repeat(scales, np.diff(offsets))).astype(np.int16)
        return cls(offsets, np.array(codes, dtype=np.int32), weights, scales)

    def row(self, position: int) -> dict[int, float]:
        """The weight of each code of one passage."""
        span = slice(self.offsets[position], self.offsets[position + 1])
        weights = self.weights[span] * self.scales[position]
        return dict(zip(self.codes[span].tolist(), weights.tolist(), strict=True))


class Rows(NamedTuple):
    """The passages of one role: what they are compared by, and whose they are.

    ``vectors`` is int8 of shape (rows, columns), each row times its ``scales`` (float32).
    ``actor_offsets`` (actors + 1,) cuts the rows by actor, ``statement_starts`` (statements,)
    says at which row each statement begins, ``statement_offsets`` (actors + 1,) cuts the
    statements by actor.
    """

    vectors: Small
    scales: Vectors
    terms: Terms
    actor_offsets: Positions
    statement_starts: Positions
    statement_offsets: Positions

    def plain(
        self,
    ) -> tuple[tuple[Small, Vectors, Vectors], tuple[Positions, Numbers, Weights]]:
        """What a kernel compares: vectors and scales, then terms."""
        terms = self.terms
        return (
            (self.vectors, self.scales, terms.scales),
            (terms.offsets, terms.codes, terms.weights),
        )


@lru_cache(maxsize=1 << 18)
def term_code(term: str) -> int:
    """Hash a term to 32 bits, the same on every machine and in every process."""
    digest = blake2b(term.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "little", signed=True)


def quantised(rows: Vectors) -> tuple[Small, Vectors]:
    """Whole numbers, int8 of the same shape, and the scale of each row, float32 (rows,).

    ``whole * scale`` is each row to within half a scale, a 254th of its largest number.
    """
    scales = (abs(rows).max(axis=1, initial=0.0) / LARGEST).astype(np.float32)
    return _whole(rows, scales[:, None]).astype(np.int8), scales


def multiplied(rows: Small, others: Small) -> Numbers:
    """Products of all rows with all others: int32 (rows, others), exact up to 1,040 columns."""
    return (rows.astype(np.float32) @ others.astype(np.float32).T).astype(np.int32)


def _whole(exact: Vectors | Floats, scales: Vectors) -> Vectors | Floats:
    return np.rint(exact / np.where(scales > 0, scales, 1))
