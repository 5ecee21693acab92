"""Links for practitioners: signed, for one actor and one purpose, until a moment.

Whoever holds such a link is taken for the actor. It cannot be ended by itself: it runs out, or
its actor is erased, or the secret is changed, which ends them all.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

PURPOSE = "profile"
SHORTEST_SECRET = 16


def sign_link(secret: bytes, actor_id: str, until: datetime) -> str:
    """The token of a link with which an actor sees and changes its own profile."""
    return sign(secret, PURPOSE, [actor_id], until)


def read_link(secret: bytes, token: str, now: datetime) -> str | None:
    """The actor of a token; ``None`` where it is forged, of another purpose, or has run out."""
    told = read(secret, PURPOSE, token, now)
    return told[0] if told and len(told) == 1 else None


def sign(secret: bytes, purpose: str, told: Sequence[str], until: datetime) -> str:
    """A token that says ``told`` for one purpose; what signs for one opens nothing of another."""
    token = _serializer(secret, purpose).dumps([*told, int(until.timestamp())])
    return token if isinstance(token, str) else token.decode()


def read(secret: bytes, purpose: str, token: str, now: datetime) -> tuple[str, ...] | None:
    """What a token says; ``None`` where it is forged, of another purpose, or has run out."""
    try:
        content = _serializer(secret, purpose).loads(token)
    except BadData:
        return None
    if not (isinstance(content, list) and content and isinstance(content[-1], int)):
        return None
    *told, until = content
    if now.timestamp() >= until or not all(isinstance(one, str) for one in told):
        return None
    return tuple(told)


def _serializer(secret: bytes, purpose: str) -> "URLSafeSerializer":
    options = {"digest_method": sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=f"synergies {purpose}", signer_kwargs=options)
