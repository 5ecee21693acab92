"""Many needs against many offers at once: what a matrix product leaves to do."""

import math

import numpy as np
from numba import njit

from matcher.engine.columns import Bools, Floats, Numbers, Positions, Vectors
from matcher.engine.rows import Weights

NEXT_NEED = 0.15
"""As in ``answers``: a kernel of one file knows nothing of another's."""

FREE = -(1 << 40)


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
def fuse_words(
    products: Vectors,
    scales: tuple[Vectors, Vectors],
    offsets: Positions,
    codes: Numbers,
    weights: Weights,
    term_scales: tuple[Vectors, Vectors],
    postings: tuple[Positions, Numbers, Positions, Numbers, Weights],
    lexical: np.float32,
    bias: np.float32,
) -> None:
    """Turn whole products of rows into log-odds, in place: ``answers.logits_between`` by tiles.

    ``products`` is float32 of shape (rows, others), exact whole numbers. The rows' terms come as
    offsets, codes and weights; the others' as ``postings``: hash keys and places, then for each
    distinct code where its rows begin, which they are and what each weighs.
    """
    keys, places, starts, rows, held = postings
    mask = len(keys) - 1
    shared = np.zeros(products.shape[1], dtype=np.int32)
    for i in range(products.shape[0]):
        shared[:] = 0
        for at in range(offsets[i], offsets[i + 1]):
            code = np.int64(codes[at])
            slot = code & mask
            while keys[slot] != FREE:
                if keys[slot] == code:
                    weight = np.int32(weights[at])
                    for k in range(starts[places[slot]], starts[places[slot] + 1]):
                        shared[rows[k]] += weight * np.int32(held[k])
                    break
                slot = (slot + 1) & mask
        scale, term_scale = scales[0][i], term_scales[0][i]
        for j in range(products.shape[1]):
            meaning = products[i, j] * (scale * scales[1][j])
            words = np.float32(shared[j]) * (term_scale * term_scales[1][j])
            products[i, j] = meaning + lexical * words + bias


@njit(cache=True, nogil=True)
def _best_of(
    answers: Vectors, first: int, last: int, cuts: Positions, row: Vectors, best: Vectors
) -> None:
    """The best log-odds of some rows with the columns of each other, into ``best``."""
    best[:] = -np.inf
    if first == last:
        return
    row[:] = answers[first]
    for i in range(first + 1, last):
        for j in range(len(row)):
            row[j] = max(row[j], answers[i, j])
    for b in range(len(best)):
        for j in range(cuts[b], cuts[b + 1]):
            best[b] = max(best[b], row[j])


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
    need_cuts: Positions,
    their_offer_cuts: Positions,
    given: Vectors,
    offer_cuts: Positions,
    their_need_cuts: Positions,
    floor: float,
    worth: tuple[float, float, float],
    least: tuple[Floats, Floats],
    found: Bools,
) -> None:
    """Mark the pairs that may be proved, and worth enough for one of their two ends.

    ``asked`` (rows of needs, rows of the others' offers) and ``given`` (rows of offers, rows of the
    others' needs) are cut by actor; ``found`` is bool of shape (actors, others). A pair needs one
    answer of log-odds ``floor``; ``worth`` is what it is worth at most without exchanges, and what
    a nat of each direction adds; ``least`` what it has to be worth for each actor, or each other.
    """
    received = np.empty(found.shape[1], dtype=np.float32)
    brought = np.empty(found.shape[1], dtype=np.float32)
    rows = np.empty(asked.shape[1], np.float32), np.empty(given.shape[1], np.float32)
    lowest = least[1].min() if len(least[1]) else -np.inf
    for a in range(found.shape[0]):
        _best_of(asked, need_cuts[a], need_cuts[a + 1], their_offer_cuts, rows[0], received)
        _best_of(given, offer_cuts[a], offer_cuts[a + 1], their_need_cuts, rows[1], brought)
        enough = max(floor, _cut((min(least[0][a], lowest) - worth[0]) / (worth[1] + worth[2])))
        for b in range(found.shape[1]):
            found[a, b] = False
            if received[b] >= enough or brought[b] >= enough:
                hope = worth[0] + worth[1] * _nats(received[b]) + worth[2] * _nats(brought[b])
                found[a, b] = hope >= min(least[0][a], least[1][b])


@njit(cache=True, nogil=True)
def met(
    answers: Vectors,
    firsts: Positions,
    others: Positions,
    statements: Positions,
    starts: Positions,
    cuts: Positions,
) -> Floats:
    """How well needs are met, pair by pair: float64 of shape (pairs,), as ``answers.discounted``.

    Actor ``a`` has the needs ``statements[a]`` to ``statements[a + 1]``, need ``s`` the rows
    ``starts[s]`` to ``starts[s + 1]``, actor ``b`` the columns ``cuts[b]`` to ``cuts[b + 1]``.
    """
    found = np.zeros(len(firsts))
    for k in range(len(firsts)):
        a, b = firsts[k], others[k]
        count = statements[a + 1] - statements[a]
        if cuts[b + 1] == cuts[b]:
            continue
        best = np.full(count, -np.inf, dtype=np.float32)
        for need in range(count):
            s = statements[a] + need
            for i in range(starts[s], starts[s + 1]):
                for j in range(cuts[b], cuts[b + 1]):
                    best[need] = max(best[need], answers[i, j])
        for need in range(count):
            rank = 0
            for other in range(count):
                rank += best[other] > best[need] or (best[other] == best[need] and other < need)
            share = (1 - NEXT_NEED) * NEXT_NEED**rank
            found[k] += share / (1.0 + math.exp(-np.float64(best[need])))
    return found
