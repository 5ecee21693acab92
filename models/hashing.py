"""An encoder without weights, for tests that need vectors but no meaning."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role
from matcher.engine.remembering import remembers_texts
from models.cleaning import clean

NGRAM_LENGTHS = (3, 4, 5)


class HashingEncoder:
    """Hashes accent-folded words and their character n-grams into signed counts.

    Equal texts have cosine 1, texts that share words are close, others are near 0. The same on
    every platform and in every process: it hashes with BLAKE2b and adds whole numbers. Needs and
    offers are read alike.
    """

    def __init__(self, dimension: int = 256) -> None:
        if dimension < 1:
            raise ValueError(f"dimension must be at least 1, not {dimension}")
        self._dimension = dimension

    @property
    def model_id(self) -> str:
        """Name, version and dimension: two dimensions are two models."""
        return f"hashing-{self._dimension}@1"

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts`` whatever their ``role``: float32 (len(texts), dimension), unit rows."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return vectors

    def _vector(self, text: str) -> NDArray[np.float64]:
        counts = np.zeros(self._dimension, dtype=np.float64)
        for word in _folded_words(text):
            columns, signs = _hashed_features(word, self._dimension)
            np.add.at(counts, columns, signs)
        norm = float(np.sqrt(counts @ counts))
        return counts / norm if norm else counts


def _folded_words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", clean(text))
    folded = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return re.findall(r"[^\W_]+", folded.casefold())


def _features(word: str) -> Iterator[str]:
    yield word
    framed = f"<{word}>"
    for length in NGRAM_LENGTHS:
        for start in range(len(framed) - length + 1):
            yield framed[start : start + length]


@remembers_texts
@lru_cache(maxsize=50_000)
def _hashed_features(word: str, dimension: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The column (below ``dimension``) and the sign (±1) of every feature of ``word``."""
    digests = [
        int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "big")
        for feature in _features(word)
    ]
    columns = np.array([(digest >> 1) % dimension for digest in digests], dtype=np.intp)
    signs = np.array([1.0 if digest & 1 else -1.0 for digest in digests])
    return columns, signs
