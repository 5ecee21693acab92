"""How well needs and offers answer each other, passage by passage, then actor by actor."""

import math

import numpy as np
from numba import njit

from matcher.engine.columns import Bools, Floats, Numbers, Positions, Vectors
from matcher.engine.rows import Small, Weights

NEXT_NEED = 0.15
"""What each further need adds, as a share of the one before it (needs sorted, best met first)."""

FREE = -(1 << 40)
"""No term has this code."""

SIEVE = 8192
"""Places of a table that tells at a glance most of the terms that nobody asked for."""


@njit(cache=True, nogil=True)
def logits_between(
    mine: tuple[Small, Vectors, Vectors],
    my_terms: tuple[Positions, Numbers, Weights],
    theirs: tuple[Small, Vectors, Vectors],
    their_terms: tuple[Positions, Numbers, Weights],
    first: int,
    last: int,
    chosen: Positions,
    lexical: np.float32,
    bias: np.float32,
) -> Vectors:
    """Log-odds that rows ``first`` to ``last`` of mine and the ``chosen`` of theirs match.

    float32 of shape (last - first, chosen). Rows come as vectors, their scales and the scales of
    their terms; terms as offsets, codes and weights (:class:`Rows`).
    """
    vectors, scales, term_scales = mine
    their_vectors, their_scales, their_term_scales = theirs
    offsets, codes, weights = their_terms
    count, width = last - first, vectors.shape[1]
    found = np.empty((count, len(chosen)), dtype=np.float32)
    keys, held, maybe = _word_table(my_terms[0], my_terms[1], my_terms[2], first, last)
    mask = len(keys) - 1
    shared = np.zeros(count, dtype=np.int32)
    for k in range(len(chosen)):
        row = chosen[k]
        shared[:] = 0
        for at in range(offsets[row], offsets[row + 1]):
            if not maybe[codes[at] & (SIEVE - 1)]:  # most terms are not mine
                continue
            code = np.int64(codes[at])
            slot = code & mask
            while keys[slot] != FREE:
                if keys[slot] == code:
                    for i in range(count):
                        shared[i] += held[slot, i] * np.int32(weights[at])
                    break
                slot = (slot + 1) & mask
        for i in range(count):
            dot = np.int32(0)
            for j in range(width):
                dot += np.int32(vectors[first + i, j]) * np.int32(their_vectors[row, j])
            meaning = np.float32(dot) * (scales[first + i] * their_scales[row])
            words = np.float32(shared[i]) * (term_scales[first + i] * their_term_scales[row])
            found[i, k] = meaning + lexical * words + bias
    return found


@njit(cache=True, nogil=True)
def _word_table(
    offsets: Positions, codes: Numbers, weights: Weights, first: int, last: int
) -> tuple[Positions, Numbers, Bools]:
    """A hash table of the terms of some rows: keys, the weight of each in each row, a sieve."""
    size = 16
    while size < 4 * (offsets[last] - offsets[first]):
        size *= 2
    keys = np.full(size, FREE, dtype=np.int64)
    held = np.zeros((size, last - first), dtype=np.int32)
    maybe = np.zeros(SIEVE, dtype=np.bool_)
    for row in range(first, last):
        for at in range(offsets[row], offsets[row + 1]):
            code = np.int64(codes[at])
            slot = code & (size - 1)
            while keys[slot] != FREE and keys[slot] != code:
                slot = (slot + 1) & (size - 1)
            keys[slot] = code
            held[slot, row - first] += weights[at]
            maybe[codes[at] & (SIEVE - 1)] = True
    return keys, held, maybe


@njit(cache=True, nogil=True)
def best_received(answers: Vectors, starts: Positions, cuts: Positions) -> Vectors:
    """Best answer of each other to each of my needs: float32 of shape (others, needs).

    ``starts`` (needs + 1,) cuts the rows of ``answers`` by need, ``cuts`` (others + 1,) its columns
    by other. Minus infinity where an other offers nothing.
    """
    best = np.full((len(cuts) - 1, len(starts) - 1), -np.inf, dtype=np.float32)
    for k in range(len(cuts) - 1):
        for need in range(len(starts) - 1):
            for i in range(starts[need], starts[need + 1]):
                for j in range(cuts[k], cuts[k + 1]):
                    best[k, need] = max(best[k, need], answers[i, j])
    return best


@njit(cache=True, nogil=True)
def best_given(answers: Vectors, starts: Positions) -> Vectors:
    """My best answer to each of their needs: float32 of shape (needs,).

    ``starts`` (needs + 1,) cuts the columns of ``answers`` by need.
    """
    best = np.full(len(starts) - 1, -np.inf, dtype=np.float32)
    for need in range(len(starts) - 1):
        for i in range(answers.shape[0]):
            for j in range(starts[need], starts[need + 1]):
                best[need] = max(best[need], answers[i, j])
    return best


@njit(cache=True, nogil=True)
def discounted(best: Vectors, cuts: Positions) -> Floats:
    """Probabilities that needs are met, each run of ``cuts`` as one number in [0, 1).

    Best first, each need counts :data:`NEXT_NEED` of the one before; one perfect need gives 0.85.
    """
    found = np.zeros(len(cuts) - 1)
    for k in range(len(cuts) - 1):
        for need in range(cuts[k], cuts[k + 1]):
            rank = 0
            for other in range(cuts[k], cuts[k + 1]):
                rank += best[other] > best[need] or (best[other] == best[need] and other < need)
            share = (1 - NEXT_NEED) * NEXT_NEED**rank
            found[k] += share / (1.0 + math.exp(-np.float64(best[need])))
    return found
