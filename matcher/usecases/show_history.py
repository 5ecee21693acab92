"""Show what happened to an actor: what was proposed, answered, sent, imported and changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.actors import find_actors
from matcher.store.history import mailed_to, proposed_with, told_of, written_to
from matcher.store.origins import origins_of
from matcher.usecases.answers import ActorSummary
from matcher.usecases.locate import located
from matcher.usecases.present import summary
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

SHOWN = 50
CHANGES = ("create", "edit")
INTRODUCTIONS = "intro-"
"""How runs are named that introduced a pair."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: ``text`` says it without naming ``other``, who may be linked.

    ``note`` is what somebody added in its own words, or the reason that it chose.
    """

    day: date
    text: str
    other: ActorSummary | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Raw:
    day: date
    code: str
    other: str | None = None
    note: str = ""
    told: tuple[tuple[str, object], ...] = ()


def show_history(
    application: Application, actor_id: str, words: Words, scope: Scope
) -> tuple[Event, ...]:
    """What happened to an actor in ``scope``, the latest first, :data:`SHOWN` events at most.

    What concerns a partner out of sight is left out as if it had not been; a practitioner is not
    told what others answered. Raises NotFound ``unknown-actor``.
    """
    Sight(application, scope).actor(actor_id)
    application.recorder.flush()
    with application.database.read(scope.departments) as connection:
        raw = sorted(_events(connection, actor_id, words, scope), key=_latest_first)
        others = find_actors(connection, _others(raw), scope.departments)
    seen = [one for one in raw if one.other is None or one.other in others][:SHOWN]
    known = {
        name: summary(located(actor, application.referential), words)
        for name, actor in others.items()
    }
    return tuple(
        Event(
            one.day,
            words.say(f"history.{one.code}", **dict(one.told)),
            known.get(one.other or ""),
            one.note,
        )
        for one in seen
    )


def _events(connection: Connection, actor_id: str, words: Words, scope: Scope) -> Iterator[_Raw]:
    for answer in told_of(connection, actor_id):
        who = _who(answer.by, actor_id)
        if scope.role is not Role.PRACTITIONER or who == "actor":
            note = _reason(answer.reason, words)
            yield _Raw(answer.day, f"{answer.verdict}.{who}", answer.other, note)
    for proposed in proposed_with(connection, actor_id):
        introduced = proposed.run_id.startswith(INTRODUCTIONS)
        code = "introduced" if introduced else "proposed"
        month = (("month", words.month(proposed.month)),)
        yield _Raw(proposed.day, code, proposed.other, told=month)
    for mail in mailed_to(connection, actor_id):
        told = (("mail", words.say(f"history.mail.{mail.kind}")),)
        yield _Raw(mail.day, f"mail.{mail.state}", told=told)
    for change in written_to(connection, actor_id, CHANGES):
        yield _Raw(change.day, f"{change.what}.{_who(change.by, actor_id)}")
    for origin in origins_of(connection, [actor_id]).get(actor_id, ()):
        yield _Raw(origin.imported, "import", told=(("file", origin.file),))


def _who(by: str, actor_id: str) -> str:
    """Whether the actor, its partner, or somebody at a desk did it."""
    if by == f"actor:{actor_id}":
        return "actor"
    return "partner" if by.startswith("actor:") else "desk"


def _reason(kept: str, words: Words) -> str:
    """What was answered, « too_far: what it added », as it was asked."""
    code, _, more = kept.partition(": ")
    said = f"page.answer.reason.{code}"
    return " — ".join(filter(None, (words.say(said), more))) if words.knows(said) else kept


def _latest_first(one: _Raw) -> tuple[int, str, str]:
    return -one.day.toordinal(), one.code, one.other or ""


def _others(raw: Iterable[_Raw]) -> list[str]:
    return sorted({one.other for one in raw if one.other})
