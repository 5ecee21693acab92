"""What statements are compared by, in whole numbers: small, and added up the same in any order.

A row of floats becomes int8 times one scale, the terms of a passage become 31-bit codes with int16
weights times one scale (``terms``). From here on a product of two rows is a sum of whole numbers,
exact in int32 as in float32 (below 2 ** 24): one asker against a département and a matrix product
over the country give the same number to the bit, whoever of the two asks.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Numbers, Vectors
from matcher.engine.terms import PlainTerms, Terms, whole

Small = NDArray[np.int8]

LARGEST = 127
"""Absolute value of the largest number of a row, as an int8 can hold it."""


class Rows(NamedTuple):
    """The passages of one role: what they are compared by, and whose they are.

    ``vectors`` is int8 of shape (rows, columns), each row times its ``scales`` (float32).
    ``actor_offsets`` (actors + 1,) cuts the rows by actor, ``statement_starts`` (statements,)
    says at which row each statement begins, ``statement_offsets`` (actors + 1,) cuts the
    statements by actor; all int32.
    """

    vectors: Small
    scales: Vectors
    terms: Terms
    actor_offsets: Numbers
    statement_starts: Numbers
    statement_offsets: Numbers

    def plain(self) -> tuple[tuple[Small, Vectors, Vectors], PlainTerms]:
        """What a kernel compares: vectors and scales, then terms."""
        return (self.vectors, self.scales, self.terms.scales), self.terms.plain()


def quantised(rows: Vectors) -> tuple[Small, Vectors]:
    """Whole numbers, int8 of the same shape, and the scale of each row, float32 (rows,).

    ``whole * scale`` is each row to within half a scale, a 254th of its largest number.
    """
    scales = (abs(rows).max(axis=1, initial=0.0) / LARGEST).astype(np.float32)
    return whole(rows, scales[:, None]).astype(np.int8), scales


def multiplied(rows: Small, others: Small) -> Numbers:
    """Products of all rows with all others: int32 (rows, others), exact up to 1,040 columns."""
    return (rows.astype(np.float32) @ others.astype(np.float32).T).astype(np.int32)
