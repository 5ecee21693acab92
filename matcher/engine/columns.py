"""Per-actor sets of codes as flat arrays: a question to all actors is one array operation."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.engine.kernels.sets import meeting
from matcher.engine.remembering import remembers_texts

Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]
Numbers = NDArray[np.int32]
Chosen = Positions | Numbers
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


class SetColumn(NamedTuple):
    """One set of codes per actor; equal sets are stored once.

    Actor ``i`` has the set ``numbers[i]`` (int32, shape (actors,)), which holds
    ``codes[offsets[n]:offsets[n + 1]]``, in increasing order. A code is a 64-bit hash of its text,
    so two indexes built apart compare without a shared vocabulary. A named tuple of arrays, for
    that is what compiled code takes.
    """

    numbers: Numbers
    offsets: Positions
    codes: Positions

    @classmethod
    def of(cls, sets: Sequence[Collection[str]]) -> "SetColumn":
        """Build the column from one collection of texts per actor."""
        known: dict[frozenset[str], int] = {}
        numbers = [known.setdefault(frozenset(texts), len(known)) for texts in sets]
        offsets = np.zeros(len(known) + 1, dtype=np.int64)
        np.cumsum([len(texts) for texts in known], out=offsets[1:])
        codes = [np.sort(code_of(texts)) for texts in known]
        flat = np.concatenate(codes) if codes else np.zeros(0, dtype=np.int64)
        return cls(np.array(numbers, dtype=np.int32), offsets, flat)

    def holding(self, wanted: Positions) -> Bools:
        """Which of the distinct sets hold one of the ``wanted`` codes: bool of shape (sets,)."""
        found = np.zeros(len(self.offsets) - 1, dtype=np.bool_)
        hits = np.flatnonzero(np.isin(self.codes, wanted))
        found[np.searchsorted(self.offsets, hits, side="right") - 1] = True
        return found

    def overlaps(self, wanted: Positions) -> Bools:
        """Which actors hold at least one of the ``wanted`` codes: bool of shape (actors,)."""
        return np.asarray(self.holding(wanted)[self.numbers])

    def filled(self, positions: Chosen) -> Bools:
        """Which of some actors hold any code at all: bool of shape (positions,)."""
        numbers = self.numbers[positions]
        return np.asarray(self.offsets[numbers + 1] > self.offsets[numbers])

    def holds(self, positions: Chosen, codes: Positions) -> Bools:
        """Whether the set of each of ``positions`` has the code beside it: pair by pair."""
        numbers = np.arange(len(codes), dtype=np.int32)
        alone = SetColumn(numbers, np.arange(len(codes) + 1), codes)
        return self.meets(positions, alone, numbers)

    def row(self, position: int) -> Positions:
        """The codes of one actor."""
        number = self.numbers[position]
        return self.codes[self.offsets[number] : self.offsets[number + 1]]

    def share(self, position: int, other: "SetColumn", its: int) -> set[int]:
        """The codes that one actor's set has in common with another's."""
        mine = self.row(position)
        return set(mine.tolist()).intersection(other.row(its).tolist()) if len(mine) else set()

    def meets(self, positions: Chosen, other: "SetColumn", others: Chosen) -> Bools:
        """Whether the set of each of ``positions`` shares a code with that of each of ``others``.

        bool of shape (positions,): pair by pair, in their order.
        """
        mine = (self.numbers[positions], self.offsets, self.codes)
        return np.asarray(meeting(*mine, other.numbers[others], other.offsets, other.codes))

    def codes_of(self, positions: Chosen) -> Positions:
        """The codes of some actors together, each once."""
        numbers = np.unique(self.numbers[positions]).astype(np.int64)
        return np.unique(self.codes[expand(self.offsets, numbers)[0]])

    def take(self, positions: Positions) -> "SetColumn":
        """The same column for some actors only, in the order asked."""
        return SetColumn(self.numbers[positions], self.offsets, self.codes)


def code_of(texts: Iterable[str]) -> Positions:
    """Hash texts to int64 codes, the same on every machine and in every process."""
    return np.array([one_code(text) for text in texts], dtype=np.int64)


@remembers_texts
@lru_cache(maxsize=1 << 16)
def one_code(text: str) -> int:
    """The same for one name, which is likely to come again."""
    return hashed(text)


def hashed(text: str) -> int:
    """The same for what somebody said: it is not remembered."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def offsets_of(sizes: Iterable[int]) -> Numbers:
    """Where runs of these sizes begin, one after the other, and where the last one ends: int32.

    Raises OverflowError beyond 2 ** 31: so much belongs in several indexes.
    """
    found = np.fromiter(sizes, dtype=np.int64)
    cuts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(found)])
    if cuts[-1] > np.iinfo(np.int32).max:
        raise OverflowError("more rows than one index can number")
    return cuts.astype(np.int32)


def expand(offsets: Chosen, positions: Positions) -> tuple[Positions, Positions]:
    """Rows that belong to ``positions`` in a column cut by ``offsets``, and their new offsets."""
    starts, lengths = offsets[positions], offsets[positions + 1] - offsets[positions]
    new_offsets = np.zeros(len(positions) + 1, dtype=np.int64)
    np.cumsum(lengths, out=new_offsets[1:])
    rows = np.arange(new_offsets[-1]) + np.repeat(starts - new_offsets[:-1], lengths)
    return rows, new_offsets
