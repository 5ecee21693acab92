"""Vectors of many varied statements from few encoded ones, as far apart as real ones are.

To encode 2.4 million texts takes hours. So every phrase is encoded once, and a sample of varied
texts says what a variation does to a vector: more or less of a common move (a shift, and a pull
towards the phrases' mean) and a rest. How much of both is drawn from what was measured; the rest
goes along a difference between phrases, half by the parts of the variation, half by the whole text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.population.variations import BETWEEN, parts

Vectors = NDArray[np.float32]
Places = NDArray[np.int64]

VERSION = 1
AT_ONCE = 4096
"""Texts whose vectors are moved in one go."""

MOST_PARTS = 3
REMEMBERED = 200_000
_DRAWS = 3
"""Numbers that a text draws: two phrases, whose difference it moves along, and how far."""


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was encoded for one role: phrases (float32, unit rows), and what variations do."""

    rows: Mapping[str, int]
    vectors: Vectors
    common: Vectors
    """How variations move each phrase on average."""
    measured: Vectors
    """For each sampled text: how many times the common move it made, and the norm of the rest."""


class VaryingEncoder:
    """An :class:`Encoder` of varied statements; any other text goes to ``encoder`` whole.

    ``phrases`` are what statements are varied from, ``samples`` some varied statements to learn
    from. The first text of a role waits until both are encoded; then about 100,000 texts take a
    second. A text has the same vector in every process, to the last bit.
    """

    def __init__(
        self,
        encoder: Encoder,
        phrases: Mapping[Role, Sequence[str]],
        samples: Mapping[Role, Sequence[str]],
    ) -> None:
        self._encoder = encoder
        self._phrases = {role: tuple(dict.fromkeys(some)) for role, some in phrases.items()}
        self._samples = samples
        self._learned: dict[Role, _Learned] = {}

    @property
    def model_id(self) -> str:
        """That of the encoder, marked: no vector of ours passes for one of its own."""
        return f"{self._encoder.model_id}+varied-{VERSION}"

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Vectors of ``texts``: float32 (len(texts), dimension), rows of norm 1."""
        if role not in self._learned:
            self._learned[role] = self._learn(role)
        learned = self._learned[role]
        found = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), AT_ONCE):
            block = texts[start : start + AT_ONCE]
            split = [parts(text, learned.rows) for text in block]
            told = [at for at, one in enumerate(split) if one is not None]
            rows = np.array([learned.rows[one[0]] for one in split if one], dtype=np.int64)
            directions = _directions(
                learned.vectors, [block[at] for at in told], [one[1] for one in split if one]
            )
            amount = _measured(learned.measured, [block[at] for at in told])
            moved = learned.vectors[rows] + amount[:, :1] * learned.common[rows]
            moved += amount[:, 1:] * directions
            found[start + np.array(told, dtype=np.int64)] = _unit(moved)
            others = [at for at, one in enumerate(split) if one is None]
            if others:
                whole = self._encoder.encode([block[at] for at in others], role)
                found[start + np.array(others, dtype=np.int64)] = whole
        return found

    def _learn(self, role: Role) -> _Learned:
        phrases = self._phrases[role]
        rows = {phrase: row for row, phrase in enumerate(phrases)}
        vectors = self._encoder.encode(phrases, role)
        split = [(text, parts(text, rows)) for text in self._samples[role]]
        bare = vectors[[rows[one[0]] for _, one in split if one]]
        whole = self._encoder.encode([text for text, one in split if one], role)
        centre = vectors.mean(axis=0)
        moved, spread = whole - bare, bare - centre
        shift = moved.mean(axis=0)
        pull = np.float32((spread * (moved - shift)).sum() / (spread * spread).sum())
        common = shift + pull * (vectors - centre)
        made = shift + pull * spread
        times = (moved * made).sum(axis=1) / (made * made).sum(axis=1)
        rest = np.linalg.norm(moved - times[:, None] * made, axis=1)
        return _Learned(rows, vectors, common, np.stack([times, rest], axis=1))


def _measured(measured: Vectors, texts: Sequence[str]) -> Vectors:
    """The amounts of one of the sampled texts for each text."""
    drawn = _drawn([_draw(text) for text in texts])[:, 2]
    return measured[drawn % len(measured)]


def _directions(vectors: Vectors, texts: Sequence[str], variations: Sequence[str]) -> Vectors:
    """Where each text moves: float32 of shape (texts, dimension), rows of norm 1."""
    own = _difference(vectors, _drawn([_draw(text) for text in texts]))
    listed = [variation.split(BETWEEN)[:MOST_PARTS] for variation in variations]
    shared = np.zeros_like(own)
    for place in range(MOST_PARTS):
        having = [at for at, some in enumerate(listed) if len(some) > place]
        drawn = _drawn([_part_draw(listed[at][place]) for at in having])
        shared[having] += _difference(vectors, drawn)
    return _unit(own + _unit(shared))


def _difference(vectors: Vectors, drawn: Places) -> Vectors:
    """From one drawn phrase to another: rows of norm 1, or 0 where both are the same."""
    return _unit(vectors[drawn[:, 0] % len(vectors)] - vectors[drawn[:, 1] % len(vectors)])


def _draw(text: str) -> bytes:
    return blake2b(text.encode("utf-8"), digest_size=4 * _DRAWS).digest()


_part_draw = lru_cache(maxsize=REMEMBERED)(_draw)


def _drawn(digests: Sequence[bytes]) -> Places:
    """Whole numbers of shape (texts, 3)."""
    numbers = np.frombuffer(b"".join(digests), dtype="<u4").reshape(-1, _DRAWS)
    return numbers.astype(np.int64)


def _unit(vectors: Vectors) -> Vectors:
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)
