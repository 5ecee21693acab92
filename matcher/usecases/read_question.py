"""Read what a caller asks of recommendations, and refuse each wrong value by its name."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from matcher.engine.candidates import Direction, Filters, Sides
from matcher.engine.reasons import SynergyKind
from matcher.engine.recommending import Question
from matcher.engine.scoring import Weights
from matcher.errors import InvalidInput
from matcher.store.vocabularies import (
    closest,
    domain_labels,
    public_labels,
    read_domain,
    read_public,
)
from matcher.territory import AmbiguousTerritory, Level, Referential, UnknownTerritory

MAXIMUM_LIMIT = 100
MAXIMUM_RADIUS_KM = 20_000.0
WEIGHT_BOUND = 20.0


@dataclass(frozen=True, slots=True)
class RecommendationQuery:
    """A question as a caller types it, checked by :func:`read_question`.

    ``territories`` maps ``commune``, ``epci``, ``department`` or ``region`` to what was typed;
    ``profile`` is an actor that is not stored, with the fields of an actor file; with ``actor_id``,
    that actor as it would be with this profile. ``kinds`` are the kinds of synergy wanted, all
    where there is none.
    """

    actor_id: str | None = None
    profile: Mapping[str, object] | None = None
    territories: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    radius_km: float | None = None
    sides: str = Sides.CROSS.value
    direction: str | None = None
    minimum_score: float | None = None
    exclude_known: bool = False
    kinds: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None
    limit: int = 10
    cursor: str | None = None


def read_question(
    query: RecommendationQuery, referential: Referential, weights: Weights, minimum_score: float
) -> Question:
    """Check every value and give the engine its question; raises InvalidInput with a pointer.

    ``weights`` and ``minimum_score`` are the installation's, where the caller gives none.
    """
    if not 1 <= query.limit <= MAXIMUM_LIMIT:
        raise InvalidInput("limit-out-of-range", pointer="limit", maximum=MAXIMUM_LIMIT)
    for kind in query.kinds:
        _one_of(kind, list(SynergyKind), "kind")
    minimum = minimum_score if query.minimum_score is None else query.minimum_score
    if not 0 <= minimum <= 1:
        raise InvalidInput("minimum-score-out-of-range", pointer="minimum_score")
    filters = Filters(
        territories=tuple(
            read_territory(referential, level, typed) for level, typed in query.territories.items()
        ),
        domains=_domains(query.domains),
        publics=_publics(query.publics),
        radius_km=_radius(query.radius_km),
        sides=Sides(_one_of(query.sides, list(Sides), "sides")),
        direction=Direction(_one_of(query.direction, list(Direction), "direction"))
        if query.direction
        else None,
        exclude_known=query.exclude_known,
    )
    return Question(filters, _weights(weights, query.weights or {}), minimum)


def faults_of(query: RecommendationQuery, referential: Referential) -> list[InvalidInput]:
    """All that :func:`read_question` would refuse, and not only the first: a form shows each."""
    blank, found = RecommendationQuery(), []
    for name in (
        *("territories", "domains", "publics", "radius_km", "sides", "direction", "kinds"),
        "minimum_score",
    ):
        try:
            alone = replace(blank, **{name: getattr(query, name)})
            read_question(alone, referential, {}, 0.0)
        except InvalidInput as error:
            found.append(error)
    return found


def read_territory(referential: Referential, level: str, typed: str) -> str:
    """Identifier of the territory that was typed; a doubt is answered with suggestions."""
    try:
        return referential.find(typed, level=Level(level)).id
    except UnknownTerritory as error:
        names = [territory.name for territory in error.suggestions]
        code = "unknown-territory" if names else "unknown-territory-at-all"
        raise InvalidInput(
            code, pointer=level, level=f"level.{level}", typed=typed[:80], suggestions=names
        ) from error
    except AmbiguousTerritory as error:
        names = [f"{territory.name} ({territory.code})" for territory in error.candidates[:8]]
        raise InvalidInput(
            "ambiguous-territory", pointer=level, typed=typed[:80], candidates=names
        ) from error


def _domains(typed: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for text in typed:
        codes = read_domain(text)
        if not codes:
            near = closest(text, domain_labels()) or _categories()
            raise InvalidInput("unknown-domain", pointer="domain", typed=text[:80], near=near)
        found += codes
    return tuple(dict.fromkeys(found))


def _categories() -> list[str]:
    return sorted({code.partition("--")[0] for code in domain_labels()})


def _publics(typed: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for text in typed:
        codes = read_public(text)
        if not codes:
            near = list(public_labels())
            raise InvalidInput("unknown-public", pointer="public", typed=text[:80], near=near)
        found += codes
    return tuple(dict.fromkeys(found))


def _radius(typed: float | None) -> float | None:
    if typed is not None and not 0 < typed <= MAXIMUM_RADIUS_KM:
        raise InvalidInput("radius-out-of-range", pointer="radius_km", maximum=MAXIMUM_RADIUS_KM)
    return typed


def _one_of(typed: str, accepted: list[str], pointer: str) -> str:
    if typed not in accepted:
        raise InvalidInput("not-one-of", pointer=pointer, typed=typed[:80], accepted=accepted)
    return typed


def _weights(usual: Weights, typed: Mapping[str, float]) -> Weights:
    for name, weight in typed.items():
        if name not in usual:
            raise InvalidInput(
                "unknown-weight", pointer=f"weights/{name[:40]}", accepted=list(usual)
            )
        if not (math.isfinite(weight) and abs(weight) <= WEIGHT_BOUND):
            raise InvalidInput(
                "weight-out-of-range", pointer=f"weights/{name}", maximum=WEIGHT_BOUND
            )
    return {**usual, **typed}
