"""Pairs that are not to be proposed again, however well they go together."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.engine.columns import Bools, Positions, code_of

_SPREAD = np.int64(1_000_003)


@dataclass(frozen=True)
class Apart:
    """Some unordered pairs of ids."""

    pairs: frozenset[tuple[str, str]]

    @cached_property
    def _codes(self) -> Positions:
        ones, others = (code_of(pair[end] for pair in self.pairs) for end in (0, 1))
        return np.unique(_of_pairs(ones, others))

    def hold(self, ones: Positions, others: Positions) -> Bools:
        """Which pairs of identities are among them: bool of shape (pairs,)."""
        return np.asarray(np.isin(_of_pairs(ones, others), self._codes))


def _of_pairs(ones: Positions, others: Positions) -> Positions:
    """One code for each pair, whichever comes first; overflow wraps, as in any hash."""
    return np.asarray(np.minimum(ones, others) * _SPREAD + np.maximum(ones, others))
