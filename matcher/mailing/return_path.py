"""Where a mail comes back to: an address of its own, signed, so that only we can have made it.

Anybody can write that a mail did not arrive. What is sent to ``bonjour+b<token>@…`` is believed
only where the token is the one of a mail that we sent.
"""

import hmac
import re
from base64 import b32decode, b32encode
from hashlib import sha256

ID_BYTES, PROOF_BYTES = 5, 8
_TOKEN = re.compile(r"\+b([a-z2-7]{21})@", re.IGNORECASE)
_PADDING = "==="


def return_path(sender: str, secret: bytes, mail_id: int, message_id: str) -> str:
    """The address for one mail: ``sender`` with a short token that bears no case."""
    local, _, domain = sender.rpartition("@")
    told = mail_id.to_bytes(ID_BYTES, "big") + _proof(secret, mail_id, message_id)
    token = b32encode(told).decode().rstrip("=").lower()
    return f"{local}+b{token}@{domain}"


def mails_named(text: str) -> list[tuple[int, bytes]]:
    """Ids and proofs in the addresses of a text; a proof is still to be checked."""
    found = []
    for token in dict.fromkeys(_TOKEN.findall(text)):
        told = b32decode(token.upper() + _PADDING)
        found.append((int.from_bytes(told[:ID_BYTES], "big"), told[ID_BYTES:]))
    return found


def is_ours(secret: bytes, mail_id: int, message_id: str, proof: bytes) -> bool:
    """Whether a proof is that of this mail."""
    return hmac.compare_digest(proof, _proof(secret, mail_id, message_id))


def _proof(secret: bytes, mail_id: int, message_id: str) -> bytes:
    told = f"synergies bounce {mail_id} {message_id}".encode()
    return hmac.new(secret, told, sha256).digest()[:PROOF_BYTES]
