"""The words that passages are compared by, in five bytes each: a passage numbers what it says.

What a passage says of one word is whether it names it and whether it leaves it out. How much the
second counts depends nearly on the word alone, so it stands once in a vocabulary, beside the word,
and not again in every passage: half of what a need is compared by is what must not be left out.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Floats, Numbers, Positions, Vectors, expand, offsets_of
from matcher.engine.kernels.terms import WIDE, spelled
from matcher.engine.remembering import remembers_texts

Weights = NDArray[np.int16]
Entries = NDArray[np.uint16]
PlainTerms: TypeAlias = tuple[Numbers, Entries, Weights, Numbers, Weights]

EXCLUDED = "!"
"""First character of a term that the text leaves out: « pas de mineurs » gives ``!mineur``."""

HEAVIEST = 511
"""Absolute value of the largest weight of a passage: 60 shared terms add up below 2 ** 24."""

LOWER = 15
"""Bits of an entry's number that stand in the second of its two places, where it has two."""


class Vocabulary(NamedTuple):
    """Distinct words with what their exclusion weighs, the most frequent first.

    ``codes`` is int32, a hash of 31 bits (of 100,000 terms, two pairs collide); ``exclusions``
    int16. A word whose exclusion weighs differently from passage to passage stands here several
    times.
    """

    codes: Numbers
    exclusions: Weights

    @property
    def keys(self) -> Positions:
        """Both in one int64: what names an entry, whatever its number."""
        return (self.exclusions.astype(np.int64) << 32) | self.codes


class Terms(NamedTuple):
    """Weighted terms of passages, passage by passage.

    Passage ``r`` holds ``entries[offsets[r]:offsets[r + 1]]``: uint16 numbers of ``vocabulary``,
    each with ``weights`` (int16) times ``scales[r]`` (float32). A number from ``WIDE`` on takes two
    places, the first of them without weight. The term ``!x`` has the code of ``x`` with all its
    bits turned: a negative number.
    """

    offsets: Numbers
    entries: Entries
    weights: Weights
    scales: Vectors
    vocabulary: Vocabulary

    @classmethod
    def of(cls, weighted: Sequence[Mapping[str, float]]) -> "Terms":
        """Lay out one mapping of term to weight per passage."""
        told = [_by_word(terms) for terms in weighted]
        cuts = offsets_of(map(len, told))
        codes = np.array([code for terms in told for code, _, _ in terms], dtype=np.int64)
        exact = np.array([pair for terms in told for _, *pair in terms], dtype=np.float64)
        exact = exact.reshape(-1, 2)
        scales = np.zeros(len(told), dtype=np.float32)
        filled = np.diff(cuts) > 0
        if filled.any():
            largest = abs(exact).max(axis=1)
            scales[filled] = np.maximum.reduceat(largest, cuts[:-1][filled]) / HEAVIEST
        rounded = whole(exact, np.repeat(scales, np.diff(cuts))[:, None]).astype(np.int16)
        keys, numbers = np.unique(_keys(codes, rounded[:, 1]), return_inverse=True)
        return _packed(cuts, numbers, rounded[:, 0], scales, keys)

    def plain(self) -> PlainTerms:
        """What a kernel compares."""
        return (self.offsets, self.entries, self.weights, *self.vocabulary)

    def take(self, rows: Positions) -> "Terms":
        """Those of some passages, in the order asked, with the whole vocabulary."""
        held, cuts = expand(self.offsets, rows)
        found = (self.entries[held], self.weights[held], self.scales[rows])
        return Terms(offsets_of(np.diff(cuts)), *found, self.vocabulary)

    def spelled(self, rows: Positions) -> tuple[Positions, Numbers, Weights]:
        """The terms of some passages one by one: offsets, codes and weights."""
        return spelled(*self.plain(), rows)

    def row(self, position: int) -> dict[int, float]:
        """The weight of each code of one passage."""
        _, codes, held = self.spelled(np.array([position], dtype=np.int64))
        weights = held * self.scales[position]
        return dict(zip(codes.tolist(), weights.tolist(), strict=True))


def joined_terms(parts: Sequence[Terms], order: Positions | None = None) -> Terms:
    """Those of several parts one after the other, or in the ``order`` of their passages together.

    The same passages in the same order give the same arrays, however they were cut in parts.
    """
    keys = np.unique(np.concatenate([part.vocabulary.keys for part in parts]))
    read = [_unpacked(part) for part in parts]
    numbers = np.concatenate(
        [
            np.searchsorted(keys, part.vocabulary.keys).astype(np.int32)[entries]
            for part, (_, entries, _) in zip(parts, read, strict=True)
        ]
    )
    cuts = offsets_of(np.concatenate([np.diff(cuts) for cuts, _, _ in read]))
    weights = np.concatenate([held for _, _, held in read])
    scales = np.concatenate([part.scales for part in parts])
    if order is not None:
        held, sizes = expand(cuts, order)
        numbers, weights, scales = numbers[held], weights[held], scales[order]
        cuts = offsets_of(np.diff(sizes))
    return _packed(cuts, numbers, weights, scales, keys)


@remembers_texts
@lru_cache(maxsize=1 << 18)
def term_code(term: str) -> int:
    """Hash a term to 31 bits, the same on every machine and in every process."""
    if term.startswith(EXCLUDED):
        return ~_hash(term[1:])
    return _hash(term)


def whole(exact: Vectors | Floats, scales: Vectors) -> Vectors | Floats:
    """Numbers divided by their scales, to the nearest whole number; 0 where the scale is 0."""
    return np.rint(exact / np.where(scales > 0, scales, 1))


def _hash(word: str) -> int:
    digest = blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "little") >> 1


def _by_word(terms: Mapping[str, float]) -> list[tuple[int, float, float]]:
    """Code of each word, its weight, and the weight of its exclusion."""
    words = {term.removeprefix(EXCLUDED): None for term in terms}
    found = [(_hash(w), terms.get(w, 0.0), terms.get(EXCLUDED + w, 0.0)) for w in words]
    return sorted(found)


def _keys(codes: Positions, exclusions: Weights) -> Positions:
    return (exclusions.astype(np.int64) << 32) | codes


def _packed(
    cuts: Numbers, numbers: Positions | Numbers, weights: Weights, scales: Vectors, keys: Positions
) -> Terms:
    """Number the entries anew, the most frequent first, without those that nobody says."""
    counts = np.bincount(numbers, minlength=len(keys))
    order = np.lexsort((keys, -counts))[: np.count_nonzero(counts)]
    places = np.zeros(len(keys), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    entries = places[numbers]
    wide = entries >= WIDE
    ends = np.arange(len(entries), dtype=np.int64) + np.cumsum(wide)
    size = len(entries) + int(wide.sum())
    found, held = np.zeros(size, dtype=np.uint16), np.zeros(size, dtype=np.int16)
    beyond = entries[wide] - WIDE
    found[ends] = np.where(wide, 0, entries)
    found[ends[wide] - 1] = WIDE + (beyond >> LOWER)
    found[ends[wide]] = beyond & ((1 << LOWER) - 1)
    held[ends] = weights
    before = np.concatenate([[0], np.cumsum(wide)])
    kept = keys[order]
    return Terms(
        (cuts + before[cuts]).astype(np.int32),
        found,
        held,
        scales,
        Vocabulary((kept & ((1 << 32) - 1)).astype(np.int32), (kept >> 32).astype(np.int16)),
    )


def _unpacked(terms: Terms) -> tuple[Numbers, Numbers, Weights]:
    """Offsets, numbers of entries and weights, with one place for each."""
    first = terms.entries >= WIDE
    entries = terms.entries.astype(np.int32)
    at = np.flatnonzero(first)
    entries[at + 1] += WIDE + ((entries[at] - WIDE) << LOWER)
    before = np.concatenate([[0], np.cumsum(first)])
    cuts = (terms.offsets - before[terms.offsets]).astype(np.int32)
    return cuts, entries[~first], terms.weights[~first]
