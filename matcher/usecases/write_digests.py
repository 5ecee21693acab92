"""Put a plan into words: for each reader, why each partner, from the engine's own explanation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.features import features
from matcher.engine.pairs import Match, fetch
from matcher.engine.profiles import Actor
from matcher.engine.reasons import Reason
from matcher.engine.scoring import Weights
from matcher.mailing.digest import Answers, Digest, Footer, Suggested, Term
from matcher.usecases.explain_terms import explain_terms, shown_terms
from matcher.usecases.mail_links import Answered, AnswerLink, MailLinks
from matcher.usecases.plan_answers import LeftOut, PlanAnswer, PlannedDigest, PlannedSuggestion
from matcher.usecases.plan_digests import Plan
from matcher.usecases.present import labels
from matcher.usecases.read_mail_settings import Post
from matcher.wording.reasons import reason_text, shown_name
from matcher.wording.words import Words

AT_ONCE = 500
"""Readers whose profiles are fetched together."""

SHOWN_TERMS = 3
"""Terms explained under one suggestion: it must stay short."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """One partner as one reader meets it."""

    partner: Actor
    score: float
    kind: str
    distance: str | None
    reason: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a mail, with what it says."""

    actor: Actor
    shown: tuple[Shown, ...]


def readers(
    application: Application,
    plan: Plan,
    words: Words,
    progress: Progress = lambda done, total: None,
) -> Iterator[Reader]:
    """Give each recipient of a plan in order, with its partners in words, best first."""
    names, weights = list(plan.partners), application.matching.weights
    for start in range(0, len(names), AT_ONCE):
        some = [_matches(plan, name, weights) for name in names[start : start + AT_ONCE]]
        fetch(match for matches in some for match in matches)
        for matches in some:
            yield Reader(matches[0].actor, tuple(_shown(match, words) for match in matches))
        progress(min(start + AT_ONCE, len(names)), len(names))


def answer_of(application: Application, plan: Plan, words: Words) -> PlanAnswer:
    """The whole plan as `--json` prints it."""
    return PlanAnswer(
        report=plan.report,
        digests=[_planned(reader) for reader in readers(application, plan, words)],
        left_out=[
            LeftOut(
                actor_id=name,
                name=plan.members[name].name,
                code=code,
                reason=words.say(f"left_out.{code}"),
            )
            for name, code in plan.left_out.items()
        ],
    )


def digest_of(
    reader: Reader, plan: Plan, post: Post, secret: bytes, words: Words, *, first_contact: bool
) -> tuple[Digest, str]:
    """The mail of one reader, and the address that one click stops it with."""
    month = plan.question.month
    links = MailLinks(post.base, secret, datetime.combine(month, time(), UTC))
    actor = reader.actor
    footer = Footer(
        sender=post.sender.name,
        contact=post.contact,
        source=actor.source or words.say("mail.source.file"),
        first_contact=first_contact,
        stop=links.stop(actor.id),
        my_data=links.my_data(actor.id),
        algorithm=links.algorithm(),
    )
    suggested = tuple(_suggested(actor, one, links, words) for one in reader.shown)
    return Digest(actor.name, _commune(actor), month, suggested, footer), footer.stop


def _suggested(actor: Actor, one: Shown, links: MailLinks, words: Words) -> Suggested:
    def button(verdict: Answered) -> str:
        first, second = sorted((actor.id, one.partner.id))
        return links.answer(AnswerLink(first, second, actor.id, verdict))

    return Suggested(
        name=one.partner.name,
        organization=one.partner.organization,
        side=words.say(f"kind.{one.partner.kind.value}"),
        commune=_commune(one.partner),
        distance=None if one.distance and one.distance in one.reason else one.distance,
        kind=one.kind,
        reason=one.reason,
        terms=one.terms,
        answers=Answers(button("accepted"), button("declined"), button("known")),
    )


def _matches(plan: Plan, name: str, weights: Weights) -> list[Match]:
    index, some = plan.index, plan.partners[name]
    a = index.positions[name]
    others = np.array([position for position, _ in some], dtype=np.int64)
    table = features(index, a, index, others)
    return [
        Match(weights, index, a, index, int(b), row)
        for b, row in zip(others, table.values, strict=True)
    ]


def _shown(match: Match, words: Words) -> Shown:
    explained = match.explanation
    reason = _first_for_reader(explained.reasons)
    you = replace(match.actor, name="")  # who has no name is « vous »
    text = reason_text(reason, you, match.partner, labels(), words)
    glosses = shown_terms(text, explain_terms(reason, match, match.actor.kind))
    terms = tuple(Term(one.term, one.expansion, one.explanation) for one in glosses)
    return Shown(
        match.partner,
        match.score.score,
        explained.kind.value,
        _distance(match, explained.distance_km, words),
        text,
        terms[:SHOWN_TERMS],
    )


def _first_for_reader(reasons: tuple[Reason, ...]) -> Reason:
    """The strongest thing that the partner brings, else the strongest that the reader brings."""
    return next((one for one in reasons if one.direction == "a_to_b" and one.evidence), reasons[0])


def _distance(match: Match, kilometres: float | None, words: Words) -> str | None:
    """« à 4 km »; nothing in one's own commune, where the name has said it."""
    mine, theirs = _commune(match.actor), _commune(match.partner)
    if kilometres is None or (mine is not None and mine == theirs):
        return None
    return words.say("reason.where.distance", distance=words.kilometres(kilometres))


def _commune(actor: Actor) -> str | None:
    return actor.place.name if actor.place and actor.place.commune else None


def _planned(reader: Reader) -> PlannedDigest:
    return PlannedDigest(
        actor_id=reader.actor.id,
        name=reader.actor.name,
        suggestions=[
            PlannedSuggestion(
                partner_id=one.partner.id,
                partner=shown_name(one.partner),
                score=one.score,
                kind=one.kind,
                distance=one.distance,
                reason=one.reason,
            )
            for one in reader.shown
        ],
    )
