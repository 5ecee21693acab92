"""Show one actor to another: who it is, where it acts, what it needs and offers."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Statement
from matcher.scope import Scope
from matcher.store.origins import Origin, origins_of
from matcher.store.vocabularies import domain_labels, public_labels
from matcher.territory import Referential
from matcher.usecases.answers import Answer, KindCode
from matcher.usecases.present import availability
from matcher.usecases.seeing import Sight
from matcher.usecases.show_territory import TerritoryName, name_territory
from matcher.wording.words import Words


class Labelled(Answer):
    """An official code with its French label."""

    code: str
    label: str


class StatementCard(Answer):
    """A need or an offer, in its author's words."""

    text: str
    domains: list[Labelled]
    publics: list[Labelled]
    expires: date | None


class ActorCard(Answer):
    """An actor as others may see it: no address, no vector, nobody it knows."""

    id: str
    kind: KindCode
    kind_label: str
    name: str
    organization: str | None
    structure_type: str | None
    commune: TerritoryName | None
    department: TerritoryName | None
    zone: list[TerritoryName] = Field(description="Where it acts besides its commune.")
    radius_km: float | None
    domains: list[Labelled]
    publics: list[Labelled]
    description: str
    needs: list[StatementCard]
    offers: list[StatementCard]
    availability: Literal["available", "limited", "full"]
    source: str | None = Field(description="Where the profile comes from.")
    imported: date | None = Field(description="The day something of it was last imported.")
    imported_from: str | None = Field(description="The file that was imported that day.")
    updated: date | None


def find_actor(application: Application, actor_id: str, scope: Scope) -> Actor:
    """Give a stored actor with its place; raises NotFound where nobody in ``scope`` has this id."""
    return Sight(application, scope).actor(actor_id)


def show_actor(application: Application, actor: Actor, words: Words, scope: Scope) -> ActorCard:
    """Write the card of an actor that is in ``scope``; the audit log tells who saw it."""
    application.recorder.seen(scope, "card", [actor.id])
    referential = application.referential
    commune, department = _seat(actor, referential)
    latest = latest_origin(application, actor)
    return ActorCard(
        id=actor.id,
        kind=actor.kind.value,
        kind_label=words.say(f"kind.{actor.kind.value}"),
        name=actor.name,
        organization=actor.organization,
        structure_type=actor.structure_type,
        commune=commune,
        department=department,
        zone=[name_territory(referential, identifier) for identifier in actor.zone],
        radius_km=actor.radius_km,
        domains=_labelled(actor.domains, domain_labels()),
        publics=_labelled(actor.publics, public_labels()),
        description=actor.description,
        needs=[_statement(need) for need in actor.needs],
        offers=[_statement(offer) for offer in actor.offers],
        availability=availability(actor),
        source=actor.source,
        imported=latest.imported if latest else None,
        imported_from=latest.file if latest else None,
        updated=actor.updated,
    )


def latest_origin(application: Application, actor: Actor) -> Origin | None:
    """The file that gave something of an actor last, ``None`` where no file did."""
    with application.database.read() as connection:
        return next(iter(origins_of(connection, [actor.id]).get(actor.id, ())), None)


def _seat(
    actor: Actor, referential: Referential
) -> tuple[TerritoryName | None, TerritoryName | None]:
    place = actor.place
    if place is None:
        return None, None
    levels = (place.commune, place.department)
    commune, department = (one and name_territory(referential, one) for one in levels)
    return commune or None, department or None


def _statement(statement: Statement) -> StatementCard:
    return StatementCard(
        text=statement.text,
        domains=_labelled(statement.domains, domain_labels()),
        publics=_labelled(statement.publics, public_labels()),
        expires=statement.expires,
    )


def _labelled(codes: Iterable[str], labels: Mapping[str, str]) -> list[Labelled]:
    return [Labelled(code=code, label=labels.get(code, code)) for code in codes]
