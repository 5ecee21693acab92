"""Words that nobody says any more leave the store, and their vectors with them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from matcher.engine.passages import passages
from matcher.store.changes import count_change, next_change
from matcher.store.mail_tables import outbox, runs, suggestions
from matcher.store.tables import actors, audit, audit_actors, statements, vectors
from matcher.store.vectors import text_hash

BATCH = 500

Item = TypeVar("Item")


def remove_statements(connection: Connection, actor_ids: Sequence[str]) -> list[str]:
    """Delete the statements of these actors; gives the hashes of every passage they said."""
    said: list[str] = []
    for ids in batches(actor_ids):
        theirs = statements.c.actor_id.in_(ids)
        for text in connection.execute(select(statements.c.text).where(theirs)).scalars():
            said += _hashes(text)
        connection.execute(delete(statements).where(theirs))
    return said


def forget_vectors(connection: Connection, hashes: Sequence[str]) -> None:
    """Delete those vectors among ``hashes`` that no statement needs any more.

    A passage that is also part of somebody else's long statement goes too, and is encoded again
    when it is next needed: forgetting wins over caching.
    """
    still_said = exists().where(
        statements.c.text_hash == vectors.c.text_hash, statements.c.role == vectors.c.role
    )
    for batch in batches(hashes):
        forgotten = delete(vectors).where(vectors.c.text_hash.in_(batch), ~still_said)
        connection.execute(forgotten)


def forget_in_audit(connection: Connection, actor_ids: Sequence[str]) -> None:
    """Take people out of the audit log, whose lines stay: somebody did something to so many."""
    for ids in batches(actor_ids):
        callers = [f"actor:{name}" for name in ids]
        connection.execute(delete(audit_actors).where(audit_actors.c.actor_id.in_(ids)))
        connection.execute(update(audit).where(audit.c.who.in_(callers)).values(who="actor"))


def forget_in_mails(connection: Connection, actor_ids: Sequence[str]) -> None:
    """Take away mails to people, and those that speak of them to others: none waits any more.

    To be called while the suggestions are there that tell which mails those are. One that is on
    its way to somebody else is left to who sends it. Mails come before their people, as for who
    sends: two who wait for each other would both fail.
    """
    for ids in batches(actor_ids):
        connection.execute(delete(outbox).where(outbox.c.actor_id.in_(ids)))
        for mine, theirs in (("one", "other"), ("other", "one")):
            about = exists().where(
                suggestions.c.run_id == outbox.c.run_id,
                suggestions.c[theirs] == outbox.c.actor_id,
                suggestions.c[mine].in_(ids),
            )
            waiting = update(outbox).where(about, outbox.c.state.in_(("queued", "held")))
            connection.execute(waiting.values(mail=None, state="skipped", reason="erased"))
            settled = update(outbox).where(about, outbox.c.state != "sending")
            connection.execute(settled.values(mail=None))


def forget_entries(connection: Connection, *, before: datetime) -> int:
    """Delete lines of the audit log that are older than a moment; gives how many."""
    return connection.execute(delete(audit).where(audit.c.at < before)).rowcount


def old_mail(before: int) -> ColumnElement[bool]:
    """The text of a mail whose fate was settled before a moment (seconds), and is kept still."""
    settled = outbox.c.state.in_(("sent", "failed", "skipped", "bounced"))
    return settled & (outbox.c.changed < before) & outbox.c.mail.is_not(None)


def forget_mails(connection: Connection, *, before: int) -> int:
    """Empty mails that were settled before a moment, in seconds; their rows stay; gives how many.

    Who was written to, and when, is still needed to not write too often.
    """
    emptied = update(outbox).where(old_mail(before)).values(mail=None)
    return connection.execute(emptied).rowcount


def forget_runs(connection: Connection, *, before: date) -> int:
    """Delete runs of a month before a day, with their suggestions and mails; gives how many."""
    return connection.execute(delete(runs).where(runs.c.month < before)).rowcount


def forget_statements(connection: Connection, *, before: date) -> int:
    """Delete statements that expired before a day, with their vectors; gives how many."""
    change = next_change(connection)
    past = statements.c.expires < before
    rows = connection.execute(select(statements.c.actor_id, statements.c.text).where(past)).all()
    if rows:
        connection.execute(delete(statements).where(past))
        forget_vectors(connection, [one for row in rows for one in _hashes(row.text)])
        for ids in batches(tuple({row.actor_id for row in rows})):
            changed = update(actors).where(actors.c.id.in_(ids)).values(changed=change)
            connection.execute(changed)
        count_change(connection)
    return len(rows)


def forget_orphan_vectors(connection: Connection) -> int:
    """Delete vectors of words that nobody says: who computed one may have been late by a change."""
    said = {
        bytes.fromhex(one)
        for text in connection.execute(select(statements.c.text)).scalars()
        for one in _hashes(text)
    }
    kept = connection.execute(select(vectors.c.text_hash).distinct()).scalars()
    orphans = [one for one in kept if bytes.fromhex(one) not in said]
    for batch in batches(orphans):
        connection.execute(delete(vectors).where(vectors.c.text_hash.in_(batch)))
    return len(orphans)


def _hashes(text: str) -> list[str]:
    """Names of the vectors of a statement: one for each of its passages."""
    return [text_hash(text[start:end]) for start, end in passages(text)]


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Items few enough at a time to be named in one statement."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
