"""Links that sign in once, and sessions: what each opens, for how long, and who is the first."""

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from matcher.store.account_tables import accounts, sessions, sign_in_links
from matcher.store.accounts import StoredAccount, account_of

LINK_SECONDS = 15 * 60
SESSION_SECONDS, IDLE_SECONDS = 12 * 3600, 2 * 3600
"""How long a session lives at most, and how long without a question."""


def add_link(connection: Connection, digest: str, account_id: str, now: int) -> None:
    """Store a link of an account for :data:`LINK_SECONDS`."""
    row = {"digest": digest, "account_id": account_id, "made": now, "until": now + LINK_SECONDS}
    connection.execute(insert(sign_in_links).values(row))


def links_since(connection: Connection, account_id: str, since: int) -> int:
    """How many links an account was given since a moment.

    Whoever else counts the links of this account waits until the transaction ends: two requests
    at the same instant never both find room for one more.
    """
    connection.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())
    theirs = (sign_in_links.c.account_id == account_id) & (sign_in_links.c.made > since)
    asked = select(func.count()).select_from(sign_in_links).where(theirs)
    return int(connection.execute(asked).scalar_one())


def opens(connection: Connection, digest: str, now: int) -> bool:
    """Whether a link would sign in; nothing changes."""
    return (
        connection.execute(select(sign_in_links.c.digest).where(_live(digest, now))).scalar()
        is not None
    )


def use_link(connection: Connection, digest: str, now: int) -> StoredAccount | None:
    """Use a link: its account the first time, ``None`` for any later one, however close.

    The other links of the account go out of use with it.
    """
    joined = select(accounts).join(sign_in_links).where(sign_in_links.c.digest == digest)
    # The account first, as whoever ends it does: two who wait for each other would both fail.
    alone = joined.with_for_update(of=accounts)
    row = connection.execute(alone.where(accounts.c.ended.is_(None))).mappings().first()
    used = update(sign_in_links).where(_live(digest, now)).values(used=now)
    if not connection.execute(used).rowcount or row is None:
        return None
    others = (sign_in_links.c.account_id == row["id"]) & sign_in_links.c.used.is_(None)
    connection.execute(update(sign_in_links).where(others).values(used=now))
    return account_of(row)


def add_session(connection: Connection, digest: str, account_id: str, now: int) -> None:
    """Store a session that begins now."""
    row = {"digest": digest, "account_id": account_id, "made": now, "seen": now}
    connection.execute(insert(sessions).values(row))


def find_session(connection: Connection, digest: str, now: int) -> tuple[StoredAccount, int] | None:
    """The account of a session and when it was last seen; ``None`` once it opens nothing."""
    joined = (
        select(accounts, sessions.c.seen)
        .join(sessions)
        .where(
            sessions.c.digest == digest,
            sessions.c.made > now - SESSION_SECONDS,
            sessions.c.seen > now - IDLE_SECONDS,
            accounts.c.ended.is_(None),
        )
    )
    row = connection.execute(joined).mappings().first()
    return (account_of(row), int(row["seen"])) if row else None


def touch_session(connection: Connection, digest: str, now: int) -> None:
    """Note that a session was used; one that has ended meanwhile stays so."""
    later = (sessions.c.digest == digest) & (sessions.c.seen < now)
    connection.execute(update(sessions).where(later).values(seen=now))


def end_session(connection: Connection, digest: str) -> bool:
    """End a session; False where there is none."""
    return bool(connection.execute(delete(sessions).where(sessions.c.digest == digest)).rowcount)


def forget_past(connection: Connection, now: int) -> int:
    """Delete sessions that have run out and links a day after theirs; gives how many."""
    old = or_(sessions.c.made <= now - SESSION_SECONDS, sessions.c.seen <= now - IDLE_SECONDS)
    gone = connection.execute(delete(sessions).where(old)).rowcount
    past = sign_in_links.c.until < now - 86_400
    return gone + connection.execute(delete(sign_in_links).where(past)).rowcount


def _live(digest: str, now: int) -> ColumnElement[bool]:
    return and_(
        sign_in_links.c.digest == digest,
        sign_in_links.c.used.is_(None),
        sign_in_links.c.until > now,
    )
