"""Who saw and changed whom: the audit log, for whoever answers for the installation."""

from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import Field

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.store.audit import read_entries
from matcher.usecases.answers import Answer


class AuditEntry(Answer):
    """One line of the log."""

    at: datetime
    who: str = Field(description="A key, « actor:ID » for a practitioner, or « local ».")
    what: str
    actor_ids: list[str] = Field(description="The first thousand.")
    count: int
    details: dict[str, Any]


class AuditAnswer(Answer):
    """The last lines, the latest first."""

    entries: list[AuditEntry]


def read_audit(
    application: Application, *, actor_id: str | None, since: str | None, limit: int
) -> AuditAnswer:
    """The last lines of the log; ``since`` is a day, ``2026-11-23``, or a moment (ISO 8601)."""
    application.recorder.flush()
    with application.database.read() as connection:
        entries = read_entries(connection, actor_id=actor_id, since=_moment(since), limit=limit)
    return AuditAnswer(
        entries=[
            AuditEntry(
                at=entry.at,
                who=entry.who,
                what=entry.what,
                actor_ids=list(entry.actor_ids),
                count=entry.count,
                details=dict(entry.details),
            )
            for entry in entries
        ]
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-23"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("not-a-moment", pointer="since") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
