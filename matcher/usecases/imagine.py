"""Profiles as they might be: what a pair would be worth if one thing of one of them were otherwise.

Each is a whole profile that could have been imported, so that its score is what the engine gives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.engine.actor_columns import ALL_PUBLICS
from matcher.engine.links import Evidence
from matcher.engine.profiles import Actor, Role
from matcher.store.vocabularies import domain_labels, public_labels
from matcher.territory import Level, Referential
from matcher.territory.distances import great_circle_km
from matcher.usecases.locate import located

FARTHER, LEAST_FARTHER_KM = 2.0, 20.0
"""How much further somebody is imagined, and how far at least."""

NEARER_FROM_KM = 3.0
"""Distance from which being in the same commune is worth imagining."""

NOT_SO_FAR = 0.25
"""How wrong the distance of the commune that is found may be, as a share of what was sought."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """Both profiles with one thing changed: ``code`` says which, ``parameters`` fill its words.

    ``of`` is whom the change is about, ``evidence`` the statement that is taken away.
    """

    code: str
    one: Actor
    other: Actor
    of: Actor | None = None
    parameters: dict[str, object] = field(default_factory=dict)
    evidence: Evidence | None = None


def imagine(
    one: Actor,
    other: Actor,
    quotes: Sequence[Evidence],
    distance: float | None,
    referential: Referential,
    today: date,
) -> Iterator[Imagined]:
    """Change one thing at a time: each quoted statement, then distance, acquaintance, themes, age.

    ``quotes`` are the linked needs and offers of both; ``distance`` is in kilometres.
    """
    for quote in _each_statement(quotes):
        yield _without(one, other, quote)
    yield from _elsewhere(one, other, distance, referential)
    yield from _wider(one, other, distance)
    yield _acquaintance(one, other)
    yield from _in_common(one, other)
    yield from _in_common(other, one)
    if any(actor.updated != today for actor in (one, other)):
        yield Imagined("up_to_date", replace(one, updated=today), replace(other, updated=today))


def _each_statement(quotes: Sequence[Evidence]) -> list[Evidence]:
    return list({(quote.actor_id, quote.field): quote for quote in quotes}.values())


def _without(one: Actor, other: Actor, quote: Evidence) -> Imagined:
    role = Role.NEED if quote.field.startswith(Role.NEED.value) else Role.OFFER
    position = int(quote.field.partition("[")[2].rstrip("]"))
    of = one if quote.actor_id == one.id else other
    kept = tuple(said for k, said in enumerate(of.statements(role)) if k != position)
    changed = replace(of, needs=kept) if role is Role.NEED else replace(of, offers=kept)
    ends = (changed, other) if of is one else (one, changed)
    return Imagined(f"without_{role.value}", *ends, of, {}, quote)


def _elsewhere(
    one: Actor, other: Actor, distance: float | None, referential: Referential
) -> Iterator[Imagined]:
    """The other further away, in a commune of its own département, and where the first is."""
    if distance is None or other.place is None or other.place.department is None:
        return
    wanted = max(FARTHER * distance, LEAST_FARTHER_KM)
    found = _commune_at(wanted, one, other.place.department, referential)
    if found is not None:
        code, name, kilometres = found
        told: dict[str, object] = {"distance_km": kilometres, "now_km": distance, "commune": name}
        yield Imagined("farther", one, _moved(other, code, referential), other, told)
    if distance >= NEARER_FROM_KM and one.commune:
        yield Imagined("nearer", one, _moved(other, one.commune, referential), other)


def _moved(actor: Actor, commune: str, referential: Referential) -> Actor:
    return located(replace(actor, commune=commune, place=None), referential)


def _commune_at(
    wanted: float, one: Actor, department: str, referential: Referential
) -> tuple[str, str, float] | None:
    """The commune of a département whose distance from somebody is nearest to what is wanted."""
    place = one.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    best: tuple[float, str, str, float] | None = None
    for identifier in referential.communes_of(department):
        there = referential.get(identifier)
        if there.latitude is None or there.longitude is None or there.level is not Level.COMMUNE:
            continue
        kilometres = great_circle_km(
            place.latitude, place.longitude, there.latitude, there.longitude
        )
        found = (abs(kilometres - wanted), there.code, there.name, kilometres)
        best = found if best is None or found < best else best
    if best is None or best[0] > NOT_SO_FAR * wanted:
        return None
    return best[1:]


def _wider(one: Actor, other: Actor, distance: float | None) -> Iterator[Imagined]:
    """A radius that is too short for the other, doubled until it reaches."""
    for of in (one, other):
        radius = of.radius_km
        if radius is None or distance is None or not 0 < radius < distance:
            continue
        wider = radius
        while wider < distance:
            wider *= 2
        changed = replace(of, radius_km=wider)
        ends = (changed, other) if of is one else (one, changed)
        yield Imagined("wider", *ends, of, {"radius_km": wider, "now_km": radius})


def _acquaintance(one: Actor, other: Actor) -> Imagined:
    if other.id in one.known or one.id in other.known:
        mine = tuple(name for name in one.known if name != other.id)
        theirs = tuple(name for name in other.known if name != one.id)
        return Imagined("strangers", replace(one, known=mine), replace(other, known=theirs))
    return Imagined("acquainted", replace(one, known=(*one.known, other.id)), other)


def _in_common(one: Actor, other: Actor) -> Iterator[Imagined]:
    """``other`` declaring a thématique, or a public, that ``one`` declares.

    A score is the same from both sides, so that their order does not matter.
    """
    if one.domains and not set(one.domains) & set(other.domains):
        label = domain_labels().get(one.domains[0], one.domains[0])
        changed = replace(other, domains=(*other.domains, one.domains[0]))
        yield Imagined("shared_domain", one, changed, other, {"label": label})
    named = [code for code in one.publics if code != ALL_PUBLICS]
    if named and other.publics and not set(one.publics) & set(other.publics):
        label = public_labels().get(named[0], named[0])
        changed = replace(other, publics=(*other.publics, named[0]))
        yield Imagined("shared_public", one, changed, other, {"label": label})
