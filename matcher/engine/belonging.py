"""Who belongs to some départements: the one filter that keeps a coordinator at home."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matcher.engine.columns import Bools, Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.territory import named_in_zones, overlapping, sitting


@dataclass(frozen=True)
class Bounds:
    """Some départements, as typed identifiers, and every territory whose mention names them.

    An actor belongs to the département of the commune where it sits. One that sits in no commune
    belongs to each département that its zone names; ``naming`` follows from ``departments``.
    """

    departments: tuple[str, ...]
    naming: tuple[str, ...] = field(compare=False, repr=False)

    @cached_property
    def _homes(self) -> Positions:
        return code_of(self.departments)

    @cached_property
    def _named(self) -> Positions:
        return code_of(self.naming)

    def hold(self, index: ActorIndex, positions: Positions) -> Bools:
        """Which of some actors belong: bool of shape (positions,)."""
        columns = index.columns
        sites = columns.site[positions]
        seated = columns.sites.communes[sites] != 0
        home = np.isin(columns.sites.departments, self._homes)[sites]
        return np.asarray(
            np.where(seated, home, overlapping(columns.zones, positions, self._named))
        )

    def members(self, index: ActorIndex) -> Positions:
        """Everybody who belongs and has not left, in order."""
        sites = index.columns.sites
        home = np.isin(sites.departments, self._homes) & (sites.communes != 0)
        found = np.union1d(sitting(index, home), named_in_zones(index, self._named))
        found = found[~np.isin(found, index.gone)]
        return np.asarray(found[self.hold(index, found)], dtype=np.int64)
