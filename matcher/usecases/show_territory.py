"""Show one territory of the referential, and how many actors sit in it."""

from typing import Literal

from pydantic import Field

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.territory import AmbiguousTerritory, Referential, Territory, UnknownTerritory
from matcher.usecases.answers import Answer
from matcher.usecases.seeing import Sight

LevelCode = Literal["commune", "epci", "department", "region", "country"]


class TerritoryName(Answer):
    """A territory as it is named inside another answer."""

    id: str = Field(description="Typed identifier, « department:95 ».")
    level: LevelCode
    code: str
    name: str


class ActorCounts(Answer):
    """Actors who sit in the territory and can be recommended."""

    social_worker: int
    social_entrepreneur: int


class TerritoryCard(TerritoryName):
    """A territory with what contains it, where it is, and who is there."""

    parents: list[TerritoryName] = Field(description="What contains it, nearest first.")
    latitude: float | None = Field(description="Degrees; weighted by population.")
    longitude: float | None
    population: int
    postal_codes: list[str]
    neighbours: list[TerritoryName] = Field(description="Départements that touch it.")
    actors: ActorCounts


def show_territory(application: Application, code: str, scope: Scope) -> TerritoryCard:
    """Find a territory by identifier (``commune:95018``), code or name.

    Actors out of ``scope`` are not counted. Raises NotFound, with suggestions where a name comes
    close, or InvalidInput when several territories bear the name; both point at ``code``.
    """
    referential = application.referential
    territory = _find(referential, code)
    named = name_of(territory)
    return TerritoryCard(
        **named.model_dump(),
        parents=[name_territory(referential, parent) for parent in territory.parents],
        latitude=territory.latitude,
        longitude=territory.longitude,
        population=territory.population,
        postal_codes=list(territory.postal_codes),
        neighbours=[name_territory(referential, other) for other in territory.neighbours],
        actors=_count(Sight(application, scope), territory.id),
    )


def name_territory(referential: Referential, identifier: str) -> TerritoryName:
    """Name the territory of an identifier; KeyError where there is none."""
    return name_of(referential.get(identifier))


def name_of(territory: Territory) -> TerritoryName:
    """The name of a territory that is already found."""
    return TerritoryName(
        id=territory.id, level=territory.level.value, code=territory.code, name=territory.name
    )


def _find(referential: Referential, code: str) -> Territory:
    try:
        return referential.get(code)
    except KeyError:
        pass
    try:
        return referential.find(code)
    except UnknownTerritory as error:
        names = [territory.name for territory in error.suggestions]
        kind = "unknown-territory" if names else "unknown-territory-at-all"
        raise NotFound(kind, pointer="code", typed=code[:80], suggestions=names) from error
    except AmbiguousTerritory as error:
        names = [territory.id for territory in error.candidates[:8]]
        raise InvalidInput(
            "ambiguous-territory-code", pointer="code", typed=code[:80], candidates=names
        ) from error


def _count(sight: Sight, identifier: str) -> ActorCounts:
    entrepreneurs, workers = (sight.count_sitting(identifier, side) for side in (0, 1))
    return ActorCounts(social_worker=workers, social_entrepreneur=entrepreneurs)
