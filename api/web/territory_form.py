"""What the form of a territory sends, read so that each wrong value is said beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from api.web.fault_text import fault_text
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.usecases.choose_territory import (
    LEVELS,
    choose_territory,
    territory_at,
    usual_territories,
)
from matcher.usecases.list_synergies import Order
from matcher.usecases.read_question import RecommendationQuery, faults_of
from matcher.usecases.show_territory import TerritoryCard, TerritoryName
from matcher.usecases.weight_profiles import weights_of
from matcher.wording.words import Words

FIELDS = (
    *("where", "domain", "public", "radius_km", "sides", "kind", "exclude_known", "sort"),
    *("reglage", "minimum_score"),
)
"""What an address of the page may hold; the least score stands in addresses alone."""

LONGEST = 200
FRENCH = Words("fr")
CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class TerritoryForm:
    """What was typed, and the question it makes.

    ``territory`` is ``None`` where none was found; ``usual`` are those to choose from at a click.
    ``faults`` are sentences by field, in the order of the form; with one, nothing is asked.
    """

    typed: Mapping[str, str]
    query: RecommendationQuery
    order: Order = Order.BEST
    territory: TerritoryCard | None = None
    usual: tuple[TerritoryName, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the territory was chosen."""
        usual = {"sides": "cross", "sort": Order.BEST.value}
        chosen = (name for name in FIELDS if name != "where" and self.typed.get(name))
        return any(self.typed[name] != usual.get(name) for name in chosen)

    def address(self, **changed: str | None) -> str:
        """The query string of the same question, with what is ``changed`` (``None`` drops it)."""
        values = {name: self.typed[name] for name in FIELDS if self.typed.get(name)}
        return urlencode({name: one for name, one in (values | changed).items() if one})

    @property
    def export(self) -> str:
        """The query string of the same question for exports, in the same order."""
        query = self.query
        values: list[tuple[str, str]] = [*query.territories.items()]
        values += [("domain", one) for one in query.domains]
        values += [("public", one) for one in query.publics]
        values += [("kind", one) for one in query.kinds]
        if query.radius_km is not None:
            values.append(("radius_km", f"{query.radius_km:g}"))
        if query.minimum_score is not None:
            values.append(("minimum_score", f"{query.minimum_score:g}"))
        if query.sides != "cross":
            values.append(("sides", query.sides))
        if query.exclude_known:
            values.append(("exclude_known", "true"))
        if self.typed["reglage"]:
            values.append(("reglage", self.typed["reglage"]))
        if self.order is not Order.BEST:
            values.append(("sort", self.order.value))
        return urlencode(values)


def read_territory_form(
    application: Application, parameters: QueryParams, scope: Scope, limit: int
) -> TerritoryForm:
    """Read the query string of a territory's page; whoever names no territory gets its usual."""
    typed = {name: parameters.get(name, "").strip()[:LONGEST] for name in FIELDS}
    usual = tuple(usual_territories(application, scope))
    faults: dict[str, str] = {}
    territory = None
    try:
        territory = _territory(application, parameters, typed["where"], scope, usual)
    except InvalidInput as error:
        faults["where"] = fault_text(error)
    if territory is not None and (not typed["where"] or ":" in typed["where"]):
        typed["where"] = territory.name
    query = RecommendationQuery(
        territories={territory.level: territory.id} if territory else {},
        domains=_one(typed["domain"]),
        publics=_one(typed["public"]),
        radius_km=_number(typed["radius_km"]),
        sides=typed["sides"] or "cross",
        kinds=_one(typed["kind"]),
        minimum_score=_number(typed["minimum_score"]),
        exclude_known=typed["exclude_known"] in {"1", "true", "on"},
        limit=limit,
        cursor=parameters.get(CURSOR) or None,
    )
    wrong = faults_of(replace(query, territories={}), application.referential)
    faults |= {str(error.pointer): fault_text(error) for error in wrong}
    if typed["reglage"]:
        try:
            query = replace(query, weights=weights_of(application, typed["reglage"], scope))
        except NotFound as error:
            faults["reglage"] = fault_text(error)
    order = next((one for one in Order if one.value == (typed["sort"] or "best")), None)
    if order is None:
        faults["sort"] = FRENCH.say("page.fault.sort")
    return TerritoryForm(typed, query, order or Order.BEST, territory, usual, faults)


def _territory(
    application: Application,
    parameters: QueryParams,
    where: str,
    scope: Scope,
    usual: tuple[TerritoryName, ...],
) -> TerritoryCard | None:
    if where:
        return choose_territory(application, where, scope)
    for level in LEVELS:
        if parameters.get(level):
            return territory_at(application, level, parameters[level], scope)
    return choose_territory(application, usual[0].id, scope) if usual else None


def _one(typed: str) -> tuple[str, ...]:
    return (typed,) if typed else ()


def _number(typed: str) -> float | None:
    """A number as people write it; what is none is out of any range."""
    if not typed:
        return None
    try:
        number = float(typed.replace(",", ".").lower().removesuffix("km").strip())
    except ValueError:
        return -1.0
    return number if isfinite(number) else -1.0
