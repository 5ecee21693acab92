"""What the engine asks from outside: an encoder of statements, and processors to work on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role

Found = TypeVar("Found")


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


class SideBySide(Protocol):
    """Makes calls, several at once where it can, few ahead; gives results in their order."""

    def __call__(self, calls: Iterable[Callable[[], Found]], /) -> Iterator[Found]:
        """Raise what a call raises."""


def one_by_one(calls: Iterable[Callable[[], Found]]) -> Iterator[Found]:
    """Make calls on one processor: a :class:`SideBySide`."""
    return (call() for call in calls)
