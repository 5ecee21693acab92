"""Give an actor its place: look its commune, or else its zone, up in the referential."""

from dataclasses import replace

from matcher.engine.places import Place
from matcher.engine.profiles import Actor
from matcher.territory import Level, Referential, Territory


def located(actor: Actor, referential: Referential) -> Actor:
    """The same actor with its place; an actor without commune sits where its zone begins."""
    identifier = f"commune:{actor.commune}" if actor.commune else next(iter(actor.zone), None)
    if identifier is None:
        return actor
    try:
        territory = referential.get(identifier)
    except KeyError:
        return actor
    return replace(actor, place=place_of(territory, referential))


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
