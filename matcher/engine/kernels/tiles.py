"""Many needs against many offers at once: what a matrix product leaves to do."""

import math

import numpy as np
from numba import njit

from matcher.engine.columns import Bools, Floats, Numbers, Positions, Vectors
from matcher.engine.terms import Weights

NEXT_NEED = 0.15
"""As in ``answers``: a kernel of one file knows nothing of another's."""

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


@njit(cache=True, nogil=True)
def _nats(logit: float) -> float:
    """``-ln(1 - p)`` for a probability p of these log-odds."""
    if logit == -np.inf:
        return 0.0
    return max(logit, 0.0) + math.log1p(math.exp(-abs(logit)))


@njit(cache=True, nogil=True)
def _cut(nats: float) -> float:
    """Log-odds of the better way below which neither comes to so many nats."""
    return math.log(math.expm1(nats)) if 0 < nats < 500 else -np.inf


@njit(cache=True, nogil=True)
def promising(
    asked: Vectors,
    statements: Positions,
    given: Vectors,
    their_statements: Positions,
    floor: float,
    worth: tuple[float, float, float],
    least: tuple[Floats, Floats],
    found: Bools,
) -> None:
    """Mark the pairs that may be proved, and worth enough for one of their two ends.

    ``asked`` (needs, others) holds the best log-odds of each need with an offer of each other,
    ``given`` (actors, their needs) the reverse; ``statements`` (actors + 1,) and
    ``their_statements`` (others + 1,) cut the needs by actor. ``found`` is bool of shape (actors,
    others). A pair needs one of log-odds ``floor``; ``worth`` is what it is worth at most without
    exchanges, and what a nat of each direction adds; ``least`` what it has to be worth for each
    actor, or for each other.
    """
    others = found.shape[1]
    lowest = least[1].min() if others else -np.inf
    received = np.empty(others, dtype=np.float32)
    for a in range(found.shape[0]):
        needed = (min(least[0][a], lowest) - worth[0]) / (worth[1] + worth[2])
        enough = np.float32(max(floor, _cut(needed)) - 1e-4)
        received[:] = np.float32(-np.inf)
        for need in range(statements[a], statements[a + 1]):
            for b in range(others):
                logit = asked[need, b]
                received[b] = logit if logit > received[b] else received[b]
        for b in range(others):
            brought = np.float32(-np.inf)
            for need in range(their_statements[b], their_statements[b + 1]):
                brought = max(brought, given[a, need])
            found[a, b] = False
            if received[b] >= enough or brought >= enough:
                hope = (
                    worth[0]
                    + worth[1] * _nats(float(received[b]))
                    + worth[2] * _nats(float(brought))
                )
                found[a, b] = hope >= min(least[0][a], least[1][b])


@njit(cache=True, nogil=True)
def met(best: Vectors, statements: Positions, rows: Positions, columns: Positions) -> Floats:
    """How well needs are met, pair by pair: float64 of shape (pairs,), as ``answers.discounted``.

    ``best`` (needs, others) holds log-odds; the needs of actor ``rows[k]`` are cut by
    ``statements``, its other is ``columns[k]``.
    """
    found = np.zeros(len(rows))
    for k in range(len(rows)):
        first, last, b = statements[rows[k]], statements[rows[k] + 1], columns[k]
        for need in range(first, last):
            rank = 0
            for other in range(first, last):
                rank += best[other, b] > best[need, b] or (
                    best[other, b] == best[need, b] and other < need
                )
            share = (1 - NEXT_NEED) * NEXT_NEED**rank
            found[k] += share / (1.0 + math.exp(-np.float64(best[need, b])))
    return found
