"""Links for practitioners: signed, for one actor and one purpose, until a moment.

Whoever holds such a link is taken for the actor. It cannot be ended by itself: it runs out, or
its actor is erased, or the secret is changed, which ends them all.
"""

from datetime import datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

PURPOSE = "profile"
SHORTEST_SECRET = 16


def sign_link(secret: bytes, actor_id: str, until: datetime) -> str:
    """The token of a link with which an actor sees and changes its own profile."""
    content = [actor_id, int(until.timestamp())]
    token = _serializer(secret).dumps(content)
    return token if isinstance(token, str) else token.decode()


def read_link(secret: bytes, token: str, now: datetime) -> str | None:
    """The actor of a token; ``None`` where it is forged, of another purpose, or has run out."""
    try:
        content = _serializer(secret).loads(token)
    except BadData:
        return None
    if not (isinstance(content, list) and len(content) == 2):
        return None
    actor_id, until = content
    if not (isinstance(actor_id, str) and isinstance(until, int)):
        return None
    return actor_id if now.timestamp() < until else None


def _serializer(secret: bytes) -> "URLSafeSerializer":
    options = {"digest_method": sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=f"synergies {PURPOSE}", signer_kwargs=options)
