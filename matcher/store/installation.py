"""Which life of the store this is, and whether mail may leave it.

A restored store has the change numbers of its past again and will give them to other changes:
what was made in another life (an index, a batch of mails) must not be taken for this one's.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, true, update

from matcher.store.tables import changes, installation

NO_LIFE = ""
"""Where a restore was not finished."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the store: two that are equal hold the same."""

    life: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Installation:
    """What is known of this life: ``restored_at`` (UTC) is ``None`` for the first one."""

    life: str
    restored_at: datetime | None
    sending_confirmed: bool


def moment_of(connection: Connection) -> Moment:
    """Give the life and the change sequence at once."""
    life = func.coalesce(installation.c.life, NO_LIFE)
    joined = changes.outerjoin(installation, true())
    row = connection.execute(select(life, changes.c.sequence).select_from(joined)).one()
    return Moment(str(row[0]), int(row[1]))


def read_installation(connection: Connection) -> Installation:
    """Read it; a store whose restore was not finished may send nothing."""
    row = connection.execute(select(installation)).one_or_none()
    if row is None:
        return Installation(NO_LIFE, None, False)
    restored_at = row.restored_at and row.restored_at.replace(tzinfo=UTC)
    return Installation(row.life, restored_at, row.sending_confirmed)


def begin_another_life(connection: Connection, restored_at: datetime) -> None:
    """Note that the store was restored: mail waits until :func:`confirm_sending`."""
    connection.execute(delete(installation))
    began = restored_at.astimezone(UTC).replace(tzinfo=None)
    row = {"id": 1, "life": secrets.token_hex(8), "restored_at": began, "sending_confirmed": False}
    connection.execute(insert(installation).values(row))


def confirm_sending(connection: Connection) -> None:
    """Note that somebody has looked at what would leave, and lets it."""
    connection.execute(update(installation).values(sending_confirmed=True))
