"""The best partners of many actors, kept as pairs come."""

from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from matcher.engine.columns import Floats, Numbers, Positions
from matcher.engine.kernels import best


@dataclass(frozen=True)
class BestPartners:
    """The best partners found so far of some actors, for several threads at once.

    ``worth`` is float64 of shape (actors, limit), log-odds in decreasing order, minus infinity
    where there is none yet; ``partners`` int32 of the same shape, -1 where there is none. Equal
    partners stand in the order of the index.
    """

    worth: Floats
    partners: Numbers
    _lock: Lock = field(default_factory=Lock, compare=False)

    @classmethod
    def none_yet(cls, actors: int, limit: int) -> "BestPartners":
        """Nobody has met anybody."""
        return cls(np.full((actors, limit), -np.inf), np.full((actors, limit), -1, dtype=np.int32))

    def keep(self, owners: Positions, partners: Positions, worth: Floats) -> None:
        """Let pairs take their place among the best of their owners, if they deserve it."""
        with self._lock:
            best.keep_best(self.worth, self.partners, owners, partners, worth)

    def best_of(self, actors: Positions) -> Floats:
        """What the partners of some actors are worth by now: a copy."""
        with self._lock:
            return np.asarray(self.worth[actors])
