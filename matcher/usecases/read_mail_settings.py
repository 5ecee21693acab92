"""Read the settings of mail: who writes, where its pages are, by which relay it leaves."""

import re
from dataclasses import dataclass, replace
from email.utils import parseaddr
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from matcher.errors import InvalidInput, NotReady
from matcher.mailing.delivery import Relay
from matcher.mailing.message import Mailbox, is_address
from matcher.mailing.signing import Sign, dkim_signer
from matcher.settings import Settings
from matcher.usecases.send_outbox import Doubt, Sending

SECURITIES = ("none", "starttls", "tls")
DOUBTS = ("hold", "resend")
_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?")


@dataclass(frozen=True, slots=True)
class Post:
    """Who writes, whom readers may ask, and where the pages of our links are, without last slash.

    ``complete`` is False where the settings did not say all of it, and examples stand in.
    """

    sender: Mailbox
    contact: str
    base: str
    complete: bool = True


EXAMPLE = Post(
    Mailbox("Synergies", "suggestions@synergies.test"),
    "contact@synergies.test",
    "https://synergies.test",
    complete=False,
)
"""Stands in where mails are only looked at: a domain that nobody can have."""


def read_post(settings: Settings, *, example: bool = False) -> Post:
    """Who writes; with ``example``, what is not set is filled in instead of refused.

    Raises NotReady ``mail-settings-missing`` and InvalidInput ``mail-setting-unreadable``.
    """
    told = {
        "SYNERGIES_MAIL_FROM": settings.mail_from,
        "SYNERGIES_MAIL_CONTACT": settings.mail_contact,
        "SYNERGIES_BASE_URL": settings.base_url,
    }
    _complete({} if example else told)
    name, address = parseaddr(settings.mail_from or "")
    sender = Mailbox(name or "Synergies", address) if settings.mail_from else EXAMPLE.sender
    contact = settings.mail_contact or EXAMPLE.contact
    base = (settings.base_url or EXAMPLE.base).rstrip("/")
    readable = {
        "SYNERGIES_MAIL_FROM": is_address(sender.address),
        "SYNERGIES_MAIL_CONTACT": is_address(contact),
        "SYNERGIES_BASE_URL": bool(_BASE.fullmatch(base)),
    }
    for setting, good in readable.items():
        if not good:
            raise InvalidInput("mail-setting-unreadable", name=setting)
    return Post(sender, contact, base, complete=all(told.values()))


def read_sending(settings: Settings) -> Sending:
    """By which relay, and what to do in doubt; raises as :func:`read_post`."""
    _complete({"SYNERGIES_SMTP_URL": settings.smtp_url, "SYNERGIES_MAIL_FROM": settings.mail_from})
    if settings.mail_in_doubt not in DOUBTS:
        raise InvalidInput("mail-setting-unreadable", name="SYNERGIES_MAIL_IN_DOUBT")
    log = Path(settings.relay_log) if settings.relay_log else None
    if log is not None and not log.is_file():
        raise NotReady("relay-log-absent", path=str(log))
    sender = parseaddr(settings.mail_from or "")[1]
    if not is_address(sender):
        raise InvalidInput("mail-setting-unreadable", name="SYNERGIES_MAIL_FROM")
    relay = read_relay(settings.smtp_url or "")
    doubt = cast(Doubt, settings.mail_in_doubt)
    return Sending(relay, sender, relay_log=log, in_doubt=doubt, sign=_signer(settings, sender))


def _signer(settings: Settings, sender: str) -> Sign | None:
    """What signs, where there is a key; the domain is that of the sender unless it is told."""
    if not settings.dkim_key:
        return None
    _complete({"SYNERGIES_DKIM_SELECTOR": settings.dkim_selector})
    domain = settings.dkim_domain or sender.rpartition("@")[2]
    return dkim_signer(Path(settings.dkim_key), settings.dkim_selector or "", domain)


def returning(sending: Sending, settings: Settings, secret: bytes) -> Sending:
    """The same, with mails that come back to an address of their own, unless that was turned off.

    Call it once mail is to leave: the secret is made when it is first needed.
    """
    return replace(sending, return_secret=secret) if settings.mail_returns else sending


def read_relay(url: str) -> Relay:
    """``smtp://user:password@host:port?security=starttls``, or ``smtps://…`` for TLS at once."""
    try:
        parts = urlsplit(url)
        security, port = _security(parts), parts.port
    except ValueError:
        security, port, parts = "", None, SplitResult("", "", "", "", "")
    if security not in SECURITIES or not parts.hostname or parts.path not in {"", "/"}:
        raise InvalidInput("mail-setting-unreadable", name="SYNERGIES_SMTP_URL")
    usual = {"tls": 465, "starttls": 587}.get(security, 25)
    user, password = (
        unquote(text) if text is not None else None for text in (parts.username, parts.password)
    )
    return Relay(parts.hostname, port or usual, security, user, password)


def _security(parts: SplitResult) -> str:
    if parts.scheme == "smtps":
        return "tls" if not parts.query else ""
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if parts.scheme != "smtp" or not set(asked) <= {"security"}:
        return ""
    return asked.get("security", ["none"])[0]


def _complete(told: dict[str, str | None]) -> None:
    missing = [name for name, value in told.items() if not value]
    if missing:
        raise NotReady("mail-settings-missing", names=missing)
