"""Sessions of the pages: a cookie with 256 random bits, recognised by its SHA-256.

Nothing is remembered in the process: a session that ends, or an account that ends or changes, is
refused everywhere from the next request on.
"""

import re
from collections.abc import Callable
from datetime import datetime
from secrets import token_urlsafe

from matcher.access.aside import Aside
from matcher.access.keys import SECRET_BYTES, digest_of
from matcher.scope import Role, Scope, Session
from matcher.store.accounts import StoredAccount
from matcher.store.database import Database
from matcher.store.sessions import find_session, touch_session

TOUCHED_SECONDS = 300
"""How exactly it is known when a session was last used: a page need not write to be read."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def make_token() -> str:
    """What a link or a cookie bears: 43 characters that nobody can guess."""
    return token_urlsafe(SECRET_BYTES)


def is_token(text: str) -> bool:
    """Whether a text could be the token of a link or of a cookie."""
    return _TOKEN.fullmatch(text) is not None


def scope_of_account(account: StoredAccount) -> Scope:
    """Whom an account may see; the audit log names it by its id."""
    role = Role(account.role)
    return Scope(role, account.id, account.departments if role is Role.COORDINATOR else None)


class Sessions:
    """Recognises cookies; threads may share it."""

    def __init__(self, database: Database, now: Callable[[], datetime], aside: Aside) -> None:
        self._database, self._now, self._aside = database, now, aside

    def recognise(self, cookie: str) -> Session | None:
        """The session of a cookie, ``None`` for one that opens nothing (any more)."""
        if not is_token(cookie):
            return None
        digest, now = digest_of(cookie), int(self._now().timestamp())
        with self._database.read() as connection:
            found = find_session(connection, digest, now)
        if found is None:
            return None
        account, seen = found
        if now - seen >= TOUCHED_SECONDS:
            self._aside.do("noting that a session is used", lambda: self._touch(digest, now))
        return Session(digest, account.address, scope_of_account(account))

    def _touch(self, digest: str, now: int) -> None:
        with self._database.write() as connection:
            touch_session(connection, digest, now)
