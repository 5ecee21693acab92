"""Sets of codes compared pair by pair."""

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int32]
Positions: TypeAlias = NDArray[np.int64]


@njit(cache=True, nogil=True)
def meeting(
    numbers: Numbers,
    offsets: Positions,
    codes: Positions,
    other_numbers: Numbers,
    other_offsets: Positions,
    other_codes: Positions,
) -> NDArray[np.bool_]:
    """Whether the k-th set of one column and the k-th of another share a code.

    Columns are those of ``SetColumn``: codes in increasing order in each set.
    """
    found = np.zeros(len(numbers), dtype=np.bool_)
    for k in range(len(numbers)):
        i, end = offsets[numbers[k]], offsets[numbers[k] + 1]
        j, stop = other_offsets[other_numbers[k]], other_offsets[other_numbers[k] + 1]
        while i < end and j < stop:
            if codes[i] == other_codes[j]:
                found[k] = True
                break
            if codes[i] < other_codes[j]:
                i += 1
            else:
                j += 1
    return found
