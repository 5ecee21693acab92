"""Hear an answer given through the link of a mail: shown first, kept once it is confirmed."""

from dataclasses import dataclass

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.feedback import verdicts_on
from matcher.usecases.answers import ActorSummary
from matcher.usecases.keep_answer import keep_answer
from matcher.usecases.mail_links import AnswerLink, read_answer
from matcher.usecases.present import summary
from matcher.usecases.seeing import Sight, unknown_actor
from matcher.wording.words import Words

REASONS = ("too_far", "other_public", "no_time", "already_covered", "other")
"""Why a suggestion is declined, as the page offers them."""

LONGEST_WORDS = 500
"""Characters that a person may add."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks to confirm: who answers what, of whom, and what it answered before.

    ``side`` is that of the partner; ``address`` is that of the reader, which the partner is given
    if both accept and ``shares_address``.
    """

    link: AnswerLink
    reader: str
    partner: ActorSummary
    side: str
    address: str | None
    shares_address: bool
    before: str | None


@dataclass(frozen=True, slots=True)
class AnswerKept:
    """What was kept; ``introduced`` once both have accepted."""

    asked: Asked
    introduced: bool


def ask_answer(application: Application, token: str, words: Words) -> Asked:
    """Read a link and change nothing.

    Raises NotFound ``unknown-link`` for a token that is not ours or has run out, and
    ``unknown-actor`` where one of the two has left or refuses to be proposed.
    """
    link = read_answer(application.gate.secret(), token, utc_now())
    if link is None or link.reader not in {link.one, link.other}:
        raise NotFound("unknown-link")
    reader, partner = _both(application, link)
    with application.database.read() as connection:
        said = verdicts_on(connection, (link.one, link.other))
    return Asked(
        link=link,
        reader=reader.name,
        partner=summary(partner, words),
        side=words.say(f"kind.{partner.kind}"),
        address=reader.email,
        shares_address=reader.consent_email and reader.email is not None,
        before=said.get(_scope_of(link.reader).who, (None,))[0],
    )


def answer_suggestion(
    application: Application, token: str, words: Words, reason: str = "", more: str = ""
) -> AnswerKept:
    """Keep an answer instead of the one before; the same one again changes nothing.

    ``reason`` is one of :data:`REASONS` or empty, ``more`` what the person adds. Raises NotFound
    as :func:`ask_answer` does, InvalidInput ``reason-unknown`` or ``reason-too-long``.
    """
    asked = ask_answer(application, token, words)
    link, scope = asked.link, _scope_of(asked.link.reader)
    why = reason_told(reason, more) if link.verdict == "declined" else ""
    both = _both(application, link)
    introduced = keep_answer(application, both, link.verdict, why, scope, words)
    return AnswerKept(asked, introduced=introduced)


def _both(application: Application, link: AnswerLink) -> tuple[Actor, Actor]:
    """The reader and its partner, as they are now and both willing."""
    sight = Sight(application, Scope.everything(_scope_of(link.reader).who))
    other = link.other if link.reader == link.one else link.one
    reader, partner = sight.actor(link.reader), sight.actor(other)
    for one in (reader, partner):
        if not one.profiling:
            raise unknown_actor(one.id)
    return reader, partner


def _scope_of(reader: str) -> Scope:
    return Scope(Role.PRACTITIONER, f"actor:{reader}", actor_id=reader)


def reason_told(reason: str, more: str) -> str:
    """``too_far: what they said``, either part maybe missing.

    Raises InvalidInput ``reason-unknown`` or ``reason-too-long``.
    """
    if reason and reason not in REASONS:
        raise InvalidInput("reason-unknown", pointer="reason", accepted=REASONS)
    told = " ".join("".join(sign if sign.isprintable() else " " for sign in more).split())
    if len(told) > LONGEST_WORDS:
        raise InvalidInput("reason-too-long", pointer="words", maximum=LONGEST_WORDS)
    return ": ".join(part for part in (reason, told) if part)
