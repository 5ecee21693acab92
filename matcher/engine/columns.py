"""Per-actor sets of codes as flat arrays: a question to all actors is one array operation."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SetColumn:
    """One set of codes per actor: ``codes[offsets[i]:offsets[i + 1]]`` belong to actor ``i``.

    ``offsets`` is int64 of shape (actors + 1,), ``codes`` int64 of shape (total,). A code is a
    64-bit hash of its text, so two indexes built apart compare without a shared vocabulary.
    """

    offsets: Positions
    codes: Positions

    @classmethod
    def of(cls, sets: Sequence[Collection[str]]) -> "SetColumn":
        """Build the column from one collection of texts per actor."""
        offsets = np.zeros(len(sets) + 1, dtype=np.int64)
        np.cumsum([len(texts) for texts in sets], out=offsets[1:])
        codes = code_of([text for texts in sets for text in sorted(texts)])
        return cls(offsets, codes)

    def overlaps(self, wanted: Positions) -> Bools:
        """Which actors hold at least one of the ``wanted`` codes: bool of shape (actors,)."""
        found = np.zeros(len(self.offsets) - 1, dtype=np.bool_)
        hits = np.flatnonzero(np.isin(self.codes, wanted))
        found[np.searchsorted(self.offsets, hits, side="right") - 1] = True
        return found

    def filled(self) -> Bools:
        """Which actors hold any code at all: bool of shape (actors,)."""
        return np.diff(self.offsets) > 0

    def row(self, position: int) -> Positions:
        """The codes of one actor."""
        return self.codes[self.offsets[position] : self.offsets[position + 1]]

    def take(self, positions: Positions) -> "SetColumn":
        """The same column for some actors only, in the order asked."""
        rows, offsets = expand(self.offsets, positions)
        return SetColumn(offsets, self.codes[rows])


def code_of(texts: Iterable[str]) -> Positions:
    """Hash texts to int64 codes, the same on every machine and in every process."""
    digests = (blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)


def expand(offsets: Positions, positions: Positions) -> tuple[Positions, Positions]:
    """Rows that belong to ``positions`` in a column cut by ``offsets``, and their new offsets."""
    starts, lengths = offsets[positions], offsets[positions + 1] - offsets[positions]
    new_offsets = np.zeros(len(positions) + 1, dtype=np.int64)
    np.cumsum(lengths, out=new_offsets[1:])
    rows = np.arange(new_offsets[-1]) + np.repeat(starts - new_offsets[:-1], lengths)
    return rows, new_offsets
