"""One pair whole: both profiles with what answers what marked in place, and why it scores so."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Role
from matcher.engine.why_not import obstacles
from matcher.scope import Scope
from matcher.store.feedback import Said, said_of
from matcher.usecases.answers import Answer, DirectionCode, EvidenceAnswer, RecommendationItem
from matcher.usecases.counterfactual import WhatIf, what_ifs
from matcher.usecases.judge_pair import item_of
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.usecases.present import evidence_of
from matcher.usecases.show_actor import ActorCard, show_actor
from matcher.usecases.weigh_pair import PartOfScore, weigh_pair
from matcher.wording.obstacles import obstacle_text
from matcher.wording.scores import score_word
from matcher.wording.words import Words

Verdict = Literal["accepted", "declined", "known", "note"]


class PairLink(Answer):
    """A need and the offer that answers it, both quoted; ``number`` marks them on the page."""

    number: int
    direction: DirectionCode
    need: EvidenceAnswer
    offer: EvidenceAnswer


class Stretch(Answer):
    """A run of a statement's text, as it is written; ``link`` is the number of the one it is of."""

    text: str
    link: int | None


class MarkedStatement(Answer):
    """A need or an offer whole, cut where a quote begins and ends."""

    field: str
    stretches: list[Stretch]


class ProfileInPair(Answer):
    """One of the two: its card, and its statements with what is linked marked."""

    card: ActorCard
    needs: list[MarkedStatement]
    offers: list[MarkedStatement]


class PairAnswer(Answer):
    """What somebody said of the pair: ``by`` as a reader may know it."""

    by: str
    mine: bool
    verdict: Verdict
    text: str
    reason: str
    at: datetime


class Comparison(Answer):
    """Everything that the page of a pair says."""

    item: RecommendationItem
    word: str = Field(description="The score as a word.")
    proposed: bool
    obstacles: list[str] = Field(description="Why it is not proposed, in sentences.")
    actor: ProfileInPair
    partner: ProfileInPair
    links: list[PairLink]
    parts: list[PartOfScore]
    what_ifs: list[WhatIf]
    history: list[PairAnswer]


def compare_pair(
    application: Application, actor_id: str, partner_id: str, words: Words, scope: Scope
) -> Comparison:
    """Show two actors beside each other, whether or not they are proposed to each other.

    Raises NotFound and InvalidInput as :func:`pair_in_sight`.
    """
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    found = _links(pair)
    item = item_of(pair, words)
    in_the_way = obstacles(pair.one, pair.a, pair.many, pair.b, pair.question())
    return Comparison(
        item=item,
        word=words.say(f"score.{score_word(item.score)}"),
        proposed=not in_the_way,
        obstacles=[obstacle_text(one, pair.actor, pair.partner, words) for one in in_the_way],
        actor=_profile(application, pair.actor, found, words, scope),
        partner=_profile(application, pair.partner, found, words, scope),
        links=found,
        parts=weigh_pair(pair, words),
        what_ifs=what_ifs(pair, words),
        history=_history(pair, words, scope),
    )


def _links(pair: PairInSight) -> list[PairLink]:
    reasons = [one for one in pair.match.explanation.reasons if one.code == "offer_answers_need"]
    return [
        PairLink(
            number=number,
            direction=reason.direction or "a_to_b",
            need=evidence_of(reason.evidence[0]),
            offer=evidence_of(reason.evidence[1]),
        )
        for number, reason in enumerate(reasons, 1)
    ]


def _profile(
    application: Application, actor: Actor, found: Sequence[PairLink], words: Words, scope: Scope
) -> ProfileInPair:
    quotes = [
        (one.number, quote)
        for one in found
        for quote in (one.need, one.offer)
        if quote.actor_id == actor.id
    ]
    return ProfileInPair(
        card=show_actor(application, actor, words, scope),
        needs=_marked(actor, Role.NEED, quotes),
        offers=_marked(actor, Role.OFFER, quotes),
    )


def _marked(
    actor: Actor, role: Role, quotes: Sequence[tuple[int, EvidenceAnswer]]
) -> list[MarkedStatement]:
    statements = []
    for position, said in enumerate(actor.statements(role)):
        name = f"{role.value}s[{position}]"
        here = [(quote.start, quote.end, number) for number, quote in quotes if quote.field == name]
        statements.append(MarkedStatement(field=name, stretches=stretches(said.text, here)))
    return statements


def stretches(text: str, quotes: Sequence[tuple[int, int, int]]) -> list[Stretch]:
    """Cut a text at its quotes, (start, end, number); together they are the whole text.

    Where two quotes overlap, the one that begins first is marked whole and the other from there.
    """
    cut, at = [], 0
    for begun, end, number in sorted(quotes):
        start = max(begun, at)
        if start >= end:
            continue
        cut.append(Stretch(text=text[at:start], link=None))
        cut.append(Stretch(text=text[start:end], link=number))
        at = end
    cut.append(Stretch(text=text[at:], link=None))
    return [one for one in cut if one.text]


def _history(pair: PairInSight, words: Words, scope: Scope) -> list[PairAnswer]:
    """What was said, the latest first: by one of the two, by who asks, or by others."""
    with pair.application.database.read() as connection:
        said = said_of(connection, pair.ids)
    return [
        PairAnswer(
            by=_author(one, pair, words, scope),
            mine=one.by == scope.who,
            verdict=one.verdict,  # type: ignore[arg-type]
            text=words.say(f"pair.verdict.{one.verdict}"),
            reason=_reason(one.reason, words),
            at=one.at if one.at.tzinfo else one.at.replace(tzinfo=UTC),
        )
        for one in sorted(said, key=lambda one: one.at, reverse=True)
    ]


def _author(said: Said, pair: PairInSight, words: Words, scope: Scope) -> str:
    if said.by == scope.who:
        return words.say("pair.by.you")
    kind, _, name = said.by.partition(":")
    for actor in (pair.actor, pair.partner):
        if kind == "actor" and name == actor.id:
            return actor.name
    return words.say("pair.by.coordinator")


def _reason(kept: str, words: Words) -> str:
    """« too_far: plus de bus » as it was chosen and said."""
    code, _, said = kept.partition(": ")
    if not words.knows(f"page.answer.reason.{code}"):
        return kept
    chosen = words.say(f"page.answer.reason.{code}")
    return f"{chosen} ({said})" if said else chosen
