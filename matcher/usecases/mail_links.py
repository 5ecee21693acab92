"""The addresses in our mails, and what the pages behind them read out of their tokens.

Written once for the mails and for the pages, so that a button never leads nowhere. Each link is
signed for its reader and one purpose: an answer's does not stop mails, and a stop's shows nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from matcher.access.links import read, sign, sign_link

Answered = Literal["accepted", "declined", "known"]
"""What the three buttons of a suggestion say; verdicts of ``give_feedback``."""

ANSWER, STOP = "answer", "stop"
ANSWERS_PATH, STOP_PATH, MY_DATA_PATH = "/reponses", "/desinscription", "/mes-donnees"
ALGORITHM_PATH = "/algorithme"

ANSWERED_WITHIN = timedelta(days=180)
STOPPED_WITHIN = timedelta(days=3 * 365)
"""A mail is as old as its reader's mailbox: stopping works as long as we keep anybody's data."""
SEEN_WITHIN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """What a button says: ``reader`` answers ``verdict`` to the pair of ``one`` and ``other``."""

    one: str
    other: str
    reader: str
    verdict: Answered


@dataclass(frozen=True, slots=True)
class MailLinks:
    """Makes the addresses of one mail: ``base`` is where the interface is, without a last slash.

    ``written`` is when the mail is, from which each link has its time.
    """

    base: str
    secret: bytes
    written: datetime

    def answer(self, said: AnswerLink) -> str:
        """The page that asks to confirm one answer."""
        told = [said.one, said.other, said.reader, said.verdict]
        token = sign(self.secret, ANSWER, told, self.written + ANSWERED_WITHIN)
        return f"{self.base}{ANSWERS_PATH}/{token}"

    def stop(self, reader: str) -> str:
        """The page that ends mails; a POST to it does so at once (RFC 8058)."""
        token = sign(self.secret, STOP, [reader], self.written + STOPPED_WITHIN)
        return f"{self.base}{STOP_PATH}/{token}"

    def my_data(self, reader: str) -> str:
        """The page with the reader's own profile and rights."""
        token = sign_link(self.secret, reader, self.written + SEEN_WITHIN)
        return f"{self.base}{MY_DATA_PATH}/{token}"

    def algorithm(self) -> str:
        """The page that says how suggestions are chosen."""
        return f"{self.base}{ALGORITHM_PATH}"


def read_answer(secret: bytes, token: str, now: datetime) -> AnswerLink | None:
    """What a button said; ``None`` for any other token."""
    told = read(secret, ANSWER, token, now)
    if told is None or len(told) != 4 or told[3] not in get_args(Answered):
        return None
    return AnswerLink(told[0], told[1], told[2], cast(Answered, told[3]))


def read_stop(secret: bytes, token: str, now: datetime) -> str | None:
    """Whose mails are to stop; ``None`` for any other token."""
    told = read(secret, STOP, token, now)
    return told[0] if told and len(told) == 1 else None
