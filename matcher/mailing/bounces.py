"""What a mail that came back says: the address is gone, or not now, or nothing of the kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum


class Fate(StrEnum):
    """What a report says of the mail that it is about."""

    HARD = "hard"
    SOFT = "soft"
    NOTHING = "nothing"
    """It arrived, or this is no report: an automatic answer, a receipt, a person's words."""


@dataclass(frozen=True, slots=True)
class Report:
    """A fate, with the status that tells it (RFC 3463) and where the report was sent."""

    fate: Fate
    status: str
    sent_to: str


RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
NOT_THE_ADDRESS = re.compile(r"5\.(?:2\.[23]|3\.[14]|6\.\d+|7\.\d+)")
"""For ever, but of this mail, of its sender or of a mailbox that is full: not of the address."""

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_TOLD_IN_WORDS = re.compile(
    r"(?:\b(?P<code>[45]\d\d)[ -]+|\(#)(?P<status>[45]\.\d{1,3}\.\d{1,3})\b"
    r"|\b(?P<bare>5[05]\d|4[25]\d)[ -]"
)
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"(?m)^.{0,9}(?:copy of (?:the|your) message|original message|copie d[eu] .{0,20}message"
    r"|message (?:d['’]origine|original|initial)|below this line).*$",
    re.IGNORECASE,
)


def read_report(raw: bytes) -> Report:
    """Read one mail of a mailbox; whatever it is, it is read without an error."""
    message = message_from_bytes(raw)
    sent_to = " ".join(str(value) for name in RECIPIENTS for value in message.get_all(name, ()))
    fate, status = _fate_of(_status_of(message))
    return Report(fate, status, sent_to)


def _status_of(message: Message) -> str:
    """The worst status that a report tells, empty for what is no report."""
    if message.get_content_type() == "multipart/report":
        if str(message.get_param("report-type", "")).casefold() != "delivery-status":
            return ""
        return max((_status_of_group(group) for group in _groups(message)), default="")
    return "" if _is_answer(message) else _status_in_words(message)


def _groups(message: Message) -> Iterator[Message]:
    """What a report says of each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            groups = part.get_payload()
            if isinstance(groups, list):
                yield from (one for one in groups if isinstance(one, Message) and one["Action"])


def _status_of_group(group: Message) -> str:
    action = str(group["Action"]).strip().casefold()
    if action not in {"failed", "delayed"}:
        return ""
    told = _STATUS.search(str(group.get("Status", "")))
    diagnostic = _STATUS.search(str(group.get("Diagnostic-Code", "")))
    status = told[1] if told else ""
    if (
        diagnostic
        and (not status or status.endswith(".0.0"))
        and diagnostic[1][0] == (status or diagnostic[1])[0]
    ):
        status = diagnostic[1]
    if action == "delayed" or not status:
        return "4.0.0" if not status or status[0] == "5" else status
    return status


def _is_answer(message: Message) -> bool:
    """Whether a program or a person answers, and no relay reports."""
    if message["X-Failed-Recipients"]:
        return False
    submitted = str(message.get("Auto-Submitted", "no")).casefold()
    return submitted.startswith("auto-replied") or not _DAEMON.search(str(message.get("From", "")))


def _status_in_words(message: Message) -> str:
    """The status in the sentences of an older relay, above the mail that it sends back."""
    said = _ORIGINAL.split(_text_of(message), maxsplit=1)[0]
    found = []
    for told in _TOLD_IN_WORDS.finditer(said):
        status = told["status"]
        if status and told["code"] and told["code"][0] != status[0]:
            continue
        found.append(status or f"{told['bare'][0]}.0.0")
    return max(found, default="")


def _text_of(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return ""


def _fate_of(status: str) -> tuple[Fate, str]:
    if not status or status[0] not in "45":
        return Fate.NOTHING, status
    if status[0] == "4" or NOT_THE_ADDRESS.fullmatch(status):
        return Fate.SOFT, status
    return Fate.HARD, status
