"""An immutable snapshot of every actor, ready to be asked: columns to compare, blocks to match."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np

from matcher.engine.columns import Bools, Floats, SetColumn, code_of
from matcher.engine.matching import Analyzer, MatchModel
from matcher.engine.profiles import Actor, Kind, Role
from matcher.engine.protocols import Encoder
from matcher.engine.statements import StatementBlock, current

ALL_PUBLICS = "tous-publics"


@dataclass(frozen=True, slots=True)
class ActorColumns:
    """What is compared between two actors besides their statements, one row per actor.

    ``points`` is float64 of shape (actors, 3): unit vectors from the centre of the Earth, NaN
    where no centre is known. ``radii`` is in kilometres, 0 where none is given. ``ages`` is in
    days since the last update, NaN where unknown. ``domains`` are declared or read in statements,
    ``declared_domains`` only the former.
    """

    social_workers: Bools
    points: Floats
    radii: Floats
    ages: Floats
    communes: SetColumn
    epcis: SetColumn
    departments: SetColumn
    neighbours: SetColumn
    regions: SetColumn
    places: SetColumn
    zones: SetColumn
    domains: SetColumn
    categories: SetColumn
    declared_domains: SetColumn
    declared_categories: SetColumn
    publics: SetColumn
    declared_publics: SetColumn
    identities: SetColumn
    known: SetColumn


@dataclass(frozen=True, slots=True)
class ActorIndex:
    """A snapshot on ``today``: actors sorted by id, their columns, their needs and their offers."""

    version: str
    today: date
    model: MatchModel
    actors: tuple[Actor, ...]
    positions: Mapping[str, int]
    domains: tuple[frozenset[str], ...]
    """Thématiques of each actor: declared, or read in statements whose author declared none."""
    columns: ActorColumns
    needs: StatementBlock
    offers: StatementBlock

    def block(self, role: Role) -> StatementBlock:
        """The needs or the offers of every actor."""
        return self.needs if role is Role.NEED else self.offers

    def position(self, actor_id: str) -> int | None:
        """Row of an actor, ``None`` when the snapshot does not hold it."""
        return self.positions.get(actor_id)


@dataclass(frozen=True)
class IndexBuilder:
    """Everything that turns profiles into an index; one per process, reused for each snapshot."""

    encoder: Encoder
    analyzer: Analyzer
    model: MatchModel

    def build(self, actors: Sequence[Actor], *, today: date, version: str = "") -> ActorIndex:
        """Index the actors who accept to be profiled; the same actors give the same index."""
        kept = tuple(sorted((a for a in actors if a.profiling), key=lambda actor: actor.id))
        blocks = [self._block(kept, role, today) for role in (Role.NEED, Role.OFFER)]
        domains = tuple(
            frozenset(actor.domains).union(*(block.domains_of(row) for block in blocks))
            for row, actor in enumerate(kept)
        )
        return ActorIndex(
            version,
            today,
            self.model,
            kept,
            {actor.id: position for position, actor in enumerate(kept)},
            domains,
            columns_of(kept, domains, today),
            *blocks,
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


def version_of(actors: Sequence[Actor], *parts: object) -> str:
    """Name a snapshot by its content: equal content, equal name, in every process."""
    digest = blake2b(digest_size=8)
    for part in (*sorted(actors, key=lambda actor: actor.id), *parts):
        digest.update(repr(part).encode("utf-8", "replace"))
    return digest.hexdigest()


def columns_of(
    actors: Sequence[Actor], domains: Sequence[frozenset[str]], today: date
) -> ActorColumns:
    """Lay out what is compared between actors, column by column."""
    declared = [_declared_domains(actor, today) for actor in actors]
    places = [actor.place for actor in actors]

    def level(name: str) -> SetColumn:
        return SetColumn.of([{getattr(p, name)} - {None} if p else () for p in places])

    return ActorColumns(
        social_workers=np.array([a.kind is Kind.SOCIAL_WORKER for a in actors], dtype=np.bool_),
        points=np.array([_point(actor) for actor in actors]).reshape(-1, 3),
        radii=np.array([actor.radius_km or 0.0 for actor in actors]),
        ages=np.array([_age(actor, today) for actor in actors]),
        communes=level("commune"),
        epcis=level("epci"),
        departments=level("department"),
        neighbours=SetColumn.of([p.neighbours if p else () for p in places]),
        regions=level("region"),
        places=SetColumn.of([p.containing if p else () for p in places]),
        zones=SetColumn.of([actor.zone for actor in actors]),
        domains=SetColumn.of(domains),
        categories=SetColumn.of([_categories(some) for some in domains]),
        declared_domains=SetColumn.of(declared),
        declared_categories=SetColumn.of([_categories(some) for some in declared]),
        publics=SetColumn.of([publics_of(actor, today) for actor in actors]),
        declared_publics=SetColumn.of([frozenset(actor.publics) for actor in actors]),
        identities=SetColumn.of([(actor.id,) for actor in actors]),
        known=SetColumn.of([actor.known for actor in actors]),
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


ALL_PUBLICS_CODE = code_of([ALL_PUBLICS])


def _point(actor: Actor) -> tuple[float, float, float]:
    place = actor.place
    if place is None or place.latitude is None or place.longitude is None:
        return (np.nan, np.nan, np.nan)
    latitude, longitude = np.radians([place.latitude, place.longitude])
    return (
        float(np.cos(latitude) * np.cos(longitude)),
        float(np.cos(latitude) * np.sin(longitude)),
        float(np.sin(latitude)),
    )


def _age(actor: Actor, today: date) -> float:
    return float("nan") if actor.updated is None else float(max(0, (today - actor.updated).days))
