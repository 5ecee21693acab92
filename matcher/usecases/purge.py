"""Let go of what was kept long enough."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.store.accounts import ended_before, forget_accounts
from matcher.store.actors import delete_actors
from matcher.store.forgetting import (
    forget_entries,
    forget_mails,
    forget_orphan_vectors,
    forget_runs,
    forget_statements,
    old_mail,
)
from matcher.store.mail_tables import runs
from matcher.store.sessions import forget_past
from matcher.store.staged_imports import forget_staged
from matcher.store.tables import actors, audit, statements
from matcher.usecases.erase_actor import SCRUBBED

ACTOR_MONTHS, STATEMENT_MONTHS, AUDIT_MONTHS, RUN_MONTHS = 36, 12, 12, 24
MAIL_DAYS = 90
LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Retention:
    """How many months things are kept: actors after their last word, statements past their day,
    lines of the audit log after they were written, and as long the accounts that ended, since
    those lines name them; suggestions of a run after its month; and how
    many days the text of a mail after it was settled.
    """

    actor_months: int = ACTOR_MONTHS
    statement_months: int = STATEMENT_MONTHS
    audit_months: int = AUDIT_MONTHS
    mail_days: int = MAIL_DAYS
    run_months: int = RUN_MONTHS

    def __post_init__(self) -> None:
        for name in ("actor_months", "statement_months", "audit_months", "mail_days", "run_months"):
            if not 1 <= getattr(self, name) <= LONGEST:
                raise InvalidInput("months-out-of-range", pointer=name, maximum=LONGEST)


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was let go of, or would be; ``complete`` as in an erasure."""

    actors: int
    statements: int
    entries: int = 0
    mails: int = 0
    runs: int = 0
    accounts: int = 0
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
    before = _Before.of(application.today(), retention)
    if dry_run:
        with application.database.read() as connection:
            return _count(connection, before)
    now = int(application.now().timestamp())
    with application.database.write() as connection:
        purged = _let_go(connection, before)
        forget_past(connection, now)
        forget_staged(connection, now=now)
        before_commit()
    complete = application.let_go(SCRUBBED, thorough=True)
    return replace(purged, complete=complete)


@dataclass(frozen=True, slots=True)
class _Before:
    """What is before these is kept no longer; ``settled`` is in seconds."""

    heard: date
    expired: date
    noted: datetime
    settled: int
    month: date

    @classmethod
    def of(cls, today: date, retention: Retention) -> "_Before":
        return cls(
            heard=_earlier(today, retention.actor_months),
            expired=_earlier(today, retention.statement_months),
            noted=_midnight(_earlier(today, retention.audit_months)),
            settled=int(_midnight(today - timedelta(days=retention.mail_days)).timestamp()),
            month=_earlier(today.replace(day=1), retention.run_months),
        )


def _count(connection: Connection, before: _Before) -> Purged:
    return Purged(
        len(_silent(connection, before.heard)),
        _rows(connection, statements.c.expires < before.expired),
        _rows(connection, audit.c.at < before.noted),
        _rows(connection, old_mail(before.settled)),
        _rows(connection, runs.c.month < before.month),
        _rows(connection, ended_before(int(before.noted.timestamp()))),
    )


def _let_go(connection: Connection, before: _Before) -> Purged:
    gone = delete_actors(connection, _silent(connection, before.heard))
    statements_gone = forget_statements(connection, before=before.expired)
    entries = forget_entries(connection, before=before.noted)
    mails = forget_mails(connection, before=before.settled)
    months = forget_runs(connection, before=before.month)
    accounts = forget_accounts(connection, before=int(before.noted.timestamp()))
    forget_orphan_vectors(connection)
    return Purged(len(gone), statements_gone, entries, mails, months, accounts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


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


def _rows(connection: Connection, past: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(past)).scalar_one())
