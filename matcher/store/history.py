"""What happened to one actor, as each table remembers it: the latest rows of each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from matcher.store.mail_tables import outbox, runs, suggestions
from matcher.store.tables import audit, audit_actors, feedback

LATEST = 200
"""Rows read of each table."""


class Told(NamedTuple):
    """What somebody said of a pair that the actor is in; ``by`` as the audit log has it."""

    other: str
    by: str
    verdict: str
    reason: str
    day: date


class Proposed(NamedTuple):
    """A pair that a run chose: for which month, planned on which day."""

    other: str
    run_id: str
    month: date
    day: date


class Mailed(NamedTuple):
    """A mail to the actor: what it is, where it is, since when."""

    kind: str
    state: str
    day: date


class Written(NamedTuple):
    """A change of the profile: ``what`` as the audit log has it."""

    what: str
    by: str
    day: date


def told_of(connection: Connection, actor_id: str) -> list[Told]:
    """Answers about pairs of the actor, the latest first."""
    mine = or_(feedback.c.one == actor_id, feedback.c.other == actor_id)
    rows = connection.execute(select(feedback).where(mine).order_by(feedback.c.at.desc()))
    return [
        Told(_other(row, actor_id), row.by, row.verdict, row.reason, row.at.date())
        for row in rows.fetchmany(LATEST)
    ]


def proposed_with(connection: Connection, actor_id: str) -> list[Proposed]:
    """Pairs of the actor that runs chose, the latest first."""
    mine = or_(suggestions.c.one == actor_id, suggestions.c.other == actor_id)
    asked = (
        select(suggestions.c.one, suggestions.c.other, runs.c.id, runs.c.month, runs.c.planned)
        .join(runs, runs.c.id == suggestions.c.run_id)
        .where(mine)
        .order_by(runs.c.planned.desc(), suggestions.c.score.desc())
        .limit(LATEST)
    )
    return [
        Proposed(_other(row, actor_id), row.id, row.month, _day(row.planned))
        for row in connection.execute(asked)
    ]


def mailed_to(connection: Connection, actor_id: str) -> list[Mailed]:
    """Mails to the actor, the latest first."""
    asked = (
        select(outbox.c.kind, outbox.c.state, outbox.c.changed)
        .where(outbox.c.actor_id == actor_id)
        .order_by(outbox.c.changed.desc())
        .limit(LATEST)
    )
    return [Mailed(row.kind, row.state, _day(row.changed)) for row in connection.execute(asked)]


def written_to(connection: Connection, actor_id: str, whats: Sequence[str]) -> list[Written]:
    """Changes of the actor of some kinds, the latest first."""
    asked = (
        select(audit.c.what, audit.c.who, audit.c.at)
        .join(audit_actors, audit_actors.c.entry == audit.c.id)
        .where(audit_actors.c.actor_id == actor_id, audit.c.what.in_(tuple(whats)))
        .order_by(audit.c.id.desc())
        .limit(LATEST)
    )
    return [Written(row.what, row.who, _date(row.at)) for row in connection.execute(asked)]


def _other(row: object, actor_id: str) -> str:
    one, other = str(getattr(row, "one", "")), str(getattr(row, "other", ""))
    return other if one == actor_id else one


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _date(moment: datetime) -> date:
    return moment.date()
