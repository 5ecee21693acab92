"""Find actors by name, as a coordinator looks for somebody: those in its scope, page by page."""

from dataclasses import dataclass
from heapq import nsmallest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.scope import Scope
from matcher.store.directory import Entry, entries_named, plain_words
from matcher.usecases.answers import ActorSummary
from matcher.usecases.locate import located
from matcher.usecases.present import summary
from matcher.wording.words import Words

PAGE = 20
MOST = 1_000
"""Actors that are put in order; whoever finds more has typed too little."""
LONGEST = 200
"""Characters of what is typed that are read."""


@dataclass(frozen=True, slots=True)
class NamedActors:
    """One page of those who bear a name; ``more`` where there are over :data:`MOST` of them."""

    shown: tuple[ActorSummary, ...]
    total: int
    more: bool
    page: int
    pages: int


def find_by_name(
    application: Application, typed: str, page: int, words: Words, scope: Scope
) -> NamedActors:
    """Actors in ``scope`` whose name or organisation holds what was typed, the closest first.

    Neither accents, case nor punctuation count; nothing typed lists everybody. A page beyond the
    last is the last. Whoever refuses to be proposed is listed: its card can still be read.
    """
    wanted = _readable(typed)
    departments = scope.departments
    with application.database.read(departments) as connection:
        found = entries_named(connection, wanted, departments, only=scope.actor_id, most=MOST + 1)
    ranked = nsmallest(MOST, found, key=lambda entry: _rank(entry, wanted))
    pages = max(1, -(-len(ranked) // PAGE))
    at = min(max(page, 1), pages)
    shown = [_actor(application, one) for one in ranked[(at - 1) * PAGE : at * PAGE]]
    application.recorder.seen(scope, "names", [one.id for one in shown])
    listed = tuple(summary(one, words) for one in shown)
    return NamedActors(listed, len(ranked), len(found) > MOST, at, pages)


def _readable(typed: str) -> str:
    """What no database can hold is nobody's name."""
    return typed[:LONGEST].encode("utf-8", "ignore").decode().replace("\0", " ")


def _rank(entry: Entry, wanted: str) -> tuple[bool, bool, bool, list[str], str]:
    """Its id, then a name or an organisation that begins so, then words that do, then the rest."""
    words, name = plain_words(wanted), plain_words(entry.name)
    organization = plain_words(entry.organization or "")
    start = " ".join(words)
    begins = any(" ".join(one).startswith(start) for one in (name, organization))
    said = [*name, *organization]
    inside = all(any(one.startswith(word) for one in said) for word in words)
    return entry.id != wanted.strip(), not begins, not inside, name, entry.id


def _actor(application: Application, entry: Entry) -> Actor:
    """As much of an actor as a list tells, with its place."""
    known = Actor(
        entry.id,
        Kind(entry.kind),
        entry.name,
        organization=entry.organization,
        commune=entry.commune,
        zone=entry.zone,
    )
    return located(known, application.referential)
