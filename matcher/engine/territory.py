"""How near two actors act, and which actors a place or a zone can reach."""

import numpy as np

from matcher.engine.columns import Bools, Floats, Positions
from matcher.engine.index import ActorColumns

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

NEARBY_KM = 30.0
"""Actors closer than this can meet without either having declared a zone."""

LEVELS = (("communes", 1.0), ("epcis", 0.85), ("departments", 0.7), ("regions", 0.3))
NEIGHBOUR = 0.5
COVERED = 0.6
BOTH_COVERED = 0.75
FADING_KM = 25.0


def distances_km(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """Great-circle distances from actor ``a``: float64 of shape (others,), NaN where unknown.

    Computed from the chord between unit vectors, which stays exact for close points.
    """
    chords = np.linalg.norm(many.points[others] - one.points[a], axis=1)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, chords / 2)))


def coverage(
    one: ActorColumns, a: int, many: ActorColumns, others: Positions, distances: Floats
) -> tuple[Bools, Bools]:
    """Whether ``a`` acts where each other sits, and whether each other acts where ``a`` sits."""
    near = np.nan_to_num(distances, nan=np.inf)
    reaches = many.places.take(others).overlaps(one.zones.row(a)) | (near <= one.radii[a])
    reached = many.zones.take(others).overlaps(one.places.row(a)) | (near <= many.radii[others])
    return reaches, reached


def proximity(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """The territory feature, in [0, 1]: administrative nearness, distance or declared zones.

    The best of the three counts, so that a wider zone or radius never lowers it.
    """
    distances = distances_km(one, a, many, others)
    value: Floats = np.exp(-np.nan_to_num(distances, nan=np.inf) / FADING_KM)
    for name, worth in LEVELS:
        same = getattr(many, name).take(others).overlaps(getattr(one, name).row(a))
        value = np.maximum(value, worth * same)
    value = np.maximum(value, NEIGHBOUR * neighbouring(one, a, many, others))
    reaches, reached = coverage(one, a, many, others, distances)
    value = np.maximum(value, COVERED * (reaches | reached))
    return np.asarray(np.maximum(value, BOTH_COVERED * (reaches & reached)))


def neighbouring(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Bools:
    """Whether the départements of ``a`` and of each other touch, as either of the two says."""
    named = many.departments.take(others).overlaps(one.neighbours.row(a))
    return named | many.neighbours.take(others).overlaps(one.departments.row(a))


def reachable(one: ActorColumns, a: int, many: ActorColumns) -> Bools:
    """Who can meet ``a`` at all: same or neighbouring département, near, or covered by a zone.

    An asker who says nothing of where it acts asks the whole country.
    """
    others = np.arange(len(many.radii))
    if not len(one.places.row(a)) and not len(one.zones.row(a)):
        return np.ones(len(others), dtype=np.bool_)
    distances = distances_km(one, a, many, others)
    reaches, reached = coverage(one, a, many, others, distances)
    same = many.departments.overlaps(one.departments.row(a))
    near = np.nan_to_num(distances, nan=np.inf) <= NEARBY_KM
    return np.asarray(same | near | reaches | reached | neighbouring(one, a, many, others))


def acting_in(columns: ActorColumns, territory: Positions) -> Bools:
    """Who sits in one of the territories, given as codes, or names it in its zone."""
    return columns.places.overlaps(territory) | columns.zones.overlaps(territory)
