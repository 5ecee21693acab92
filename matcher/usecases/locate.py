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
    department = above[Level.DEPARTMENT]

    def identifier(level: Level) -> str | None:
        found = above[level]
        return found.id if found else None

    return Place(
        commune=identifier(Level.COMMUNE),
        epci=identifier(Level.EPCI),
        department=identifier(Level.DEPARTMENT),
        region=identifier(Level.REGION),
        country=identifier(Level.COUNTRY),
        name=territory.name,
        department_name=department.name if department else "",
        latitude=territory.latitude,
        longitude=territory.longitude,
        neighbours=department.neighbours if department else (),
    )
