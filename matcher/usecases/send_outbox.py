"""Send what waits in the outbox: each mail once, whichever process is killed in between."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from matcher.errors import NotReady
from matcher.mailing.delivery import Delivery, Outcome, Relay, RelayUnavailable
from matcher.mailing.return_path import return_path
from matcher.mailing.signing import Sign
from matcher.store import outbox
from matcher.store.database import Database
from matcher.store.outbox import Caps, Mail, MailState

GRACE_SECONDS = 60
"""How long the log of a relay may lag behind what the relay has taken."""

Doubt = Literal["hold", "resend"]
_MESSAGE_ID = re.compile(r"message-id=(<[^>\s]+>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send: by which relay, from which address, how much, and what to do in doubt.

    A mail whose worker was killed while it went through may have arrived. Where ``relay_log`` can
    be read, its Message-ID tells; elsewhere ``in_doubt`` says whether to ``hold`` it for a person
    or to ``resend`` it under the same Message-ID. With ``return_secret``, each mail comes back to
    an address of its own, which ``synergies bounces`` believes. ``sign`` puts a signature on the
    bytes as they leave.
    """

    relay: Relay
    sender: str
    caps: Caps = field(default_factory=Caps)
    relay_log: Path | None = None
    in_doubt: Doubt = "hold"
    return_secret: bytes | None = None
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one call did: mails by state, and why it stopped early if it did."""

    states: Counter[MailState]
    stopped: str | None


def send_outbox(
    database: Database,
    sending: Sending,
    clock: Callable[[], int],
    *,
    most: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> SendReport:
    """Send all that is due, at most ``most`` mails; several processes may do so at once.

    ``clock`` gives seconds since 1970, UTC. Raises NotReady ``sending-not-confirmed`` on a
    database that was restored and that nobody has looked at since.
    """
    with database.read() as connection:
        if not outbox.may_send(connection):
            raise NotReady("sending-not-confirmed", command="synergies outbox --confirm")
    reconcile(database, sending, clock())
    worker, states = secrets.token_hex(8), Counter[MailState]()
    with Delivery(sending.relay) as delivery:
        while most is None or states.total() < most:
            with database.write() as connection:
                mail = outbox.take(connection, worker, clock(), sending.caps)
            if mail is None:
                return SendReport(states, None)
            try:
                states[_send(database, sending, delivery, mail, worker, clock)] += 1
            except RelayUnavailable as refused:
                return SendReport(states, _give_back(database, mail, worker, refused, clock()))
            progress(states.total())
    return SendReport(states, None)


def reconcile(database: Database, sending: Sending, now: int) -> None:
    """Settle the mails that were going through when their worker ended.

    With a log: those it names have left, the others go again once it has had time to name them.
    """
    log = sending.relay_log
    waited = now - (GRACE_SECONDS if log else 0)
    with database.read() as connection:
        lost = outbox.abandoned(connection, waited)
    if not lost:
        return
    named = _named_in(log) if log else frozenset()
    with database.write() as connection:
        # Asked again: another process may have settled some, and sent them, while we read the log.
        for mail_id, message_id in outbox.abandoned(connection, waited, alone=True):
            if message_id in named:
                outbox.settle(connection, mail_id, MailState.SENT, now, "in-relay-log")
            elif log or sending.in_doubt == "resend":
                outbox.settle(connection, mail_id, MailState.QUEUED, now, "worker-lost")
            else:
                outbox.settle(connection, mail_id, MailState.HELD, now, "worker-lost")


def _send(
    database: Database,
    sending: Sending,
    delivery: Delivery,
    mail: Mail,
    worker: str,
    clock: Callable[[], int],
) -> MailState:
    """Try one mail, and write what came of it."""

    def begin() -> bool:
        with database.write() as connection:
            return outbox.begin(connection, mail, worker, clock(), sending.caps)

    sender = sending.sender
    if sending.return_secret is not None:
        sender = return_path(sender, sending.return_secret, mail.id, mail.message_id)
    content = sending.sign(mail.content) if sending.sign else mail.content
    attempt = delivery.hand_over(sender, mail.address, content, begin)
    with database.write() as connection:
        now = clock()
        if attempt.outcome is Outcome.SENT:
            outbox.settle(connection, mail.id, MailState.SENT, now)
            return MailState.SENT
        tried = attempt.outcome in {Outcome.LATER, Outcome.REFUSED}
        if tried and not outbox.holds(connection, mail, worker):
            return MailState.SENDING  # whoever has it now writes what becomes of it
        if attempt.outcome is Outcome.LATER:
            return outbox.postpone(connection, mail.id, now, attempt.reason)
        if attempt.outcome is Outcome.REFUSED:
            outbox.settle(connection, mail.id, MailState.FAILED, now, attempt.reason)
            return MailState.FAILED
    # Unknown: it stays in `sending`, for reconcile(). Withheld: begin() has written why.
    return MailState.SENDING if attempt.outcome is Outcome.UNKNOWN else MailState.SKIPPED


def _give_back(
    database: Database, mail: Mail, worker: str, refused: RelayUnavailable, now: int
) -> str:
    """The relay is at fault, not the mail: it waits, and counts an attempt unless for ever."""
    with database.write() as connection:
        if not outbox.holds(connection, mail, worker):
            return refused.reason
        if refused.lasting:
            outbox.settle(connection, mail.id, MailState.QUEUED, now, refused.reason)
        else:
            outbox.postpone(connection, mail.id, now, refused.reason)
    return refused.reason


def _named_in(log: Path) -> frozenset[str]:
    with log.open("r", encoding="utf-8", errors="replace") as lines:
        return frozenset(_message_ids(lines))


def _message_ids(lines: Iterable[str]) -> Iterable[str]:
    return (found for line in lines for found in _MESSAGE_ID.findall(line))
