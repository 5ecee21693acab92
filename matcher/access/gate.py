"""The gate: what a caller shows becomes the scope of its question, or nothing."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from threading import Lock

from sqlalchemy.exc import IntegrityError

from matcher.access.embeds import Embed, read_embed, scope_of_embed, sign_embed
from matcher.access.keys import SECRET_BYTES, digest_of, id_of, proves
from matcher.access.links import PURPOSE, read, read_link, sign, sign_link
from matcher.scope import Role, Scope
from matcher.store.database import Database
from matcher.store.keys import StoredKey, add_secret, find_key, find_secret

REMEMBERED_SECONDS = 0.5
"""How long a key that was ended may still open, in a process that has just seen it."""
REMEMBERED_KEYS = 1_000
FORM, FORMS_WITHIN = "form", timedelta(hours=13)
"""Forms are sent within the life of a session."""
LONGEST = 1_000
"""Characters of the longest credential that is looked at: ids of actors go up to 200."""


def utc_now() -> datetime:
    """The moment, with its time zone."""
    return datetime.now(UTC)


class Gate:
    """Recognises keys and links; threads may share it.

    ``secret`` signs the links; where it is ``None``, one is made and kept in the database.
    """

    def __init__(
        self,
        database: Database,
        secret: bytes | None = None,
        now: Callable[[], datetime] = utc_now,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._secret = database, secret
        self._now, self._elapsed = now, elapsed
        self._seen: OrderedDict[str, tuple[float, StoredKey]] = OrderedDict()
        self._lock = Lock()

    def admit(self, credential: str, origin: str | None = None) -> Scope | None:
        """The scope of whoever shows a key or a token, ``None`` for anything else.

        ``origin`` is that of the page that asks, where a browser says it: the token of an embed
        opens nothing to a page it was not made for.
        """
        if len(credential) > LONGEST or not credential.isascii():
            return None
        key_id = id_of(credential)
        if key_id is not None:
            return self._by_key(key_id, credential)
        if credential.startswith("syn_"):
            return None
        actor_id = read_link(self.secret(), credential, self._now())
        if actor_id is None:
            return self._by_embed(credential, origin)
        return Scope(Role.PRACTITIONER, f"actor:{actor_id}", actor_id=actor_id)

    def remembers(self, credential: str) -> bool:
        """Whether :meth:`admit` answers without asking the database."""
        key_id = id_of(credential)
        return key_id is not None and self._remembered(key_id) is not None

    def link(self, actor_id: str, until: datetime) -> str:
        """Sign the token with which an actor sees and changes its own profile."""
        return sign_link(self.secret(), actor_id, until)

    def embed(self, told: Embed, until: datetime) -> str:
        """Sign the token that a page of a portal may show."""
        return sign_embed(self.secret(), told, until)

    def form_token(self, session: str) -> str:
        """What a form of a page bears, so that no other site can send it: bound to one session."""
        until = self._now() + FORMS_WITHIN
        return sign(self.secret(), FORM, [digest_of(session)], until)

    def sent_form(self, session: str, token: str) -> bool:
        """Whether a form was made for this session."""
        return read(self.secret(), FORM, token, self._now()) == (digest_of(session),)

    def secret(self) -> bytes:
        """What links are signed with; made and stored when it is first needed."""
        if self._secret is None:
            self._secret = self._stored_secret() or self._new_secret()
        return self._secret

    def _by_embed(self, token: str, origin: str | None) -> Scope | None:
        embed = read_embed(self.secret(), token, self._now())
        if embed is None or embed.is_one_question:
            return None
        if origin is not None and origin not in embed.origins:
            return None
        return scope_of_embed(embed, token)

    def _by_key(self, key_id: str, credential: str) -> Scope | None:
        key = self._remembered(key_id)
        if key is None:
            key = self._look_up(key_id)
        if key is None or not proves(credential, key.digest) or key.revoked is not None:
            return None
        role = Role(key.role)
        return Scope(role, key.id, key.departments if role is Role.COORDINATOR else None)

    def _remembered(self, key_id: str) -> StoredKey | None:
        with self._lock:
            since, key = self._seen.get(key_id, (0.0, None))
        return key if key and self._elapsed() - since < REMEMBERED_SECONDS else None

    def _look_up(self, key_id: str) -> StoredKey | None:
        asked_at = self._elapsed()  # before: what is read may be as old as that
        with self._database.read() as connection:
            key = find_key(connection, key_id)
        if key is not None:
            with self._lock:
                self._seen[key_id] = (asked_at, key)
                self._seen.move_to_end(key_id)
                while len(self._seen) > REMEMBERED_KEYS:
                    self._seen.popitem(last=False)
        return key

    def _stored_secret(self) -> bytes | None:
        with self._database.read() as connection:
            return find_secret(connection, PURPOSE)

    def _new_secret(self) -> bytes:
        made = token_bytes(SECRET_BYTES)
        try:
            with self._database.write() as connection:
                add_secret(connection, PURPOSE, made, self._now())
        except IntegrityError:  # another process was faster
            return self._stored_secret() or made
        return made
