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
from matcher.store.outbox import MailKind, Queued, enqueue
from matcher.store.tables import runs, suggestions
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
    match = _match(application, both)
    run_id = f"intro-{synergy_id(one, other)}"
    secret = application.gate.secret()
    mails = [
        _mail(f"{run_id}.{number}", run_id, me, you, match, post, secret, words, at)
        for number, (me, you) in enumerate((both, both[::-1]), 1)
        if me.consent_email and me.email and is_address(me.email)
    ]
    score = match.score.score if match else 0.0
    return Introductions(run_id, (both[0].id, both[1].id), score, tuple(mails), at)


def put_introductions(connection: Connection, made: Introductions) -> None:
    """Put them into the outbox with the second yes; a second time adds nothing."""
    if connection.execute(select(runs.c.id).where(runs.c.id == made.run_id)).first():
        return
    planned = {"month": made.at.date(), "planned": int(made.at.timestamp()), "report": {}}
    connection.execute(insert(runs).values(id=made.run_id, **planned))
    one, other = made.pair
    pair = {"run_id": made.run_id, "one": one, "other": other, "score": made.score}
    connection.execute(insert(suggestions).values(**pair))
    enqueue(connection, made.mails)


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
    said = Introduction(
        reader=reader.name,
        other=_introduced(other, words),
        reason=_reason(match, words),
        kind=match.explanation.kind.value if match else None,
        footer=footer,
    )
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


def _introduced(other: Actor, words: Words) -> Introduced:
    email = other.email if other.consent_email and is_address(other.email or "") else None
    place = other.place
    return Introduced(
        name=other.name,
        organization=other.organization,
        side=words.say(f"kind.{other.kind.value}"),
        commune=place.name if place and place.commune else None,
        email=email,
    )


def _match(application: Application, both: Sequence[Actor]) -> Match | None:
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
