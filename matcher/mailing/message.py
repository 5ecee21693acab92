"""A mail as the bytes that go out: every header ours, none that a name could smuggle in.

Python's serializer decodes encoded words that stand in a plain value, and writes the line breaks
inside them as they are (CVE-2024-6923); what it folds, it does not always read as it wrote it. So
what people wrote is cleaned, each header is one line that we write, in plain ASCII or wholly in
encoded words (RFC 2047), and the finished bytes are parsed again: a mail whose headers are not
exactly those that were meant never leaves.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from matcher.errors import InvalidInput
from matcher.mailing.rendering import Rendered

POLICY = policy.SMTP.clone(cte_type="7bit")

_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+>")
_LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~/?=&-]*")
_PLAIN = re.compile(r"[ -~]{0,60}")
_WORDS = re.compile(r"[A-Za-z0-9 '-]{0,60}")
"""Subjects and names that need no encoding: short ASCII, and of a name nothing but words."""

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

    ``unsubscribe`` is an https address that takes a POST; ``None`` for a mail that its reader has
    asked for at that moment. ``date`` bears its zone.
    """

    sender: Mailbox
    recipient: Mailbox
    message_id: str
    date: datetime
    unsubscribe: str | None


def compose(rendered: Rendered, envelope: Envelope) -> bytes:
    """Put a mail together, as multipart/alternative with CRLF line ends.

    Raises InvalidInput ``mail-address`` for an address no SMTP server would take, and
    ``mail-headers`` for a mail that would not read as it was meant.
    """
    for pointer, mailbox in (("sender", envelope.sender), ("recipient", envelope.recipient)):
        if not is_address(mailbox.address):
            raise InvalidInput("mail-address", pointer=pointer)
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
    return re.sub(r"=(?=\?)", "= ", re.sub(" +", " ", kept))[:200].strip()


def _written(rendered: Rendered, envelope: Envelope) -> bytes | None:
    """The bytes of a mail, ``None`` where they would not read as they were meant."""
    message = EmailMessage(policy=POLICY)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    subject = clean(rendered.subject)
    people = {"From": envelope.sender, "To": envelope.recipient}
    plain = _plain(envelope)
    headers = {
        **{name: _mailbox(person) for name, person in people.items()},
        "Subject": subject if _PLAIN.fullmatch(subject) else _encoded(subject),
        **plain,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    written = lines.encode("ascii") + message.as_bytes()
    return written if _reads_as(written, people, {"Subject": subject, **plain}) else None


def _nameless(envelope: Envelope) -> Mailbox:
    return replace(envelope.recipient, name="")


def _plain(envelope: Envelope) -> dict[str, str]:
    """The headers that nobody but us has a word in. Not folded, which breaks signatures."""
    return {
        "Date": format_datetime(envelope.date),
        "Message-ID": _checked(_MESSAGE_ID, envelope.message_id, "message_id"),
        **_stop(envelope.unsubscribe),
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
    }


def _stop(unsubscribe: str | None) -> dict[str, str]:
    if unsubscribe is None:
        return {}
    return {
        "List-Unsubscribe": f"<{_checked(_LINK, unsubscribe, 'unsubscribe')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _checked(form: re.Pattern[str], value: str, pointer: str) -> str:
    if not form.fullmatch(value):
        raise InvalidInput("mail-headers", pointer=pointer)
    return value


def _mailbox(mailbox: Mailbox) -> str:
    name = _name(mailbox)
    if not name:
        return mailbox.address
    return f"{name if _WORDS.fullmatch(name) else _encoded(name)} <{mailbox.address}>"


def _name(mailbox: Mailbox) -> str:
    return " ".join(re.sub(r'[()<>\[\]:;@\\,"=?]', " ", clean(mailbox.name)).split())


def _encoded(text: str) -> str:
    """Text as encoded words alone, folded between them, never within a character."""
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _reads_as(written: bytes, people: Mapping[str, Mailbox], meant: Mapping[str, str]) -> bool:
    """Whether whoever parses these bytes finds the headers that were meant, each once."""
    read = message_from_bytes(written, policy=policy.default)
    ours = [*people, *meant, "MIME-Version", "Content-Type"]
    if sorted(name for name in read.keys()) != sorted(ours):  # noqa: SIM118
        return False
    same = all(str(read[name]) == text for name, text in meant.items())
    return same and all(_names_only(read[name], person) for name, person in people.items())


def _names_only(header: Any, person: Mailbox) -> bool:
    """Whether an address header names one person, and nobody else."""
    found = [(one.addr_spec, _unspaced(one.display_name)) for one in header.addresses]
    return found == [(person.address, _unspaced(_name(person)))]


def _unspaced(name: str) -> str:
    """Python's parser keeps the spaces between two encoded words of a name."""
    return "".join(name.split())
