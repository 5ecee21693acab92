"""Show a person, reached by a signed link, everything that is held on it, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.errors import NotFound, NotReady
from matcher.scope import Role, Scope
from matcher.store.actors import find_actors
from matcher.store.held import named_by, rows_of, vectors_of
from matcher.store.oppositions import MAIL, PROFILING
from matcher.store.suggestions import find_run
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.seeing import Sight
from matcher.usecases.show_actor import ActorCard, show_actor
from matcher.wording.words import Words

PARTNERS = 5
"""Partners shown on the page; the export has more."""

_COUNTED = ("audit", "bounces")


@dataclass(frozen=True, slots=True)
class Provenance:
    """A file that gave some fields, what it says it comes from, and when it was read."""

    file: str
    source: str | None
    imported: date
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A partner that was suggested, or answered; no name where it is proposed no more."""

    partner: str | None
    organization: str | None
    month: date | None
    verdict: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to the person: ``kind`` and ``state`` as the outbox has them."""

    kind: str
    state: str
    day: date


@dataclass(frozen=True, slots=True)
class MyData:
    """What is held on a person, as its page tells it.

    ``card`` is what others may see; the rest is for the person alone. ``partners`` is ``None``
    where they cannot be told at this moment. ``known`` are those whom the person says it knows,
    ``named_by`` how many say so of it; ``counts`` are rows of what is only in the export.
    """

    card: ActorCard
    email: str | None
    capacity: int | None
    known: tuple[str, ...]
    named_by: int
    accepts_mails: bool
    refuses_mails_since: date | None
    profiling: bool
    refuses_profiling_since: date | None
    last_contact: date | None
    provenance: tuple[Provenance, ...]
    suggestions: tuple[Suggestion, ...]
    mails: tuple[Mail, ...]
    partners: tuple[RecommendationItem, ...] | None
    vectors: int
    counts: Mapping[str, int]


def reader_of_my_data(application: Application, token: str) -> Scope:
    """For whom a link opens its page; raises NotFound ``unknown-link`` for any other token."""
    scope = None if token.startswith("syn_") else application.gate.admit(token)
    if scope is None or scope.role is not Role.PRACTITIONER:
        raise NotFound("unknown-link")
    return scope


def show_my_data(application: Application, words: Words, scope: Scope) -> MyData:
    """Read everything held on the actor of a practitioner's scope; changes nothing.

    Raises NotFound ``unknown-actor`` where it has left.
    """
    me = scope.actor_id or ""
    actor = Sight(application, scope).actor(me)
    with application.database.read() as connection:
        rows = rows_of(connection, me)
        others = _names(connection, me, rows, actor.known)
        suggestions = _suggestions(connection, me, rows, others)
        named = len(named_by(connection, me))
        vectors = sum(vectors_of(connection, me).values())
    since = {row["against"]: row["since"] for row in rows["oppositions"]}
    return MyData(
        card=show_actor(application, actor, words, scope),
        email=actor.email,
        capacity=actor.capacity_per_month,
        known=tuple(others[one][0] if one in others else one for one in actor.known),
        named_by=named,
        accepts_mails=actor.consent_email,
        refuses_mails_since=since.get(MAIL),
        profiling=actor.profiling,
        refuses_profiling_since=since.get(PROFILING),
        last_contact=next((row["last_contact"] for row in rows["actors"]), None),
        provenance=tuple(_provenance(row) for row in rows["origins"]),
        suggestions=suggestions,
        mails=tuple(_mail(row) for row in sorted(rows["outbox"], key=_sent, reverse=True)),
        partners=_partners(application, me, words, scope) if actor.profiling else (),
        vectors=vectors,
        counts={table: len(rows[table]) for table in _COUNTED},
    )


Named = Mapping[str, tuple[str, str | None]]


def _names(connection: Connection, me: str, rows: Mapping[str, Any], known: Iterable[str]) -> Named:
    """Name and organisation of those in the rows who are still there and still willing."""
    pairs = [*rows["suggestions"], *rows["feedback"]]
    others = {row[end] for row in pairs for end in ("one", "other")} - {me}
    found = find_actors(connection, sorted(others | set(known)))
    return {one: (two.name, two.organization) for one, two in found.items() if two.profiling}


def _suggestions(
    connection: Connection, me: str, rows: Mapping[str, Any], others: Named
) -> tuple[Suggestion, ...]:
    """What was suggested, the latest first, with what the person answered; then other answers."""
    runs = {row["run_id"] for row in rows["suggestions"]}
    months = {one: run.month for one in runs if (run := find_run(connection, one))}
    mine = {_other(row, me): row for row in rows["feedback"] if row["by"] == f"actor:{me}"}
    latest: dict[str, date | None] = dict.fromkeys(mine)
    for row in sorted(rows["suggestions"], key=lambda row: months[row["run_id"]]):
        latest[_other(row, me)] = months[row["run_id"]]
    ordered = sorted(latest, key=lambda one: (latest[one] or date.min, one), reverse=True)
    return tuple(_suggestion(others.get(one), latest[one], mine.get(one)) for one in ordered)


def _suggestion(
    who: tuple[str, str | None] | None, month: date | None, said: Mapping[str, Any] | None
) -> Suggestion:
    name, organization = who or (None, None)
    if said is None:
        return Suggestion(name, organization, month)
    return Suggestion(name, organization, month, said["verdict"], said["reason"])


def _partners(
    application: Application, me: str, words: Words, scope: Scope
) -> tuple[RecommendationItem, ...] | None:
    query = RecommendationQuery(actor_id=me, limit=PARTNERS)
    try:
        return tuple(recommend(application, query, words, scope).items)
    except NotReady:  # rights do not wait for a model
        return None


def _other(row: Mapping[str, Any], me: str) -> str:
    return str(row["other"] if row["one"] == me else row["one"])


def _provenance(row: Mapping[str, Any]) -> Provenance:
    return Provenance(row["file"], row["source"], row["imported"], tuple(row["fields"]))


def _sent(row: Mapping[str, Any]) -> int:
    return int(row["changed"])


def _mail(row: Mapping[str, Any]) -> Mail:
    return Mail(row["kind"], row["state"], datetime.fromtimestamp(_sent(row), UTC).date())
