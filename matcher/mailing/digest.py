"""The mail that carries this month's suggestions to one actor: what it holds, and its words."""

from dataclasses import dataclass
from datetime import date

from matcher.mailing.rendering import Rendered, render
from matcher.wording.words import Words

NUMBERS = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the other side's trade, in full and in one plain sentence (maybe empty)."""

    term: str
    expansion: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Where each button leads: pages that ask to confirm, since programs follow links too."""

    contact: str
    decline: str
    known: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """One partner, as the reader meets it: who, where, what for, and why, in one sentence.

    ``kind`` is that of the synergy (``orienter``, …); ``distance`` is written out, ``None`` where
    it is unknown; ``reason`` speaks to the reader.
    """

    name: str
    organization: str | None
    side: str
    commune: str | None
    distance: str | None
    kind: str
    reason: str
    terms: tuple[Term, ...]
    answers: Answers


@dataclass(frozen=True, slots=True)
class Footer:
    """What every mail owes its reader: who writes, from which data, and how to make it stop.

    ``source`` is where the reader's data come from, told in full at the first contact.
    """

    sender: str
    contact: str
    source: str
    first_contact: bool
    stop: str
    my_data: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that one digest says: at least one suggestion, all of the same side.

    ``commune`` is where the reader works, if it is known; ``month`` any day of it.
    """

    reader: str
    commune: str | None
    month: date
    suggestions: tuple[Suggested, ...]
    footer: Footer


def render_digest(digest: Digest) -> Rendered:
    """Write the subject, the page and the plain text of a digest, in French."""
    return render("digest", digest=digest, footer=digest.footer, opening=_opening(digest))


def _opening(digest: Digest) -> str:
    words, number = Words("fr"), len(digest.suggestions)
    count = NUMBERS[number] if number < len(NUMBERS) else number
    code = "mail.digest.opening.several" if number > 1 else "mail.digest.opening.one"
    return words.say(code, count=count, side=digest.suggestions[0].side)
