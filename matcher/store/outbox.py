"""The outbox: one row a mail, from the plan to the relay's answer, whichever process is killed.

``queued`` waits for its time; a worker takes it by a lease and connects. ``sending`` is written
when the relay has said that it listens (354), just before the mail goes through: from here on,
whoever finds the row does not know whether the relay has it. ``sent`` follows the relay's 250.
``held`` waits for a person, ``failed`` and ``bounced`` were refused, ``skipped`` must not go.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from matcher.store.bounces import is_suspended
from matcher.store.installation import read_installation
from matcher.store.mail_tables import outbox, suggestions
from matcher.store.tables import actors
from matcher.store.turns import wait_turn

LEASE_SECONDS = 300
"""How long a worker may take over one mail before others see it as abandoned."""

ATTEMPTS_END = 72 * 3600
"""A mail that no relay has taken after so long is given up, in seconds."""

BACKOFF = (300, 900, 3600, 4 * 3600)
"""Seconds before each next attempt; the last one repeats."""

CAPS = "caps of mails"
"""Whose turn it is to count what has left: two who count at once would both find room."""


class MailState(StrEnum):
    """Where a mail is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"
    BOUNCED = "bounced"


class MailKind(StrEnum):
    """What a mail is; caps on how often somebody is written to count digests."""

    DIGEST = "digest"
    INTRODUCTION = "introduction"


GONE = (MailState.SENDING, MailState.SENT, MailState.HELD, MailState.BOUNCED)
"""States of a mail that the relay has, or may have."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much may leave: to one domain in an hour, and to one person in so many days."""

    per_domain_hour: int = 500
    person_days: int = 25


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that a worker has taken."""

    id: int
    message_id: str
    address: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """One mail to be put into the outbox, as bytes, due at a time and useless after another."""

    run_id: str
    actor_id: str
    message_id: str
    address: str
    content: bytes
    due: int
    until: int
    kind: MailKind = MailKind.DIGEST


def enqueue(connection: Connection, mails: Iterable[Queued]) -> int:
    """Put mails into the outbox; those whose run and recipient are there already stay as they are.

    Gives how many were added.
    """
    wanted = list(mails)
    of_runs = outbox.c.run_id.in_({mail.run_id for mail in wanted})
    asked = select(outbox.c.run_id, outbox.c.actor_id).where(of_runs)
    known = {tuple(row) for row in connection.execute(asked)}
    rows = [_row(mail) for mail in wanted if (mail.run_id, mail.actor_id) not in known]
    if rows:
        connection.execute(insert(outbox), rows)
    return len(rows)


def take(connection: Connection, worker: str, now: int, caps: Caps) -> Mail | None:
    """Lease the next mail that is due to a worker; ``None`` when nothing may leave now.

    Mails nobody sent in time are marked as such: an old one never leaves unasked.
    """
    wait_turn(connection, CAPS)
    late = and_(_waiting(now), outbox.c.first_attempt.is_(None), outbox.c.until < now)
    gone = {"state": MailState.SKIPPED, "reason": "too-late", "changed": now}
    connection.execute(update(outbox).where(late).values(gone))
    full = _full_domains(connection, now, caps)
    asked = (
        select(outbox.c.id, outbox.c.message_id, outbox.c.address, outbox.c.mail)
        .where(_waiting(now), outbox.c.due <= now, outbox.c.domain.not_in(full))
        .order_by(outbox.c.due, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(asked).first()
    if row is None:
        return None
    leased = {"lease": worker, "leased_until": now + LEASE_SECONDS}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(leased))
    return Mail(row.id, row.message_id, row.address, row.mail)


def begin(connection: Connection, mail: Mail, worker: str, now: int, caps: Caps) -> bool:
    """Write that a mail is about to go through; False when it must not go, or is another's.

    The last look at what the recipient wants, in the same transaction: an opposition that was
    acknowledged before is honoured.
    """
    wait_turn(connection, CAPS)
    found = select(outbox).where(outbox.c.id == mail.id).with_for_update()
    row = connection.execute(found).first()
    if row is None or row.state != MailState.QUEUED or row.lease != worker:
        return False
    reason = _forbidden(connection, row) or _had_one(connection, row, now, caps)
    if reason is not None:
        settle(connection, mail.id, MailState.SKIPPED, now, reason)
        return False
    going = {
        "state": MailState.SENDING,
        "changed": now,
        "attempts": row.attempts + 1,
        "first_attempt": row.first_attempt or now,
        "leased_until": now + LEASE_SECONDS,
    }
    connection.execute(update(outbox).where(outbox.c.id == mail.id).values(going))
    return True


def settle(
    connection: Connection, mail_id: int, state: MailState, now: int, reason: str | None = None
) -> None:
    """Write what became of a mail; nobody holds it any more."""
    settled = {"state": state, "reason": reason, "changed": now, "lease": None, "leased_until": 0}
    connection.execute(update(outbox).where(outbox.c.id == mail_id).values(settled))


def postpone(connection: Connection, mail_id: int, now: int, reason: str) -> MailState:
    """Try again later, at longer and longer intervals, or give up after :data:`ATTEMPTS_END`."""
    row = connection.execute(select(outbox).where(outbox.c.id == mail_id)).one()
    attempts = row.attempts + (row.state == MailState.QUEUED)  # begin() has counted the others
    first = row.first_attempt or now
    due = now + BACKOFF[min(attempts, len(BACKOFF)) - 1]
    if due > first + ATTEMPTS_END:
        settle(connection, mail_id, MailState.FAILED, now, "gave-up")
        return MailState.FAILED
    settle(connection, mail_id, MailState.QUEUED, now, reason)
    later = {"due": due, "attempts": attempts, "first_attempt": first}
    connection.execute(update(outbox).where(outbox.c.id == mail_id).values(later))
    return MailState.QUEUED


def holds(connection: Connection, mail: Mail, worker: str) -> bool:
    """Whether a mail is still this worker's; if so, nobody else's until the transaction ends.

    One that took longer than its lease may have been found by others, and sent again since.
    """
    mine = select(outbox.c.lease).where(outbox.c.id == mail.id).with_for_update()
    return connection.execute(mine).scalar() == worker


def abandoned(connection: Connection, now: int, *, alone: bool = False) -> list[tuple[int, str]]:
    """Mails that went through, or not, when their worker ended: ids and Message-IDs.

    ``alone``: nobody else finds them until the transaction ends.
    """
    lost = and_(outbox.c.state == MailState.SENDING, outbox.c.leased_until < now)
    asked = select(outbox.c.id, outbox.c.message_id).where(lost)
    if alone:
        asked = asked.with_for_update(skip_locked=True)
    rows = connection.execute(asked)
    return [(row.id, row.message_id) for row in rows]


def count_states(connection: Connection, run_id: str | None = None) -> dict[MailState, int]:
    """How many mails are in each state."""
    asked = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    if run_id is not None:
        asked = asked.where(outbox.c.run_id == run_id)
    return {MailState(state): count for state, count in connection.execute(asked)}


def may_send(connection: Connection) -> bool:
    """Whether this database may send: one that was restored waits for somebody to confirm it."""
    return read_installation(connection).sending_confirmed


def _row(mail: Queued) -> dict[str, object]:
    return {
        "run_id": mail.run_id,
        "actor_id": mail.actor_id,
        "kind": mail.kind,
        "message_id": mail.message_id,
        "address": mail.address,
        "domain": mail.address.rpartition("@")[2].casefold(),
        "mail": mail.content,
        "state": MailState.QUEUED,
        "attempts": 0,
        "due": mail.due,
        "until": mail.until,
        "changed": mail.due,
        "leased_until": 0,
    }


def _waiting(now: int) -> ColumnElement[bool]:
    """Queued, and in nobody's hands."""
    free = or_(outbox.c.lease.is_(None), outbox.c.leased_until < now)
    return and_(outbox.c.state == MailState.QUEUED, free)


def _full_domains(connection: Connection, now: int, caps: Caps) -> list[str]:
    """Domains that have had all they may in the last hour, with what is in somebody's hands."""
    gone = and_(outbox.c.state.in_(GONE), outbox.c.changed > now - 3600)
    going = and_(
        outbox.c.state == MailState.QUEUED,
        outbox.c.lease.is_not(None),
        outbox.c.leased_until >= now,
    )
    recent = (
        select(outbox.c.domain)
        .where(or_(gone, going))
        .group_by(outbox.c.domain)
        .having(func.count() >= caps.per_domain_hour)
    )
    return list(connection.execute(recent).scalars())


def _forbidden(connection: Connection, row: Row[Any]) -> str | None:
    """Why the recipient must not get this mail, as things are now."""
    wanted = select(actors.c.consent_email, actors.c.profiling, actors.c.email)
    mine = wanted.where(actors.c.id == row.actor_id)
    # Shared: an opposition is not acknowledged between this look and our commit.
    who = connection.execute(mine.with_for_update(read=True)).first()
    if who is None:
        return "erased"
    if not (who.consent_email and who.profiling):
        return "opposed"
    if who.email != row.address:
        return "address-changed"
    if is_suspended(connection, row.address):
        return "bounced"
    return "partner-opposed" if _partner_refuses(connection, row) else None


def _partner_refuses(connection: Connection, row: Row[Any]) -> bool:
    """Whether somebody whom the mail speaks of has refused to be proposed since."""
    ends = (suggestions.c.one, suggestions.c.other)
    named = or_(*(and_(me == row.actor_id, them == actors.c.id) for me, them in (ends, ends[::-1])))
    of_run = and_(suggestions.c.run_id == row.run_id, named, ~actors.c.profiling)
    return connection.execute(select(actors.c.id).where(of_run).limit(1)).first() is not None


def _had_one(connection: Connection, row: Row[Any], now: int, caps: Caps) -> str | None:
    """Whether the recipient was written to not long ago, by this address or under this id.

    An introduction was asked for by both, so it neither waits nor makes the next digest wait.
    """
    if row.kind != MailKind.DIGEST:
        return None
    others = and_(
        outbox.c.id != row.id,
        outbox.c.kind == MailKind.DIGEST,
        or_(outbox.c.actor_id == row.actor_id, outbox.c.address == row.address),
        outbox.c.state.in_(GONE),
        outbox.c.changed > now - caps.person_days * 86400,
    )
    return "had-one" if connection.execute(select(outbox.c.id).where(others)).first() else None
