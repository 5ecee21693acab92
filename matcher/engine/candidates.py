"""Who may be proposed to whom: everything that decides before any score is computed."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from matcher.engine.actor_columns import ActorColumns, category
from matcher.engine.apart import Apart
from matcher.engine.belonging import Bounds
from matcher.engine.columns import Bools, Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.territory import acting_in, near, overlapping, reachable


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
    replaces the usual reach by a plain distance in kilometres. ``bounds`` are the asker's and not
    its wish: nobody who does not belong there is looked at. ``apart`` are pairs that said no.
    """

    territories: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    radius_km: float | None = None
    sides: Sides = Sides.CROSS
    direction: Direction | None = None
    exclude_known: bool = False
    bounds: Bounds | None = None
    apart: Apart | None = None


def candidates(one: ActorIndex, a: int, many: ActorIndex, filters: Filters) -> Positions:
    """Positions in ``many`` of everyone whom actor ``a`` of ``one`` could meet, in order."""
    mine, theirs = one.columns, many.columns
    side = None if filters.sides is Sides.ANY else int(not mine.social_workers[a])
    if filters.radius_km is not None:
        found = near(one, a, many, filters.radius_km, side)
    elif filters.territories:
        acting = acting_in(many, code_of(filters.territories), side)
        found = reachable(one, a, many, side, acting)
        filters = replace(filters, territories=())  # held by who acts there
    else:
        found = reachable(one, a, many, side)
    allowed = passing(many, found, filters) & (theirs.identities[found] != mine.identities[a])
    if filters.apart is not None:
        asking = np.full(len(found), mine.identities[a])
        allowed &= ~filters.apart.hold(asking, theirs.identities[found])
    if filters.exclude_known:
        known = np.isin(theirs.identities[found], mine.known.row(a))
        known |= overlapping(theirs.known, found, mine.identities[a : a + 1])
        allowed &= ~known
    return np.asarray(found[allowed])


def passing(index: ActorIndex, positions: Positions, filters: Filters) -> Bools:
    """Who of some actors passes the filters that look at one actor alone."""
    columns = index.columns
    allowed = ~np.isin(positions, index.gone)
    if filters.bounds is not None:
        allowed &= filters.bounds.hold(index, positions)
    if filters.territories:
        wanted = code_of(filters.territories)
        sits = columns.sites.containing.overlaps(wanted)[columns.site[positions]]
        allowed &= sits | overlapping(columns.zones, positions, wanted)
    if filters.domains:
        allowed &= _about(columns, positions, filters.domains)
    if filters.publics:
        allowed &= overlapping(columns.publics, positions, code_of(filters.publics))
    return allowed


def _about(columns: ActorColumns, positions: Positions, domains: tuple[str, ...]) -> Bools:
    leaves = [domain for domain in domains if domain != category(domain)]
    branches = [domain for domain in domains if domain == category(domain)]
    return overlapping(columns.domains, positions, code_of(leaves)) | overlapping(
        columns.categories, positions, code_of(branches)
    )
