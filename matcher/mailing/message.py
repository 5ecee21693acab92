"""A mail as the bytes that go out: every header ours, none that a name could smuggle in.

Python's serializer decodes encoded words that stand in a plain value, and writes the line breaks
inside them as they are (CVE-2024-6923). So what people wrote is cleaned first, and the finished
bytes are parsed again: a mail whose headers are not exactly those that were meant never leaves.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from matcher.errors import InvalidInput
from matcher.mailing.rendering import Rendered

POLICY = policy.SMTP.clone(cte_type="7bit")

_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+>")
_LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~/?=&-]*")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
"""Marks that turn text around, so that a name looks like another."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name, as people wrote it, and an address (ASCII)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under which id, and where one click stops it (RFC 8058).

    ``unsubscribe`` is an https address that takes a POST. ``date`` bears its zone.
    """

    sender: Mailbox
    recipient: Mailbox
    message_id: str
    date: datetime
    unsubscribe: str


def compose(rendered: Rendered, envelope: Envelope) -> bytes:
    """Put a mail together, as multipart/alternative with CRLF line ends.

    Raises InvalidInput ``mail-address`` for an address no SMTP server would take, and
    ``mail-headers`` for a mail that would not read as it was meant.
    """
    named = _written(rendered, envelope)
    # A name that Python writes in a way that it reads otherwise itself is left out.
    written = named or _written(rendered, replace(envelope, recipient=_nameless(envelope)))
    if written is None:
        raise InvalidInput("mail-headers", pointer="subject")
    return written


def is_address(text: str) -> bool:
    """Whether a mail can be sent there: one plain address, nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def clean(text: str) -> str:
    """What a person wrote, as a header can hold it: one line, no controls, no encoded words."""
    kept = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign
        for sign in text
        if sign not in _DIRECTIONS
    )
    return re.sub(r"=(?=\?)", "= ", " ".join(kept.split(" "))).strip()[:200]


def _written(rendered: Rendered, envelope: Envelope) -> bytes | None:
    """The bytes of a mail, ``None`` where they would not read as they were meant."""
    message = EmailMessage(policy=POLICY)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for name, value in _headers(rendered, envelope).items():
        message[name] = value
    stop = _stop_headers(envelope)
    meant = stop | {name: str(message[name]) for name in message.keys()}  # noqa: SIM118
    lines = "".join(f"{name}: {value}\r\n" for name, value in stop.items())
    written = lines.encode("ascii") + message.as_bytes()
    return written if _reads_as(written, meant, envelope.recipient.address) else None


def _nameless(envelope: Envelope) -> Mailbox:
    return replace(envelope.recipient, name="")


def _headers(rendered: Rendered, envelope: Envelope) -> Mapping[str, object]:
    if not _MESSAGE_ID.fullmatch(envelope.message_id):
        raise InvalidInput("mail-headers", pointer="message_id")
    return {
        "From": _mailbox(envelope.sender, "sender"),
        "To": _mailbox(envelope.recipient, "recipient"),
        "Subject": clean(rendered.subject),
        "Date": format_datetime(envelope.date),
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
    }


def _stop_headers(envelope: Envelope) -> dict[str, str]:
    """Written by us: Python would encode a long address, and fold it, which breaks signatures."""
    if not _LINK.fullmatch(envelope.unsubscribe):
        raise InvalidInput("mail-headers", pointer="unsubscribe")
    return {
        "List-Unsubscribe": f"<{envelope.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _mailbox(mailbox: Mailbox, pointer: str) -> Address:
    if not is_address(mailbox.address):
        raise InvalidInput("mail-address", pointer=pointer)
    name = " ".join(re.sub(r'[()<>\[\]:;@\\,"=?]', " ", clean(mailbox.name)).split())
    return Address(name, addr_spec=mailbox.address)


def _reads_as(written: bytes, meant: Mapping[str, str], recipient: str) -> bool:
    """Whether whoever parses these bytes finds the headers that were meant, each once."""
    read = message_from_bytes(written, policy=policy.default)
    found = [name for name in read.keys()]  # noqa: C416, SIM118
    if sorted(found) != sorted(meant):
        return False
    del read["Content-Type"]  # its boundary is drawn as it is written
    # Without spaces: Python's parser keeps those between two encoded words of a name.
    same = all("".join(str(read[name]).split()) == "".join(meant[name].split()) for name in read)
    return same and [one.addr_spec for one in read["To"].addresses] == [recipient]
