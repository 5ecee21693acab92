"""What a person sees and decides of the outbox: mails in doubt, refused, left aside."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from matcher.store.mail_tables import outbox
from matcher.store.outbox import MailState


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mail that waits for somebody; ``since`` in seconds since 1970, UTC."""

    id: int
    run_id: str
    actor_id: str
    message_id: str
    reason: str | None
    since: int


def held_mails(connection: Connection) -> list[Waiting]:
    """Mails that may have arrived, and that nobody sends again unasked, the oldest first."""
    columns = (outbox.c.id, outbox.c.run_id, outbox.c.actor_id, outbox.c.message_id)
    asked = select(*columns, outbox.c.reason, outbox.c.changed)
    held = asked.where(outbox.c.state == MailState.HELD).order_by(outbox.c.changed, outbox.c.id)
    return [Waiting(*row) for row in connection.execute(held)]


def count_reasons(connection: Connection) -> dict[tuple[str, str], int]:
    """How many mails are in each state for each reason."""
    asked = select(outbox.c.state, outbox.c.reason, func.count())
    rows = connection.execute(
        asked.where(outbox.c.reason.is_not(None)).group_by(outbox.c.state, outbox.c.reason)
    )
    return {(str(state), str(reason)): int(count) for state, reason, count in rows}


def decide(connection: Connection, mail_id: int, now: int, *, release: bool) -> bool:
    """Send a held mail again, under the same Message-ID, or drop it; False where none is held."""
    held = (outbox.c.id == mail_id) & (outbox.c.state == MailState.HELD)
    values: dict[str, object] = {"state": MailState.SKIPPED, "reason": "dropped", "changed": now}
    if release:
        held &= outbox.c.mail.is_not(None)
        values = {"state": MailState.QUEUED, "reason": "released", "changed": now, "due": now}
    free = {"lease": None, "leased_until": 0}
    return connection.execute(update(outbox).where(held).values(**values, **free)).rowcount == 1
