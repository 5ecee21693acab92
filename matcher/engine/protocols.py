"""What the engine asks of things with weights: an encoder of statements, a ranker of pairs."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role


class Encoder(Protocol):
    """Turns statements into vectors whose inner product says how close two meanings are."""

    @property
    def model_id(self) -> str:
        """Name and version of the weights; vectors of two models are never compared."""

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts`` as needs or as offers.

        Returns a float32 array of shape (len(texts), dimension) with rows of norm 1 (or 0 for
        a text without any word). Deterministic; texts longer than the model reads are cut.
        """
