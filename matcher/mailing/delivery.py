"""One mail through an SMTP relay, told apart at every step: taken, refused, not now, or unknown.

The dialogue is led step by step, so that the outbox can write that a mail is about to go through
once the relay has said that it listens (354): whatever happens before then, the relay has nothing.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

READY, TAKEN = 354, 250


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    REFUSED = "refused"  # for ever: 5xx about this mail
    LATER = "later"  # 4xx about this mail, or the connection broke before the relay had it
    UNKNOWN = "unknown"  # the connection broke after the whole mail had left
    WITHHELD = "withheld"  # ours: it must not go any more


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome, with the step and SMTP code that decided it: ``rcpt-550``, ``dot-lost``."""

    outcome: Outcome
    reason: str


class RelayUnavailable(Exception):
    """The relay cannot be used at all: ``reason`` is a step and a code; ``lasting`` for 5xx."""

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.reason, self.lasting = reason, lasting


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed over. ``security`` is ``none``, ``starttls`` or ``tls``."""

    host: str
    port: int
    security: str = "none"
    user: str | None = None
    password: str | None = None
    timeout: float = 60.0


class Delivery:
    """An open connection to a relay, for one mail after another; a context manager."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def hand_over(
        self, sender: str, recipient: str, mail: bytes, begin: Callable[[], bool]
    ) -> Attempt:
        """Try once. ``begin`` is called when the relay listens; where it says no, nothing goes.

        Raises :class:`RelayUnavailable` when there is no relay to talk to.
        """
        smtp = self._connected()
        try:
            for step, command in (
                ("mail", f"MAIL FROM:<{sender}>"),
                ("rcpt", f"RCPT TO:<{recipient}>"),
                ("data", "DATA"),
            ):
                code, _ = smtp.docmd(command)
                if code not in ((READY,) if step == "data" else (250, 251)):
                    return self._refused(step, code)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Attempt(Outcome.LATER, "lost")
        if not begin():
            self._drop()  # the relay waits for a mail: only hanging up says that none comes
            return Attempt(Outcome.WITHHELD, "withheld")
        return self._pushed(smtp, mail)

    def close(self) -> None:
        """Say goodbye."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def _pushed(self, smtp: smtplib.SMTP, mail: bytes) -> Attempt:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
            code, _ = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Attempt(Outcome.UNKNOWN, "dot-lost")
        return Attempt(Outcome.SENT, "dot-250") if code == TAKEN else self._refused("dot", code)

    def _refused(self, step: str, code: int) -> Attempt:
        """Read a refusal; the connection goes on with the next mail unless the relay hangs up."""
        if self._smtp is not None:
            try:
                if code == 421 or self._smtp.rset()[0] != TAKEN:
                    self._drop()
            except (OSError, smtplib.SMTPException):
                self._drop()
        lasting = 500 <= code < 600
        return Attempt(Outcome.REFUSED if lasting else Outcome.LATER, f"{step}-{code}")

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _opened(self._relay)
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _opened(relay: Relay) -> smtplib.SMTP:
    """Connect, greet, secure and log in; raises :class:`RelayUnavailable` with the step."""
    step = "connect"
    smtp: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context()
        if relay.security == "tls":
            smtp = smtplib.SMTP_SSL(relay.host, relay.port, timeout=relay.timeout, context=context)
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, timeout=relay.timeout)
        step = "ehlo"
        smtp.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            step = "tls"
            smtp.starttls(context=context)
        if relay.user is not None:
            step = "auth"
            smtp.login(relay.user, relay.password or "")
    except (OSError, smtplib.SMTPException) as error:
        if smtp is not None:
            smtp.close()
        code = getattr(error, "smtp_code", 0)
        said = f"{step}-{code}" if code else f"{step}-lost"
        lasting = code >= 500 or isinstance(error, smtplib.SMTPNotSupportedError)
        raise RelayUnavailable(said, lasting=lasting) from error
    return smtp
