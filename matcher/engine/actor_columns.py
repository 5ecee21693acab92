"""What is compared between actors besides their statements, and who is found where."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from matcher.engine.columns import Bools, Floats, Numbers, Positions, SetColumn, code_of, one_code
from matcher.engine.organizations import organization_of
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role
from matcher.engine.statements import current

ALL_PUBLICS = "tous-publics"


class Sites(NamedTuple):
    """The distinct places where actors sit; the last one is for those without a place.

    ``points`` is float64 of shape (sites, 3): unit vectors from the centre of the Earth, NaN
    where no centre is known. The levels are codes, 0 where there is none.
    """

    points: Floats
    communes: Positions
    epcis: Positions
    departments: Positions
    regions: Positions
    neighbours: SetColumn
    containing: SetColumn


class ActorColumns(NamedTuple):
    """What is compared between two actors besides their statements, one row per actor.

    ``radii`` is in kilometres, 0 where none is given. ``updated`` is the day of the last update
    (proleptic Gregorian ordinal), NaN where unknown. ``capacities`` is -1 where none is declared.
    ``domains`` are declared or read in statements, ``declared_domains`` only the former;
    ``named_publics`` are the publics without « everyone ».
    """

    social_workers: Bools
    site: Numbers
    sites: Sites
    radii: Floats
    updated: Floats
    capacities: Numbers
    identities: Positions
    organizations: Positions
    zones: SetColumn
    domains: SetColumn
    categories: SetColumn
    declared_domains: SetColumn
    declared_categories: SetColumn
    publics: SetColumn
    named_publics: SetColumn
    takes_everyone: Bools
    declared_publics: SetColumn
    known: SetColumn


class Whereabouts(NamedTuple):
    """Who sits where and who names which zone: a question looks only at whom it can reach.

    ``starts`` (2, sites + 1): entrepreneurs of site ``p`` are the positions ``starts[0, p]`` to
    ``starts[0, p + 1]``, social workers those of ``starts[1]``. ``widest`` (2, sites) is the
    largest radius among them, in kilometres. ``members`` lists actors by the number of their
    zone, cut by ``zone_starts``.
    """

    starts: Positions
    widest: Floats
    zone_starts: Positions
    members: Numbers


def distinct_places(places: Iterable[Place | None]) -> list[Place | None]:
    """The places where actors sit, neighbours together, then ``None`` for nowhere."""
    return [*sorted({place for place in places if place}, key=_place_order), None]


def arranged(actors: Iterable[Actor], places: Sequence[Place | None]) -> list[Actor]:
    """Actors by kind, place and id."""
    numbers = {place: number for number, place in enumerate(places)}
    return sorted(
        actors, key=lambda actor: (actor.kind is Kind.SOCIAL_WORKER, numbers[actor.place], actor.id)
    )


def _place_order(place: Place) -> tuple[object, ...]:
    centre = (place.latitude or 0.0, place.longitude or 0.0)
    levels = (place.department or "", place.commune or "", place.epci or "", place.region or "")
    return (*levels, tuple(sorted(place.containing)), place.name, place.neighbours, centre)


def columns_of(
    actors: Sequence[Actor],
    places: Sequence[Place | None],
    domains: Sequence[frozenset[str]],
    today: date,
) -> ActorColumns:
    """Lay out what is compared between actors, column by column; ``places`` hold everybody's."""
    declared = [_declared_domains(actor, today) for actor in actors]
    publics = [publics_of(actor, today) for actor in actors]
    numbers = {place: number for number, place in enumerate(places)}
    return ActorColumns(
        social_workers=np.array([a.kind is Kind.SOCIAL_WORKER for a in actors], dtype=np.bool_),
        site=np.array([numbers[actor.place] for actor in actors], dtype=np.int32),
        sites=_sites(places),
        radii=np.array([actor.radius_km or 0.0 for actor in actors], dtype=np.float64),
        updated=np.array([_day(actor.updated) for actor in actors], dtype=np.float64),
        capacities=np.array([_capacity(actor) for actor in actors], dtype=np.int32),
        identities=code_of(actor.id for actor in actors),
        organizations=code_of("\n".join(organization_of(actor)) for actor in actors),
        zones=SetColumn.of([actor.zone for actor in actors]),
        domains=SetColumn.of(domains),
        categories=SetColumn.of([_categories(some) for some in domains]),
        declared_domains=SetColumn.of(declared),
        declared_categories=SetColumn.of([_categories(some) for some in declared]),
        publics=SetColumn.of(publics),
        named_publics=SetColumn.of([some - {ALL_PUBLICS} for some in publics]),
        takes_everyone=np.array([ALL_PUBLICS in some for some in publics], dtype=np.bool_),
        declared_publics=SetColumn.of([frozenset(actor.publics) for actor in actors]),
        known=SetColumn.of([actor.known for actor in actors]),
    )


def whereabouts_of(columns: ActorColumns) -> Whereabouts:
    """Find actors by place and by zone again; they are in the order of :func:`arranged`."""
    count = len(columns.sites.communes)
    workers = columns.social_workers
    sides = [(0, columns.site[~workers]), (int((~workers).sum()), columns.site[workers])]
    cuts = np.arange(count + 1, dtype=np.int32)
    widest = np.zeros((2, count))
    np.maximum.at(widest, (workers.astype(np.int64), columns.site), columns.radii)
    zones = len(columns.zones.offsets) - 1
    order = np.argsort(columns.zones.numbers, kind="stable")
    sizes = np.bincount(columns.zones.numbers, minlength=zones)
    return Whereabouts(
        np.array([first + np.searchsorted(site, cuts) for first, site in sides], dtype=np.int64),
        widest,
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        order.astype(np.int32),
    )


def _sites(places: Sequence[Place | None]) -> Sites:
    def codes(level: str) -> Positions:
        names = [getattr(place, level) if place else None for place in places]
        return np.where([bool(name) for name in names], code_of(name or "" for name in names), 0)

    return Sites(
        np.array([_point(place) for place in places], dtype=np.float64).reshape(-1, 3),
        codes("commune"),
        codes("epci"),
        codes("department"),
        codes("region"),
        SetColumn.of([place.neighbours if place else () for place in places]),
        SetColumn.of([place.containing if place else () for place in places]),
    )


def _declared_domains(actor: Actor, today: date) -> frozenset[str]:
    """Thématiques of the profile and of every statement that counts, as their author gave them."""
    return frozenset(actor.domains).union(
        *(s.domains for role in Role for _, s in current(actor, role, today))
    )


def _categories(domains: Iterable[str]) -> set[str]:
    return {category(domain) for domain in domains}


def publics_of(actor: Actor, today: date) -> frozenset[str]:
    """Publics of the profile and of every statement that counts."""
    if not any(statement.publics for statement in (*actor.needs, *actor.offers)):
        return frozenset(actor.publics)
    return frozenset(actor.publics).union(
        *(s.publics for role in Role for _, s in current(actor, role, today))
    )


def declared_publics(actor: Actor) -> frozenset[str]:
    """Publics that an actor names anywhere, expired statements included."""
    said = (statement.publics for role in Role for statement in actor.statements(role))
    return frozenset(actor.publics).union(*said)


def named(codes: Collection[int], names: Iterable[str]) -> frozenset[str]:
    """Those of some names that have one of the codes."""
    return frozenset(name for name in names if one_code(name) in codes) if codes else frozenset()


def category(domain: str) -> str:
    """``logement-hebergement`` for ``logement-hebergement--louer-un-logement``."""
    return domain.partition("--")[0]


def _point(place: Place | None) -> tuple[float, float, float]:
    if place is None or place.latitude is None or place.longitude is None:
        return (np.nan, np.nan, np.nan)
    latitude, longitude = np.radians([place.latitude, place.longitude])
    return (
        float(np.cos(latitude) * np.cos(longitude)),
        float(np.cos(latitude) * np.sin(longitude)),
        float(np.sin(latitude)),
    )


def _day(updated: date | None) -> float:
    return float("nan") if updated is None else float(updated.toordinal())


def _capacity(actor: Actor) -> int:
    return -1 if actor.capacity_per_month is None else actor.capacity_per_month
