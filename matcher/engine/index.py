"""An immutable snapshot of every actor, ready to be asked: columns to compare, blocks to match."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import numpy as np

from matcher.engine.columns import (
    ActorColumns,
    Floats,
    Numbers,
    Positions,
    SetColumn,
    Sites,
    code_of,
)
from matcher.engine.matching import Analyzer, MatchModel
from matcher.engine.organizations import organization_of
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role
from matcher.engine.protocols import Encoder
from matcher.engine.statements import StatementBlock, current

ALL_PUBLICS = "tous-publics"


@dataclass(frozen=True, slots=True)
class Whereabouts:
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


@dataclass(frozen=True, slots=True)
class ActorIndex:
    """A snapshot on ``today``, in order of kind, place and id: columns, needs, offers.

    ``actors`` may read a profile only when it is asked for; what ranking needs of everyone is in
    ``ids`` and ``columns``. ``gone`` are the positions of those who changed or left since.
    """

    version: str
    today: date
    model: MatchModel
    actors: Sequence[Actor]
    ids: Sequence[str]
    positions: Mapping[str, int]
    columns: ActorColumns
    whereabouts: Whereabouts
    needs: StatementBlock
    offers: StatementBlock
    gone: Positions = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def block(self, role: Role) -> StatementBlock:
        """The needs or the offers of every actor."""
        return self.needs if role is Role.NEED else self.offers

    def position(self, actor_id: str) -> int | None:
        """Row of an actor, ``None`` when the snapshot does not hold it."""
        return self.positions.get(actor_id)

    def domains_of(self, position: int) -> frozenset[str]:
        """Thématiques of an actor: declared, or read in statements whose author declared none."""
        actor = self.actors[position]
        found = set(actor.domains)
        for block in (self.needs, self.offers):
            first, last = block.rows.actor_offsets[position : position + 2].tolist()
            found.update(*block.domains_of(actor, range(first, last), self.model))
        return frozenset(found)


@dataclass(frozen=True)
class IndexBuilder:
    """Everything that turns profiles into an index; one per process, reused for each snapshot."""

    encoder: Encoder
    analyzer: Analyzer
    model: MatchModel

    def build(self, actors: Sequence[Actor], *, today: date, version: str = "") -> ActorIndex:
        """Index the actors who accept to be profiled; the same actors give the same index."""
        kept, sites = arranged([actor for actor in actors if actor.profiling])
        needs, offers = (self._block(kept, role, today) for role in (Role.NEED, Role.OFFER))
        columns = columns_of(kept, sites, self._domains(kept, needs, offers), today)
        return ActorIndex(
            version,
            today,
            self.model,
            kept,
            tuple(actor.id for actor in kept),
            {actor.id: position for position, actor in enumerate(kept)},
            columns,
            whereabouts_of(columns),
            needs,
            offers,
        )

    def _block(self, actors: Sequence[Actor], role: Role, today: date) -> StatementBlock:
        return StatementBlock.build(
            actors,
            role,
            encoder=self.encoder,
            analyzer=self.analyzer,
            model=self.model,
            today=today,
        )

    def _domains(self, actors: Sequence[Actor], *blocks: StatementBlock) -> list[frozenset[str]]:
        found = [set(actor.domains) for actor in actors]
        for block in blocks:
            tags = self.model.tags(block.views(slice(None)))
            owners = np.repeat(np.arange(len(actors)), np.diff(block.rows.actor_offsets))
            rows = zip(owners.tolist(), block.positions.tolist(), tags, strict=True)
            for owner, position, read in rows:
                found[owner].update(actors[owner].statements(block.role)[position].domains or read)
        return [frozenset(domains) for domains in found]


def arranged(actors: Iterable[Actor]) -> tuple[tuple[Actor, ...], list[Place | None]]:
    """Actors by kind, place and id, neighbours together; and their places, in that order."""
    told = sorted({actor.place for actor in actors if actor.place}, key=_place_order)
    places = [*told, None]
    numbers = {place: number for number, place in enumerate(places)}
    ordered = sorted(
        actors, key=lambda actor: (actor.kind is Kind.SOCIAL_WORKER, numbers[actor.place], actor.id)
    )
    return tuple(ordered), places


def _place_order(place: Place) -> tuple[object, ...]:
    centre = (place.latitude or 0.0, place.longitude or 0.0)
    levels = (place.department or "", place.commune or "", place.epci or "", place.region or "")
    return (*levels, tuple(sorted(place.containing)), place.name, place.neighbours, centre)


def version_of(actors: Sequence[Actor], *parts: object) -> str:
    """Name a snapshot by its content: equal content, equal name, in every process."""
    digest = blake2b(digest_size=8)
    for part in (*sorted(actors, key=lambda actor: actor.id), *parts):
        digest.update(repr(part).encode("utf-8", "replace"))
    return digest.hexdigest()


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
    return frozenset(actor.publics).union(
        *(s.publics for role in Role for _, s in current(actor, role, today))
    )


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
