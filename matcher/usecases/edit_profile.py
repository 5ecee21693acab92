"""A stored profile as somebody is about to correct it, and what is wrong with the correction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Statement
from matcher.scope import Scope
from matcher.store.actors import find_actors
from matcher.store.importers.admitting import Admission
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused, RowProblem
from matcher.store.importers.rows import Terms, read_actor
from matcher.territory import Level, Referential, Territory
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words


@dataclass(frozen=True, slots=True)
class EditedProfile:
    """What a form starts from.

    ``values`` are all the fields of an actor file, as :func:`change_actor` takes them back;
    ``commune`` is the name of the commune with its département, ``names`` what people call the
    territories of the zone and the actors it knows, by identifier.
    """

    actor_id: str
    values: Mapping[str, Any]
    commune: str
    names: Mapping[str, str]

    @property
    def version(self) -> str:
        """Names what is stored, so that a correction of something else is noticed."""
        return version_of(self.values)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Something to correct: ``field`` is written as ``needs[1].text``, ``None`` for the whole."""

    field: str | None
    text: str


def edit_profile(application: Application, actor_id: str, scope: Scope) -> EditedProfile:
    """Read the profile of an actor in ``scope``; raises NotFound ``unknown-actor``."""
    actor = Sight(application, scope).actor(actor_id)
    referential = application.referential
    named = referential.get(f"commune:{actor.commune}") if actor.commune else None
    zone = {one: _named(referential, referential.get(one)) for one in actor.zone}
    return EditedProfile(
        actor_id,
        profile_values(actor),
        _named(referential, named) if named else "",
        zone | _acquaintances(application, actor),
    )


def problems_of_profile(
    application: Application, values: Mapping[str, object], scope: Scope, words: Words
) -> tuple[FieldProblem, ...]:
    """Everything wrong with a profile that is about to be written, in words for a form.

    Texts, lists and numbers are looked at first; codes and places once these are right.
    """
    try:
        read = read_actor(values, Locator(application.referential), Terms())
        Admission(scope.departments, application.referential).check_home(read.actor)
    except Refused as refused:
        return tuple(_problem(problem, words) for problem in refused.problems)
    return ()


def _named(referential: Referential, territory: Territory) -> str:
    """« Argenteuil (95) », « Val-d’Oise (95) », « CA Val Parisis »."""
    if territory.level not in {Level.COMMUNE, Level.DEPARTMENT}:
        return territory.name
    department = referential.level_of(territory.id, Level.DEPARTMENT)
    return f"{territory.name} ({department.code})" if department else territory.name


def new_profile() -> EditedProfile:
    """What the form of somebody who is not stored yet starts from: nothing."""
    nobody = profile_values(Actor("", Kind.SOCIAL_WORKER, ""))
    return EditedProfile("", nobody | {"kind": None}, "", {})


def version_of(values: Mapping[str, Any]) -> str:
    """Name the content of a profile."""
    content = json.dumps(values, sort_keys=True).encode("ascii")
    return blake2b(content, digest_size=12).hexdigest()


def profile_values(actor: Actor) -> dict[str, Any]:
    """Every field of an actor file, as :func:`change_actor` takes them."""
    return {
        "kind": actor.kind.value,
        "name": actor.name,
        "organization": actor.organization,
        "structure_type": actor.structure_type,
        "email": actor.email,
        "commune": actor.commune,
        "zone": list(actor.zone),
        "radius_km": actor.radius_km,
        "domains": list(actor.domains),
        "publics": list(actor.publics),
        "description": actor.description,
        "needs": [_statement(one) for one in actor.needs],
        "offers": [_statement(one) for one in actor.offers],
        "capacity_per_month": actor.capacity_per_month,
        "consent_email": actor.consent_email,
        "profiling": actor.profiling,
        "known": list(actor.known),
        "source": actor.source,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    expires = statement.expires.isoformat() if statement.expires else None
    return {
        "text": statement.text,
        "domains": list(statement.domains),
        "publics": list(statement.publics),
        "expires": expires,
    }


def _acquaintances(application: Application, actor: Actor) -> dict[str, str]:
    """Names of those whom an actor says it knows; who refuses to be proposed keeps its id."""
    with application.database.read() as connection:
        found = find_actors(connection, actor.known)
    return {one: found[one].name for one in actor.known if one in found and found[one].profiling}


def _problem(problem: RowProblem, words: Words) -> FieldProblem:
    said = f"form.{problem.code}"
    if problem.code == "territory-unknown" and not problem.parameters.get("suggestions"):
        said = "form.territory-unknown-at-all"
    if not words.knows(said):
        said = f"import.{problem.code}"
    return FieldProblem(problem.field, words.say(said, **problem.parameters))
