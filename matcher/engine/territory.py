"""How near two actors act, and whom a place or a zone can reach."""

import math

import numpy as np

from matcher.engine.actor_columns import ActorColumns, Sites
from matcher.engine.columns import (
    Bools,
    Chosen,
    Floats,
    Numbers,
    Positions,
    SetColumn,
    expand,
)
from matcher.engine.index import ActorIndex

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

NEARBY_KM = 30.0
"""Actors closer than this can meet without either having declared a zone."""

AT_ONCE = 8
"""Sites that are compared with all others in one product."""

LEVELS = (("communes", 1.0), ("epcis", 0.85), ("departments", 0.7), ("regions", 0.3))
NEIGHBOUR = 0.5
COVERED = 0.6
BOTH_COVERED = 0.75
FADING_KM = 25.0

KEPT_ACTING = 128
"""Territories of an index whose actors are kept, 8 bytes each."""


def distances_km(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions
) -> Floats:
    """Great-circle distances of pairs: float64 of shape (pairs,), NaN where unknown.

    Computed from the chord between unit vectors, which stays exact for close points.
    """
    return apart_km(one.sites, one.site[firsts], many.sites, many.site[others])


def apart_km(one: Sites, here: Chosen, many: Sites, there: Chosen) -> Floats:
    """The same for pairs of sites."""
    return _arcs_km(one.points[here] - many.points[there])


def distance_km(one: ActorColumns, a: int, many: ActorColumns, b: int) -> float | None:
    """The distance of one pair, ``None`` where unknown."""
    chord = one.sites.points[one.site[a]] - many.sites.points[many.site[b]]
    found = float(_arcs_km(chord[None])[0])
    return None if math.isnan(found) else found


def acts_at(one: ActorColumns, a: int, many: ActorColumns, b: int, distance: float | None) -> bool:
    """Whether actor ``a`` acts where ``b`` sits, by its zone or within its radius."""
    named = one.zones.share(a, many.sites.containing, int(many.site[b]))
    return bool(named) or (distance is not None and distance <= float(one.radii[a]))


def coverage(
    one: ActorColumns,
    firsts: Positions,
    many: ActorColumns,
    others: Positions,
    distances: Floats,
) -> tuple[Bools, Bools]:
    """Whether each first acts where the other sits, and each other where the first sits."""
    here, there = one.site[firsts], many.site[others]
    reaches = one.zones.meets(firsts, many.sites.containing, there)
    reached = many.zones.meets(others, one.sites.containing, here)
    near = np.nan_to_num(distances, nan=np.inf)
    return reaches | (near <= one.radii[firsts]), reached | (near <= many.radii[others])


def proximity(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions
) -> Floats:
    """The territory feature, in [0, 1]: administrative nearness, distance or declared zones.

    The best of the three counts, so that a wider zone or radius never lowers it.
    """
    distances = distances_km(one, firsts, many, others)
    value = nearness(one.sites, one.site[firsts], many.sites, many.site[others], distances)
    reaches, reached = coverage(one, firsts, many, others, distances)
    value = np.maximum(value, COVERED * (reaches | reached))
    return np.asarray(np.maximum(value, BOTH_COVERED * (reaches & reached)))


def nearness(one: Sites, here: Chosen, many: Sites, there: Chosen, distances: Floats) -> Floats:
    """The same for pairs of sites, as far as nobody's zone counts."""
    value: Floats = np.exp(-np.nan_to_num(distances, nan=np.inf) / FADING_KM)
    for name, worth in LEVELS:
        mine, theirs = getattr(one, name)[here], getattr(many, name)[there]
        value = np.maximum(value, worth * ((mine == theirs) & (mine != 0)))
    return np.asarray(np.maximum(value, NEIGHBOUR * _touching(one, here, many, there)))


def meeting_anyhow(
    one: Sites, here: Chosen, many: Sites, there: Chosen, distances: Floats
) -> Bools:
    """Whether who sits at one site meets who sits at another, as far as nobody's zone counts."""
    home, away = one.departments[here], many.departments[there]
    met = (home == away) & (home != 0) | (np.nan_to_num(distances, nan=np.inf) <= NEARBY_KM)
    return np.asarray(met | _touching(one, here, many, there))


def reachable(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    side: int | None = None,
    among: Positions | None = None,
) -> Positions:
    """Who can meet ``a`` at all: same or neighbouring département, near, or covered by a zone.

    Positions in ``many``, in order. With ``side``, entrepreneurs (0) or social workers (1) only;
    ``among``: of some actors only. An asker who says nothing of where it acts asks everybody.
    """
    if among is None:
        return reachable_from(one, np.array([a]), many, side)
    columns = one.columns
    if not len(columns.sites.containing.row(columns.site[a])) and not len(columns.zones.row(a)):
        return among
    firsts = np.full(len(among), a, dtype=np.int64)
    return np.asarray(among[can_meet(columns, firsts, many.columns, among)])


def reachable_from(
    one: ActorIndex, firsts: Positions, many: ActorIndex, side: int | None = None
) -> Positions:
    """Everybody whom one of several actors can meet, and perhaps some whom none of them can."""
    mine, theirs = one.columns, many.columns
    sites, widest = np.unique(mine.site[firsts], return_inverse=True)
    radii = np.zeros(len(sites))
    np.maximum.at(radii, widest, mine.radii[firsts])
    here, zone = mine.sites.containing.codes_of(sites), mine.zones.codes_of(firsts)
    if not len(here) and not len(zone):
        return sitting(many, np.ones(len(theirs.sites.communes), dtype=np.bool_), side)
    reached = _neighbouring(mine.sites, sites, theirs.sites)
    if len(zone):
        reached |= theirs.sites.containing.holding(zone)[theirs.sites.containing.numbers]
    nearest, near_enough = _nearest(mine.sites, sites, radii, theirs.sites)
    reached |= near_enough
    sitting_there = sitting(many, reached, side)
    coming = np.union1d(named_in_zones(many, here, side), _radiating(many, nearest, ~reached, side))
    coming = coming[~reached[theirs.site[coming]]]
    return np.sort(np.concatenate([sitting_there, coming]), kind="stable")


def can_meet(one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions) -> Bools:
    """Pair by pair, whether :func:`reachable` finds the other: bool of shape (pairs,).

    But for those who say nothing of where they act: nobody is near them.
    """
    distances = distances_km(one, firsts, many, others)
    here, there = one.site[firsts], many.site[others]
    reaches, reached = coverage(one, firsts, many, others, distances)
    met = meeting_anyhow(one.sites, here, many.sites, there, distances)
    return np.asarray(met | reaches | reached)


def acting_in(index: ActorIndex, territories: Positions, side: int | None = None) -> Positions:
    """Who sits in one of the territories, given as codes, or names it in its zone.

    The same are asked for again and again: the last :data:`KEPT_ACTING` answers are kept.
    """
    key = np.append(territories, -1 if side is None else side).tobytes()
    found = index.acting.get(key)
    if found is None:
        found = index.acting[key] = _acting_in(index, territories, side)
        found.flags.writeable = False
        for oldest in list(index.acting)[:-KEPT_ACTING]:
            index.acting.pop(oldest, None)
    return found


def _acting_in(index: ActorIndex, territories: Positions, side: int | None) -> Positions:
    sites = index.columns.sites.containing.overlaps(territories)
    coming = named_in_zones(index, territories, side)
    coming = coming[~sites[index.columns.site[coming]]]
    return np.sort(np.concatenate([sitting(index, sites, side), coming]), kind="stable")


def near(
    one: ActorIndex, a: int, many: ActorIndex, radius_km: float, side: int | None = None
) -> Positions:
    """Who sits within a plain distance."""
    distances = _to_sites_km(one.columns.sites, int(one.columns.site[a]), many.columns.sites)
    return sitting(many, distances <= radius_km, side)


def sitting(index: ActorIndex, sites: Bools, side: int | None = None) -> Positions:
    """Who sits at some sites, bool of shape (sites,): positions, in order."""
    chosen = np.flatnonzero(sites)
    sides = (0, 1) if side is None else (side,)
    found = [expand(index.whereabouts.starts[k], chosen)[0] for k in sides]
    return np.concatenate(found)


def present(index: ActorIndex, territories: Positions, side: int) -> Positions:
    """Who of one side sits in one of the territories and has not left."""
    found = sitting(index, index.columns.sites.containing.overlaps(territories), side)
    return np.asarray(found[~np.isin(found, index.gone)])


def _to_sites_km(one: Sites, p: int, many: Sites) -> Floats:
    """Distances from a site to all of another index, infinite where unknown."""
    return np.nan_to_num(_arcs_km(many.points - one.points[p]), nan=np.inf)


def _nearest(one: Sites, sites: Numbers, radii: Floats, many: Sites) -> tuple[Floats, Bools]:
    """How far each site of another index is from the nearest of some, and whether that is near.

    In kilometres, infinite where unknown; near is within :data:`NEARBY_KM` or the radius beside
    one of the sites. From one site exactly; from several a hair less, by products of vectors.
    """
    reach = np.maximum(NEARBY_KM, radii)
    if len(sites) == 1:
        distances = _to_sites_km(one, int(sites[0]), many)
        return distances, distances <= reach[0]
    known = ~np.isnan(one.points[sites, 0])
    points, enough = one.points[sites[known]], np.cos(reach[known] / EARTH_RADIUS_KM) - 1e-12
    enough[reach[known] >= np.pi * EARTH_RADIUS_KM] = -np.inf
    theirs = np.nan_to_num(many.points)
    cosines, near_enough = np.full(len(theirs), -1.0), np.zeros(len(theirs), dtype=np.bool_)
    for start in range(0, len(points), AT_ONCE):
        products = points[start : start + AT_ONCE] @ theirs.T
        near_enough |= (products >= enough[start : start + AT_ONCE, None]).any(axis=0)
        np.maximum(cosines, products.max(axis=0), out=cosines)
    distances = EARTH_RADIUS_KM * np.arccos(np.minimum(cosines, 1.0)) - 1e-3
    unknown = np.isnan(many.points[:, 0])
    if not len(points):
        unknown[:] = True
    return np.where(unknown, np.inf, distances), near_enough & ~unknown


def _arcs_km(chords: Floats) -> Floats:
    lengths = np.linalg.norm(chords, axis=1)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, lengths / 2)))


def _touching(one: Sites, here: Chosen, many: Sites, there: Chosen) -> Bools:
    """Pairs of sites whose départements touch, as either of them says."""
    home, away = one.departments[here], many.departments[there]
    return one.neighbours.holds(here, away) | many.neighbours.holds(there, home)


def _neighbouring(one: Sites, sites: Positions | Numbers, many: Sites) -> Bools:
    """Sites of the same département as some, or of one that touches it, as either of them says."""
    homes = np.unique(one.departments[sites])
    homes = homes[homes != 0]
    touching = np.isin(many.departments, one.neighbours.codes_of(sites))
    touching |= np.isin(many.departments, homes) | many.neighbours.overlaps(homes)
    return np.asarray(touching)


def named_in_zones(index: ActorIndex, territories: Positions, side: int | None = None) -> Positions:
    """Who names one of the territories in its zone."""
    where = index.whereabouts
    numbers = np.flatnonzero(index.columns.zones.holding(territories))
    rows, _ = expand(where.zone_starts, numbers)
    return _of_side(index, np.sort(where.members[rows].astype(np.int64)), side)


def _radiating(index: ActorIndex, distances: Floats, beyond: Bools, side: int | None) -> Positions:
    """Who sits beyond but within its own radius: actors of far sites, looked at one by one."""
    widest = index.whereabouts.widest
    wide = beyond & (distances <= (widest.max(axis=0) if side is None else widest[side]))
    some = sitting(index, wide, side)
    return np.asarray(some[distances[index.columns.site[some]] <= index.columns.radii[some]])


def _of_side(index: ActorIndex, positions: Positions, side: int | None) -> Positions:
    if side is None:
        return positions
    return np.asarray(positions[index.columns.social_workers[positions] == side])


def overlapping(column: SetColumn, positions: Positions, wanted: Positions) -> Bools:
    """Which of some actors hold one of the codes."""
    return column.take(positions).overlaps(wanted)
