"""Who may be proposed to whom: everything that decides before any score is computed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matcher.engine.columns import Bools, Positions, code_of
from matcher.engine.features import acquainted
from matcher.engine.index import ActorColumns, ActorIndex, category
from matcher.engine.territory import acting_in, distances_km, reachable


class Sides(StrEnum):
    """Whether partners come from the other side only, or from both."""

    CROSS = "cross"
    ANY = "any"


class Direction(StrEnum):
    """Which exchange is wanted: both ways, what the actor receives, or what it gives."""

    MUTUAL = "mutual"
    NEEDS = "needs"
    OFFERS = "offers"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the asker wants to see. Empty filters let everyone pass.

    ``territories`` are typed identifiers, one of which a partner must act in; ``radius_km``
    replaces the usual reach by a plain distance in kilometres.
    """

    territories: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    radius_km: float | None = None
    sides: Sides = Sides.CROSS
    direction: Direction | None = None
    exclude_known: bool = False


def candidates(one: ActorIndex, a: int, many: ActorIndex, filters: Filters) -> Positions:
    """Positions in ``many`` of everyone whom actor ``a`` of ``one`` could meet."""
    mine, theirs = one.columns, many.columns
    everyone = np.arange(len(many.actors))
    allowed = within(theirs, filters)
    allowed &= ~theirs.identities.overlaps(mine.identities.row(a))
    allowed &= _in_reach(mine, a, theirs, filters)
    if filters.sides is Sides.CROSS:
        allowed &= theirs.social_workers != mine.social_workers[a]
    if filters.exclude_known:
        allowed &= acquainted(mine, a, theirs, everyone) == 0
    return np.flatnonzero(allowed)


def within(columns: ActorColumns, filters: Filters) -> Bools:
    """Who passes the filters that look at one actor alone: bool of shape (actors,)."""
    allowed = np.ones(len(columns.radii), dtype=np.bool_)
    if filters.territories:
        allowed &= acting_in(columns, code_of(filters.territories))
    if filters.domains:
        allowed &= _about(columns, filters.domains)
    if filters.publics:
        allowed &= columns.publics.overlaps(code_of(filters.publics))
    return allowed


def _in_reach(one: ActorColumns, a: int, many: ActorColumns, filters: Filters) -> Bools:
    if filters.radius_km is None:
        return reachable(one, a, many)
    distances = distances_km(one, a, many, np.arange(len(many.radii)))
    return np.asarray(np.nan_to_num(distances, nan=np.inf) <= filters.radius_km)


def _about(columns: ActorColumns, domains: tuple[str, ...]) -> Bools:
    leaves = [domain for domain in domains if domain != category(domain)]
    branches = [domain for domain in domains if domain == category(domain)]
    return columns.domains.overlaps(code_of(leaves)) | columns.categories.overlaps(
        code_of(branches)
    )
