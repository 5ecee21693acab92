"""Many needs against many offers at once: what a matrix product leaves to do."""

import numpy as np
from numba import njit

from matcher.engine.columns import Numbers, Positions, Vectors
from matcher.engine.terms import Weights

FREE = -(1 << 40)
"""No term has this code."""


@njit(cache=True, nogil=True)
def posting_slots(codes: Positions) -> tuple[Positions, Numbers]:
    """A hash table of distinct codes: keys, and where in ``codes`` each stands."""
    size = 16
    while size < 2 * len(codes):
        size *= 2
    keys = np.full(size, FREE, dtype=np.int64)
    places = np.zeros(size, dtype=np.int32)
    for at in range(len(codes)):
        slot = codes[at] & (size - 1)
        while keys[slot] != FREE:
            slot = (slot + 1) & (size - 1)
        keys[slot] = codes[at]
        places[slot] = at
    return keys, places


@njit(cache=True, nogil=True)
def best_answers(
    products: Numbers,
    row_cuts: Positions,
    runs: int,
    segments: Positions,
    scales: tuple[Vectors, Vectors],
    offsets: Positions,
    codes: Numbers,
    weights: Weights,
    term_scales: tuple[Vectors, Vectors],
    postings: tuple[Positions, Numbers, Positions, Numbers, Weights],
    lexical: np.float32,
    bias: np.float32,
) -> Vectors:
    """The best log-odds between each run of rows and each run of columns.

    A run is a statement or all that an actor says; float32 of shape (row runs, column runs), minus
    infinity where one is empty. ``products`` holds the whole products of rows, int32. Columns
    stand in ``segments`` (segments, 3): from a first one to before a last one they belong to runs
    that follow each other from a third number on. The rest is what ``answers.logits_between``
    makes log-odds of. The rows' terms come as offsets, codes and weights; the columns' as
    ``postings``: hash keys and places, then for each distinct code where its columns begin, which
    they are, their weights.
    """
    keys, places, starts, columns, held = postings
    mask, width = len(keys) - 1, products.shape[1]
    shared = np.zeros(width, dtype=np.float32)
    found = np.full((len(row_cuts) - 1, runs), np.float32(-np.inf))
    for a in range(len(row_cuts) - 1):
        for i in range(row_cuts[a], row_cuts[a + 1]):
            shared[:] = np.float32(0)
            for at in range(offsets[i], offsets[i + 1]):
                code = np.int64(codes[at])
                slot = code & mask
                while keys[slot] != FREE:
                    if keys[slot] == code:
                        weight = np.float32(weights[at])
                        for k in range(starts[places[slot]], starts[places[slot] + 1]):
                            shared[columns[k]] += weight * np.float32(held[k])
                        break
                    slot = (slot + 1) & mask
            scale, term_scale = scales[0][i], term_scales[0][i]
            for s in range(len(segments)):
                first, last, run = segments[s]
                whole, words = products[i, first:last], shared[first:last]
                scaled, terms_scaled = scales[1][first:last], term_scales[1][first:last]
                best = found[a, run : run + last - first]
                for j in range(last - first):  # no branch: several columns at once
                    meaning = np.float32(whole[j]) * (scale * scaled[j])
                    said = words[j] * (term_scale * terms_scaled[j])
                    logit = meaning + lexical * said + bias
                    best[j] = logit if logit > best[j] else best[j]
    return found
