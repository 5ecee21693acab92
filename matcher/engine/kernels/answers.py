"""How well needs and offers answer each other, passage by passage, then actor by actor."""

import math

import numpy as np
from numba import njit

from matcher.engine.columns import Bools, Floats, Numbers, Positions, Vectors
from matcher.engine.rows import Small
from matcher.engine.terms import PlainTerms

NEXT_NEED = 0.15
"""What each further need adds, as a share of the one before it (needs sorted, best met first)."""

FREE = -(1 << 40)
"""No term has this code."""

SIEVE = 8192
"""Places of a table that tells at a glance most of the terms that nobody asked for."""

WIDE, LOWER = 0xF000, 15
"""As in ``terms``: how an entry of the vocabulary that takes two places is kept."""


@njit(cache=True, nogil=True)
def logits_between(
    mine: tuple[Small, Vectors, Vectors],
    my_terms: PlainTerms,
    theirs: tuple[Small, Vectors, Vectors],
    their_terms: PlainTerms,
    first: int,
    last: int,
    chosen: Positions,
    lexical: np.float32,
    bias: np.float32,
) -> Vectors:
    """Log-odds that rows ``first`` to ``last`` of mine and the ``chosen`` of theirs match.

    float32 of shape (last - first, chosen). Rows come as vectors, their scales and the scales of
    their terms; terms as ``Terms.plain`` gives them.
    """
    vectors, scales, term_scales = mine
    their_vectors, their_scales, their_term_scales = theirs
    offsets, entries, weights, codes, exclusions = their_terms
    count, width = last - first, vectors.shape[1]
    found = np.empty((count, len(chosen)), dtype=np.float32)
    keys, held, left_out, maybe = _word_table(my_terms, first, last)
    mask = len(keys) - 1
    asking = vectors[first:last].astype(np.int16)  # what a product of two is made of
    shared = np.zeros(count, dtype=np.int32)
    for k in range(len(chosen)):
        row = chosen[k]
        shared[:] = 0
        at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        while at < end:
            entry = np.int64(entries[at])
            if entry >= WIDE:
                at += 1
                entry = WIDE + ((entry - WIDE) << LOWER) + np.int64(entries[at])
            code = np.int64(codes[entry])
            if maybe[code & (SIEVE - 1)]:  # most terms are not mine
                slot = code & mask
                while keys[slot] != FREE:
                    if keys[slot] == code:
                        weight, exclusion = np.int32(weights[at]), np.int32(exclusions[entry])
                        for i in range(count):
                            shared[i] += held[slot, i] * weight + left_out[slot, i] * exclusion
                        break
                    slot = (slot + 1) & mask
            at += 1
        for i in range(count):
            dot = np.int32(0)
            for j in range(width):
                dot += np.int32(asking[i, j]) * np.int32(np.int16(their_vectors[row, j]))
            meaning = np.float32(dot) * (scales[first + i] * their_scales[row])
            words = np.float32(shared[i]) * (term_scales[first + i] * their_term_scales[row])
            found[i, k] = meaning + lexical * words + bias
    return found


@njit(cache=True, nogil=True)
def _word_table(
    terms: PlainTerms, first: int, last: int
) -> tuple[Positions, Numbers, Numbers, Bools]:
    """A hash table of the words of some rows: keys, what each weighs in each row, a sieve.

    First what the word itself weighs, then its exclusion.
    """
    offsets, entries, weights, codes, exclusions = terms
    size = 16
    while size < 4 * (offsets[last] - offsets[first]):
        size *= 2
    keys = np.full(size, FREE, dtype=np.int64)
    held = np.zeros((size, last - first), dtype=np.int32)
    left_out = np.zeros((size, last - first), dtype=np.int32)
    maybe = np.zeros(SIEVE, dtype=np.bool_)
    for row in range(first, last):
        at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        while at < end:
            entry = np.int64(entries[at])
            if entry >= WIDE:
                at += 1
                entry = WIDE + ((entry - WIDE) << LOWER) + np.int64(entries[at])
            code = np.int64(codes[entry])
            slot = code & (size - 1)
            while keys[slot] != FREE and keys[slot] != code:
                slot = (slot + 1) & (size - 1)
            keys[slot] = code
            held[slot, row - first] += weights[at]
            left_out[slot, row - first] += exclusions[entry]
            maybe[code & (SIEVE - 1)] = True
            at += 1
    return keys, held, left_out, maybe


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
