"""Keys of the interface: made at random, shown once, recognised by their SHA-256.

A key is ``syn_<8 characters>_<43 characters>``: the beginning is its id and is no secret; the end
is 256 random bits. Nothing slow is needed to store it: nobody can guess that many bits.
"""

import re
from hashlib import sha256
from hmac import compare_digest
from secrets import choice, token_urlsafe
from string import ascii_lowercase, digits

SECRET_BYTES = 32
_ALPHABET = ascii_lowercase + digits
_KEY = re.compile(r"(syn_[a-z0-9]{8})_[A-Za-z0-9_-]{43}")


def make_key() -> str:
    """A new key, whole."""
    name = "".join(choice(_ALPHABET) for _ in range(8))
    return f"syn_{name}_{token_urlsafe(SECRET_BYTES)}"


def id_of(key: str) -> str | None:
    """The part of a key that may be shown; ``None`` for a text that is no key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def digest_of(key: str) -> str:
    """What is stored of a key."""
    return sha256(key.encode()).hexdigest()


def proves(key: str, digest: str) -> bool:
    """Whether a key is the one of a digest, in a time that tells nothing of either."""
    return compare_digest(digest_of(key), digest)
