"""An actor row becomes an actor: shape, side, codes and territory, or every reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar

from pydantic import ValidationError

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store.importers.actor_row import (
    FIELDS,
    ActorRow,
    StatementRow,
    shape_problems,
)
from matcher.store.importers.columns import FIELD_OF
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused, RowProblem, found, quoted
from matcher.store.importers.sides import read_side
from matcher.store.importers.values import unusable_values
from matcher.store.vocabularies import (
    closest,
    domain_labels,
    folded,
    public_labels,
    read_domain,
    read_public,
)
from matcher.territory import Territory

Found = TypeVar("Found")

REQUIRED = frozenset({"name", "territory"})
UNTOLD_BY_NULL = {"consent_email", "profiling", "kind", "name", "id"}
SUGGESTED_WORDS = FIELD_OF | {field: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """An actor with the fields its row speaks of; the others are defaults, not statements.

    ``strict`` rows are ours: their id is the actor's. The id of a foreign directory may be
    somebody else's already.
    """

    actor: Actor
    given: frozenset[str]
    warnings: tuple[RowProblem, ...] = ()
    generated_id: bool = False
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """How rows are read: the side of those that do not tell, and what to do with odd codes."""

    side: Kind | None = None
    lenient: bool = False
    networks: tuple[str, ...] = ()
    required: frozenset[str] = REQUIRED


def read_actor(values: Mapping[str, object], locator: Locator, terms: Terms) -> ReadRow:
    """Read one actor row; raises :class:`Refused` with every problem found.

    ``lenient`` drops unknown domains and publics with a warning instead of refusing the row.
    """
    problems = list(unusable_values(values))
    if problems:
        raise Refused(problems)
    told = {name: value for name, value in values.items() if value is not None}
    row = _shaped(told, terms)
    reading = _Reading(row, locator, terms)
    actor = reading.actor()
    if reading.problems:
        raise Refused(reading.problems)
    given = {name for name, value in values.items() if value is not None or _clears(name)}
    if row.department and not row.commune:
        given.add("zone")
    generated = actor.id == ""
    if generated:
        actor = replace(actor, id=stable_id(actor))
    return ReadRow(actor, frozenset(given), tuple(reading.warnings), generated, not terms.lenient)


def stable_id(actor: Actor) -> str:
    """Name an actor without id by its kind, name and place, the same at every import."""
    place = actor.commune or ",".join(actor.zone)
    words = "\n".join((actor.kind.value, folded(actor.name), place))
    return "a-" + sha256(words.encode("utf-8")).hexdigest()[:16]


def _clears(name: str) -> bool:
    """Tell whether ``null`` empties a field; for a choice of the person it says nothing."""
    return name in FIELDS and name not in UNTOLD_BY_NULL


def _shaped(told: Mapping[str, object], terms: Terms) -> ActorRow:
    nameless = "name" not in terms.required and not told.get("name")
    try:
        return ActorRow.model_validate({**told, "name": "?"} if nameless else dict(told))
    except ValidationError as error:
        raise Refused(shape_problems(error, SUGGESTED_WORDS)) from error


class _Reading:
    """One row being read: problems and warnings gather while the actor takes form."""

    def __init__(self, row: ActorRow, locator: Locator, terms: Terms) -> None:
        self._row = row
        self._locator = locator
        self._terms = terms
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []

    def actor(self) -> Actor:
        row = self._row
        kind, structure_type = self._side()
        commune, zone = self._territory()
        return Actor(
            id=row.id or "",
            kind=kind,
            name=row.name,
            organization=row.organization or None,
            structure_type=structure_type or None,
            email=row.email,
            commune=commune.code if commune else None,
            zone=zone,
            radius_km=row.radius_km,
            domains=self._domains(row.domains, "domains"),
            publics=self._publics(row.publics, "publics"),
            description=row.description,
            needs=self._statements(Role.NEED, row.needs, "needs"),
            offers=self._statements(Role.OFFER, row.offers, "offers"),
            capacity_per_month=row.capacity_per_month,
            consent_email=row.consent_email,
            profiling=row.profiling,
            known=tuple(dict.fromkeys(row.known)),
            source=row.source or None,
            updated=row.updated,
        )

    def _side(self) -> tuple[Kind, str | None]:
        row, terms = self._row, self._terms
        try:
            return read_side(
                row.kind or None, row.structure_type or None, terms.networks, terms.side
            )
        except Refused as refusal:
            self.problems += refusal.problems
            return Kind.SOCIAL_WORKER, None

    def _territory(self) -> tuple[Territory | None, tuple[str, ...]]:
        row = self._row
        if not (row.commune or row.zone or row.department) and "territory" in self._terms.required:
            self.problems.append(found("territory-required", "commune"))
        department = self._located("department", self._department) if row.department else None
        commune = self._located("commune", partial(self._commune, row)) if row.commune else None
        zone: list[Territory] = []
        for place, text in enumerate(row.zone):
            around = commune or next(iter(zone), None)
            read = self._located(f"zone[{place}]", partial(self._locator.zone, text, around))
            zone += [read] if read else []
        if department and not row.commune and not zone:
            zone = [department]
        return commune, tuple(dict.fromkeys(territory.id for territory in zone))

    def _department(self) -> Territory:
        return self._locator.department_named(self._row.department or "")

    def _commune(self, row: ActorRow) -> Territory:
        try:
            near = self._locator.department(row.department) if row.department else None
            return self._locator.commune(row.commune or "", near)
        except Refused as refusal:
            if refusal.problems[0].code != "territory-ambiguous" or len(row.zone) != 1:
                raise
            # The only territory where it acts tells which of the homonyms it sits in.
            return self._locator.commune(
                row.commune or "", self._locator.zone(row.zone[0], None).id
            )

    def _located(self, field: str, locate: Callable[[], Found]) -> Found | None:
        try:
            return locate()
        except Refused as refusal:
            self.problems += [replace(problem, field=field) for problem in refusal.problems]
            return None

    def _statements(
        self, role: Role, rows: Sequence[StatementRow], field: str
    ) -> tuple[Statement, ...]:
        read = (
            Statement(
                role=role,
                text=row.text,
                domains=self._domains(row.domains, f"{field}[{place}].domains"),
                publics=self._publics(row.publics, f"{field}[{place}].publics"),
                expires=row.expires,
            )
            for place, row in enumerate(rows)
        )
        return tuple(dict.fromkeys(read))

    def _domains(self, texts: Sequence[str], field: str) -> tuple[str, ...]:
        return self._codes(texts, field, "domain", read_domain, domain_labels())

    def _publics(self, texts: Sequence[str], field: str) -> tuple[str, ...]:
        return self._codes(texts, field, "public", read_public, public_labels())

    def _codes(
        self,
        texts: Sequence[str],
        field: str,
        what: str,
        read: Callable[[str], tuple[str, ...] | None],
        labels: Mapping[str, str],
    ) -> tuple[str, ...]:
        codes: list[str] = []
        for place, text in enumerate(texts):
            path, current = f"{field}[{place}]", read(text)
            if current is None:
                near = closest(text, labels)
                problem = found(f"{what}-unknown", path, value=quoted(text), suggestions=near)
                (self.warnings if self._terms.lenient else self.problems).append(problem)
            elif not current:
                self.warnings.append(found(f"{what}-dropped", path, value=quoted(text)))
            elif "--" in text and not any("--" in code for code in current):
                self.warnings.append(
                    found(f"{what}-widened", path, value=quoted(text), read_as=current)
                )
            codes += current or ()
        return tuple(dict.fromkeys(codes))
