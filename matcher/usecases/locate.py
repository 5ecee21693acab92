"""Give an actor its place: look its commune, or else its zone, up in the referential."""

from dataclasses import replace
from functools import lru_cache

from matcher.engine.places import Place
from matcher.engine.profiles import Actor
from matcher.territory import Level, Referential, Territory

KEPT_PLACES = 8192
"""Places kept as they were looked up: the same come again in every answer."""


def located(actor: Actor, referential: Referential) -> Actor:
    """The same actor with its place; an actor without commune sits where its zone begins."""
    identifier = f"commune:{actor.commune}" if actor.commune else next(iter(actor.zone), None)
    place = _place_named(identifier, referential) if identifier else None
    return replace(actor, place=place) if place else actor


@lru_cache(maxsize=KEPT_PLACES)
def _place_named(identifier: str, referential: Referential) -> Place | None:
    try:
        territory = referential.get(identifier)
    except KeyError:
        return None
    return place_of(territory, referential)


def place_of(territory: Territory, referential: Referential) -> Place:
    """A territory and everything above it, as the engine compares places."""
    above = {level: referential.level_of(territory.id, level) for level in Level}
    ids = {level: found.id if found else None for level, found in above.items()}
    department = above[Level.DEPARTMENT]
    is_point = territory.level is Level.COMMUNE
    return Place(
        containing=frozenset({territory.id, *territory.parents}),
        commune=ids[Level.COMMUNE],
        epci=ids[Level.EPCI],
        department=ids[Level.DEPARTMENT],
        region=ids[Level.REGION],
        name=territory.name,
        latitude=territory.latitude if is_point else None,
        longitude=territory.longitude if is_point else None,
        neighbours=department.neighbours if department else (),
    )
