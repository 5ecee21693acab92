"""Introduce two people who both said yes: one mail to each, put into the outbox once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, insert, select

from matcher.bootstrap import Application
from matcher.engine.features import features
from matcher.engine.pairs import Match, fetch
from matcher.engine.profiles import Actor
from matcher.errors import NotReady
from matcher.mailing.digest import Footer
from matcher.mailing.introduction import Introduced, Introduction, render_introduction
from matcher.mailing.message import Envelope, Mailbox, compose, is_address
from matcher.store.mail_tables import runs, suggestions
from matcher.store.outbox import MailKind, Queued, enqueue
from matcher.usecases.mail_links import MailLinks
from matcher.usecases.present import labels, synergy_id
from matcher.usecases.read_mail_settings import Post, read_post
from matcher.wording.reasons import reason_text
from matcher.wording.words import Words

USEFUL_SECONDS = 14 * 86_400
"""An introduction that could not leave for so long is not sent unasked."""


@dataclass(frozen=True, slots=True)
class Introductions:
    """The mails of a pair, written and not yet in the outbox; ``pair`` in order."""

    run_id: str
    pair: tuple[str, str]
    score: float
    mails: tuple[Queued, ...]
    at: datetime


def write_introductions(
    application: Application, one: Actor, other: Actor, words: Words, at: datetime
) -> Introductions | None:
    """Write to both who agreed to mail; ``None`` where this installation sends none.

    Nothing is stored: it is done before the transaction of the answer, which holds up others.
    """
    try:
        post = read_post(application.settings)
    except NotReady:
        return None
    both = sorted((one, other), key=lambda actor: actor.id)
    match = match_of(application, both)
    run_id = run_of(one, other)
    secret = application.gate.secret()
    mails = [
        _mail(f"{run_id}.{number}", run_id, me, you, match, post, secret, words, at)
        for number, (me, you) in enumerate((both, both[::-1]), 1)
        if may_be_written_to(me)
    ]
    score = match.score.score if match else 0.0
    return Introductions(run_id, (both[0].id, both[1].id), score, tuple(mails), at)


def run_of(one: Actor, other: Actor) -> str:
    """Names the introduction of two people, of which there is one."""
    return f"intro-{synergy_id(one, other)}"


def introduced_at(connection: Connection, one: Actor, other: Actor) -> datetime | None:
    """When two people were introduced to each other, ``None`` where they were not."""
    asked = select(runs.c.planned).where(runs.c.id == run_of(one, other))
    planned = connection.execute(asked).scalar()
    return None if planned is None else datetime.fromtimestamp(planned, UTC)


def put_introductions(connection: Connection, made: Introductions) -> bool:
    """Put them into the outbox with the second yes; a second time adds nothing, and is False."""
    if connection.execute(select(runs.c.id).where(runs.c.id == made.run_id)).first():
        return False
    planned = {"month": made.at.date(), "planned": int(made.at.timestamp()), "report": {}}
    connection.execute(insert(runs).values(id=made.run_id, **planned))
    one, other = made.pair
    pair = {"run_id": made.run_id, "one": one, "other": other, "score": made.score}
    connection.execute(insert(suggestions).values(**pair))
    enqueue(connection, made.mails)
    return True


def _mail(
    name: str,
    run_id: str,
    reader: Actor,
    other: Actor,
    match: Match | None,
    post: Post,
    secret: bytes,
    words: Words,
    at: datetime,
) -> Queued:
    links = MailLinks(post.base, secret, at)
    address, stop = reader.email or "", links.stop(reader.id)
    domain = post.sender.address.rpartition("@")[2]
    message_id = f"<{name}@{domain}>"
    footer = Footer(
        sender=post.sender.name,
        contact=post.contact,
        source=reader.source or words.say("mail.source.file"),
        first_contact=False,
        stop=stop,
        my_data=links.my_data(reader.id),
        algorithm=links.algorithm(),
    )
    said = introduction(reader, other, _address(other), match, footer, words)
    envelope = Envelope(
        post.sender, Mailbox(reader.name, address), message_id, at.astimezone(UTC), stop
    )
    moment = int(at.timestamp())
    return Queued(
        run_id=run_id,
        actor_id=reader.id,
        message_id=message_id,
        address=address,
        content=compose(render_introduction(said), envelope),
        due=moment,
        until=moment + USEFUL_SECONDS,
        kind=MailKind.INTRODUCTION,
    )


def introduction(
    reader: Actor,
    other: Actor,
    address: str | None,
    match: Match | None,
    footer: Footer,
    words: Words,
) -> Introduction:
    """What one of the two reads of the other; ``address`` is how the other is written to."""
    place = other.place
    introduced = Introduced(
        name=other.name,
        organization=other.organization,
        side=words.say(f"kind.{other.kind.value}"),
        commune=place.name if place and place.commune else None,
        email=address,
    )
    kind = match.explanation.kind.value if match else None
    return Introduction(reader.name, introduced, _reason(match, words), kind, footer)


def may_be_written_to(actor: Actor) -> bool:
    """Whether somebody agreed to mail, and has an address that can be written to."""
    return actor.consent_email and is_address(actor.email or "")


def _address(actor: Actor) -> str | None:
    return actor.email if may_be_written_to(actor) else None


def match_of(application: Application, both: Sequence[Actor]) -> Match | None:
    """The two as the engine sees them today; ``None`` where one has left the index."""
    snapshot = application.snapshot()
    found = [snapshot.find(actor.id) for actor in both]
    if found[0] is None or found[1] is None:
        return None
    (one, a), (many, b) = found[0], found[1]
    table = features(one, a, many, np.array([b], dtype=np.int64))
    match = Match(application.matching.weights, one, a, many, b, table.values[0])
    fetch([match])
    return match if match.explanation.reasons else None


def _reason(match: Match | None, words: Words) -> str | None:
    """The first reason, naming both: the two read the same."""
    if match is None:
        return None
    first = match.explanation.reasons[0]
    return reason_text(first, match.actor, match.partner, labels(), words)
