"""What came back: an address that does not exist is not written to again."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from matcher.store.mail_tables import bounces, outbox

MOST_ID = 2**31 - 1
"""The last id that the column of ids holds."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """One mail that came back: ``hard`` for ever, ``status`` as in RFC 3463 (``5.1.1``).

    ``digest`` is the SHA-256 of the report, so that reading it twice counts once; ``at`` is in
    seconds since 1970, UTC.
    """

    message_id: str
    digest: str
    hard: bool
    status: str
    at: int


def message_id_of(connection: Connection, mail_id: int) -> str | None:
    """The Message-ID of a mail, ``None`` where there is none of this number.

    Anybody may write a number into a forged report; PostgreSQL refuses one that no id can be.
    """
    if not 0 < mail_id <= MOST_ID:
        return None
    asked = select(outbox.c.message_id).where(outbox.c.id == mail_id)
    found: str | None = connection.execute(asked).scalar()
    return found


def note_bounce(connection: Connection, bounced: Bounced) -> bool:
    """Keep that a mail came back; False where that was known, or the mail is no more.

    From the moment this is committed, nothing is sent to the address of a hard one.
    """
    row = connection.execute(
        select(outbox.c.id, outbox.c.actor_id, outbox.c.address, outbox.c.state)
        .where(outbox.c.message_id == bounced.message_id)
        .with_for_update()
    ).first()
    if row is None:
        return False
    mine = (bounces.c.actor_id == row.actor_id) & (bounces.c.digest == bounced.digest)
    if connection.execute(select(bounces.c.digest).where(mine)).first():
        return False
    kept = {"digest": bounced.digest, "hard": bounced.hard, "status": bounced.status}
    whose = {"actor_id": row.actor_id, "address": row.address, "at": bounced.at}
    connection.execute(insert(bounces).values(**kept, **whose))
    # What still goes through is left to who sends it; so is a mail that waits: it will not go.
    if bounced.hard and row.state in {"sent", "held", "bounced"}:
        gone = {"state": "bounced", "reason": f"bounce-{bounced.status}", "changed": bounced.at}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(gone))
    return True


def is_suspended(connection: Connection, address: str) -> bool:
    """Whether mails to an address came back for ever."""
    hard = (bounces.c.address == address) & bounces.c.hard
    return connection.execute(select(bounces.c.digest).where(hard).limit(1)).first() is not None


def suspended(connection: Connection) -> frozenset[str]:
    """The addresses from which mails came back for ever, in lower case."""
    hard = select(bounces.c.address).where(bounces.c.hard).distinct()
    return frozenset(address.casefold() for address in connection.execute(hard).scalars())


def lift_suspension(connection: Connection, address: str) -> int:
    """Forget what came back from an address that works again; gives how many reports."""
    return connection.execute(delete(bounces).where(bounces.c.address == address)).rowcount
