"""Cursors: a place in one ranked answer, bound to the snapshot and to the question it came from."""

import base64
import binascii
import json
from dataclasses import dataclass
from hashlib import blake2b

from matcher.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: ``offset`` into the ranking of ``index_version``."""

    index_version: str
    question: str
    offset: int

    def encode(self) -> str:
        """As an opaque text that is safe in an address."""
        content = json.dumps([self.index_version, self.question, self.offset])
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read a cursor back; anything we did not write is refused."""
        try:
            padded = text + "=" * (-len(text) % 4)
            version, question, offset = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise InvalidInput("cursor-invalid", pointer="cursor") from error
        if not (isinstance(version, str) and isinstance(question, str) and type(offset) is int):
            raise InvalidInput("cursor-invalid", pointer="cursor")
        if offset < 0:
            raise InvalidInput("cursor-invalid", pointer="cursor")
        return cls(version, question, offset)


def fingerprint(question: object) -> str:
    """Name a question, so that a cursor is not used to page through another one."""
    return blake2b(repr(question).encode("utf-8", "replace"), digest_size=6).hexdigest()
