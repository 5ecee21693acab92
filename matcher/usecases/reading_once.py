"""Index the same words several times in a row, reading them once: profiles that differ in a detail.

What is remembered lives as long as the builder that is given, which nobody keeps.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.engine.index import IndexBuilder
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder


class EncodingOnce:
    """An encoder that is asked for each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, Role], NDArray[np.float32]] = {}

    @property
    def model_id(self) -> str:
        """That of the encoder."""
        return self._encoder.model_id

    @property
    def dimension(self) -> int:
        """That of the encoder."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """The same rows as the encoder's."""
        new = [text for text in dict.fromkeys(texts) if (text, role) not in self._known]
        for text, vector in zip(new, self._encoder.encode(new, role) if new else (), strict=True):
            self._known[text, role] = vector
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for position, text in enumerate(texts):
            rows[position] = self._known[text, role]
        return rows


def reading_once(builder: IndexBuilder) -> IndexBuilder:
    """The same builder, which gives the same index and reads each text once."""
    analyse = cache(builder.analyzer)
    return replace(
        builder,
        encoder=EncodingOnce(builder.encoder),
        analyzer=lambda text: list(analyse(text)),
    )
