"""Find the territory that somebody means, or the one that they usually look at."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.columns import code_of
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.territory import AmbiguousTerritory, Level, Referential, Territory
from matcher.usecases.read_question import read_territory
from matcher.usecases.show_territory import (
    TerritoryCard,
    TerritoryName,
    name_territory,
    show_territory,
)

LEVELS = ("commune", "epci", "department", "region")
PROPOSED = 320
"""Names that are proposed while one types: more would weigh more than the page."""


def choose_territory(application: Application, typed: str, scope: Scope) -> TerritoryCard:
    """The territory of a name, a code or a typed identifier, up to a région.

    Raises InvalidInput, which points at ``where``.
    """
    try:
        card = show_territory(application, typed, scope)
    except (NotFound, InvalidInput) as error:
        raise _doubt(application.referential, typed, error) from error
    if card.level not in LEVELS:
        raise InvalidInput("territory-too-large", pointer="where", name=card.name)
    return card


def territory_at(application: Application, level: str, typed: str, scope: Scope) -> TerritoryCard:
    """The territory of a level, as links name it (``department=95``); raises InvalidInput."""
    identifier = read_territory(application.referential, level, typed)
    return show_territory(application, identifier, scope)


def usual_territories(application: Application, scope: Scope) -> list[TerritoryName]:
    """The départements of a coordinator; for who sees everybody, where most actors sit."""
    referential = application.referential
    if scope.departments is not None:
        return [name_territory(referential, one) for one in scope.departments]
    return [name_territory(referential, one) for one in _most_peopled(application)]


def territories_to_propose(application: Application, scope: Scope) -> list[TerritoryName]:
    """What is proposed while somebody types where: what is inside the départements of a scope."""
    referential = application.referential
    if scope.departments is None:
        levels = (Level.DEPARTMENT, Level.REGION)
        found = [one for level in levels for one in referential.all_at("country:FR", level)]
        return [name_territory(referential, one) for one in found]
    names = (name for one in scope.departments for name in _inside(referential, one))
    return [name_territory(referential, one) for one in dict.fromkeys(names)][:PROPOSED]


def _inside(referential: Referential, department: str) -> Iterator[str]:
    communes = sorted(referential.communes_of(department), key=lambda one: _name(referential, one))
    parents = {parent for one in communes for parent in referential.get(one).parents}
    yield department
    yield from sorted(one for one in parents if one.startswith("epci:"))
    yield from communes


def _name(referential: Referential, identifier: str) -> str:
    return referential.get(identifier).name


def _most_peopled(application: Application) -> list[str]:
    counts: Counter[int] = Counter()
    for part in application.snapshot().parts:
        sites = part.columns.sites.departments
        many = np.bincount(part.columns.site, minlength=len(sites))  # everybody is counted once
        for code in np.unique(sites[(sites != 0) & (many > 0)]).tolist():
            counts[code] += int(many[sites == code].sum())
    departments = application.referential.all_at("country:FR", Level.DEPARTMENT)
    codes_of = dict(zip(departments, code_of(departments).tolist(), strict=True))
    return [max(departments, key=lambda one: counts[codes_of[one]])] if counts else []


def _doubt(referential: Referential, typed: str, error: NotFound | InvalidInput) -> InvalidInput:
    """The same, told to somebody who typed a name: what it may mean, as one would type it."""
    if "candidates" not in error.parameters:
        return InvalidInput(error.code, pointer="where", **error.parameters)
    try:
        referential.find(typed)
    except AmbiguousTerritory as doubt:
        names = [_told_apart(referential, one) for one in doubt.candidates[:8]]
        return InvalidInput(
            "ambiguous-territory", pointer="where", typed=typed[:80], candidates=names
        )
    return InvalidInput(error.code, pointer="where", **error.parameters)


def _told_apart(referential: Referential, territory: Territory) -> str:
    department = referential.level_of(territory.id, Level.DEPARTMENT)
    return f"{territory.name} ({department.code})" if department else territory.name
