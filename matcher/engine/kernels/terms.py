"""Terms of passages spelled out, from the numbers that they are kept as."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.engine.columns import Numbers, Positions

WIDE = 0xF000
"""Number from which an entry of the vocabulary takes two places."""

LOWER = 15
"""As in ``terms``: bits of such a number in its second place."""

Entries = NDArray[np.uint16]
Weights = NDArray[np.int16]


@njit(cache=True, nogil=True)
def spelled(
    offsets: Numbers,
    entries: Entries,
    weights: Weights,
    words: Numbers,
    exclusions: Weights,
    rows: Positions,
) -> tuple[Positions, Numbers, Weights]:
    """Offsets (rows + 1,), codes and weights of some passages, without those that weigh nothing.

    What a passage leaves out, or must not be left out, follows the word, with its code turned.
    """
    cuts = np.zeros(len(rows) + 1, dtype=np.int64)
    for k in range(len(rows)):
        cuts[k + 1] = cuts[k] + 2 * (offsets[rows[k] + 1] - offsets[rows[k]])
    codes = np.empty(cuts[-1], dtype=np.int32)
    held = np.empty(cuts[-1], dtype=np.int16)
    last = 0
    for k in range(len(rows)):
        at = np.int64(offsets[rows[k]])
        end = np.int64(offsets[rows[k] + 1])
        while at < end:
            entry = np.int64(entries[at])
            if entry >= WIDE:
                at += 1
                entry = WIDE + ((entry - WIDE) << LOWER) + np.int64(entries[at])
            if weights[at] != 0:
                codes[last] = words[entry]
                held[last] = weights[at]
                last += 1
            if exclusions[entry] != 0:
                codes[last] = ~words[entry]
                held[last] = exclusions[entry]
                last += 1
            at += 1
        cuts[k + 1] = last
    return cuts, codes[:last], held[:last]
