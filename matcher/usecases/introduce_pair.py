"""A coordinator introduces two people who told it yes: the mails are read first, then sent once."""

from dataclasses import dataclass
from datetime import datetime

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput, NotReady
from matcher.mailing.digest import Footer
from matcher.mailing.introduction import render_introduction
from matcher.scope import Scope
from matcher.store.feedback import verdicts_on, write_feedback
from matcher.usecases.introduce import (
    introduced_at,
    introduction,
    match_of,
    may_be_written_to,
    put_introductions,
    write_introductions,
)
from matcher.usecases.keep_answer import accepted_by_both
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.usecases.read_mail_settings import read_post
from matcher.wording.words import Words


@dataclass(frozen=True, slots=True)
class MailToRead:
    """One of the two mails, without addresses or personal links: only its reader gets these."""

    reader: str
    leaves: bool
    """False where the reader did not agree to mail, or has no address."""
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class IntroductionToConfirm:
    """What an introduction would send.

    ``agreed``: both said yes themselves. ``done`` is when they were introduced before. ``ready``:
    this installation can send mails.
    """

    mails: tuple[MailToRead, ...]
    agreed: bool
    done: datetime | None
    ready: bool


@dataclass(frozen=True, slots=True)
class PairIntroduced:
    """How many mails wait to leave; ``new`` is False where they did before."""

    mails: int
    new: bool


def show_introduction(
    application: Application, actor_id: str, partner_id: str, words: Words, scope: Scope
) -> IntroductionToConfirm:
    """Write both mails for whoever is about to confirm; nothing is stored.

    Raises NotFound and InvalidInput as :func:`pair_in_sight`.
    """
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    one, other = _ends(pair)
    match = match_of(application, (one, other))
    with application.database.read() as connection:
        said = verdicts_on(connection, pair.ids)
        done = introduced_at(connection, one, other)
    mails = []
    for reader, met in ((one, other), (other, one)):
        address = words.say("page.introduction.address", name=met.name)
        shown = address if may_be_written_to(met) else None
        footer = _footer(application, reader, words)
        written = render_introduction(introduction(reader, met, shown, match, footer, words))
        leaves = may_be_written_to(reader)
        mails.append(MailToRead(reader.name, leaves, written.subject, _body(written.text)))
    agreed = accepted_by_both(said, pair.ids)
    return IntroductionToConfirm(tuple(mails), agreed, done, _ready(application))


def introduce_pair(
    application: Application,
    actor_id: str,
    partner_id: str,
    words: Words,
    scope: Scope,
    *,
    agreed: bool,
) -> PairIntroduced:
    """Put the mails into the outbox, once for a pair, and note that the caller arranged it.

    ``agreed``: the caller says that both told it yes; not needed where both did so themselves.
    Raises InvalidInput ``agreement-needed`` and ``nobody-to-write-to``, NotReady
    ``mail-settings-missing``, and as :func:`pair_in_sight`.
    """
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    one, other = _ends(pair)
    read_post(application.settings)
    if not (may_be_written_to(one) or may_be_written_to(other)):
        raise InvalidInput("nobody-to-write-to", pointer="partner_id")
    now = utc_now()
    made = write_introductions(application, one, other, words, now)
    with application.database.write() as connection:
        said = verdicts_on(connection, pair.ids, alone=True)
        if not agreed and not accepted_by_both(said, pair.ids):
            raise InvalidInput("agreement-needed", pointer="agreed")
        new = made is not None and put_introductions(connection, made)
        if new:
            reason = said.get(scope.who, ("", ""))[1]
            write_feedback(connection, pair.ids, scope.who, "accepted", reason, now)
            application.recorder.changed(connection, scope, "introduce", pair.ids)
    return PairIntroduced(len(made.mails) if made else 0, new)


def _ends(pair: PairInSight) -> tuple[Actor, Actor]:
    """Both as they are stored now: the index keeps no addresses of its own."""
    return pair.sight.actor(pair.ids[0]), pair.sight.actor(pair.ids[1])


def _footer(application: Application, reader: Actor, words: Words) -> Footer:
    """The foot of the mail with no link that opens anything: those are the reader's alone."""
    post = read_post(application.settings, example=True)
    hidden = words.say("page.introduction.link")
    return Footer(
        sender=post.sender.name,
        contact=post.contact,
        source=reader.source or words.say("mail.source.file"),
        first_contact=False,
        stop=hidden,
        my_data=hidden,
        algorithm=hidden,
    )


def _body(text: str) -> str:
    """What a mail says, without its foot."""
    return text.partition("\n--")[0].strip()


def _ready(application: Application) -> bool:
    try:
        read_post(application.settings)
    except (NotReady, InvalidInput):
        return False
    return True
