"""Let go of what was kept long enough."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.store.actors import delete_actors
from matcher.store.forgetting import forget_entries, forget_orphan_vectors, forget_statements
from matcher.store.tables import actors, audit, statements
from matcher.usecases.erase_actor import SCRUBBED

ACTOR_MONTHS, STATEMENT_MONTHS, AUDIT_MONTHS = 36, 12, 12
LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Retention:
    """How many months things are kept: actors after their last word, statements past their day,
    lines of the audit log after they were written.
    """

    actor_months: int = ACTOR_MONTHS
    statement_months: int = STATEMENT_MONTHS
    audit_months: int = AUDIT_MONTHS

    def __post_init__(self) -> None:
        for name in ("actor_months", "statement_months", "audit_months"):
            if not 1 <= getattr(self, name) <= LONGEST:
                raise InvalidInput("months-out-of-range", pointer=name, maximum=LONGEST)


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was let go of, or would be; ``complete`` as in an erasure."""

    actors: int
    statements: int
    entries: int = 0
    complete: bool = True


def purge(
    application: Application,
    retention: Retention,
    *,
    dry_run: bool = False,
    before_commit: Callable[[], None] = lambda: None,
) -> Purged:
    """Delete what is older than its retention, in one transaction; what is younger never goes.

    Those who leave so are not noted in the ledger: they asked for nothing, and may come back.
    ``before_commit`` is for a test that kills the process there.
    """
    today = application.today()
    silent_since = _earlier(today, retention.actor_months)
    past = _earlier(today, retention.statement_months)
    noted = datetime.combine(_earlier(today, retention.audit_months), time(), UTC)
    if dry_run:
        with application.database.read() as connection:
            said = _count(connection, statements.c.expires < past)
            entries = _count(connection, audit.c.at < noted)
            return Purged(len(_silent(connection, silent_since)), said, entries)
    with application.database.write() as connection:
        gone = delete_actors(connection, _silent(connection, silent_since))
        statements_gone = forget_statements(connection, before=past)
        entries_gone = forget_entries(connection, before=noted)
        forget_orphan_vectors(connection)
        before_commit()
    complete = application.let_go(SCRUBBED, thorough=True)
    return Purged(len(gone), statements_gone, entries_gone, complete)


def _earlier(today: date, months: int) -> date:
    """The same day ``months`` before, or the last of that month."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(years, month + 1, 1)
    following = date(years + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=today.day - 1), following - timedelta(days=1))


def _silent(connection: Connection, since: date) -> list[str]:
    """Actors of whom nothing was heard since a day."""
    silent = (actors.c.updated < since) & (
        actors.c.last_contact.is_(None) | (actors.c.last_contact < since)
    )
    return list(connection.execute(select(actors.c.id).where(silent)).scalars())


def _count(connection: Connection, past: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(past)).scalar_one())
