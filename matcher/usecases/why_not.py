"""*Pourquoi pas X ?*: say why an actor is not proposed to another, or at which rank it is."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from matcher.bootstrap import Application
from matcher.engine.apart import Apart
from matcher.engine.pairs import Match, Question
from matcher.engine.recommending import partners_of
from matcher.engine.why_not import Obstacle, obstacles
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import ActorSummary, Answer, DirectionCode, EvidenceAnswer
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.usecases.present import evidence_of, summary
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.wording.obstacles import named, obstacle_text
from matcher.wording.quoting import typeset
from matcher.wording.reasons import shown_name
from matcher.wording.scores import score_word
from matcher.wording.words import Words

LOOKED_AT = (100, 2_000)
"""Places of the ranking that are worked out to find somebody; ordering all can take minutes."""

LEAST_GAP = 0.05
"""Nats under which two contributions are as good as equal."""


class WhyNotReason(Answer):
    """One thing in the way, or one that puts it behind others: a stable code and a sentence."""

    code: str
    text: str
    direction: DirectionCode | None
    evidence: list[EvidenceAnswer]


class WhyNot(Answer):
    """Why `partner` is not proposed to `actor`, or comes after others."""

    actor: ActorSummary
    partner: ActorSummary
    proposed: bool
    rank: int | None = Field(description="Its place among the partners of the actor, from 1.")
    word: str = Field(description="The score of the pair as a word.")
    text: str = Field(description="The answer in one sentence.")
    reasons: list[WhyNotReason]


def why_not(
    application: Application,
    query: RecommendationQuery,
    partner_id: str,
    words: Words,
    scope: Scope,
) -> WhyNot:
    """Say what keeps ``partner_id`` from the partners that ``query`` asks for, or its rank there.

    Raises InvalidInput as ``recommend`` does, NotFound and InvalidInput as :func:`pair_in_sight`.
    """
    if query.actor_id is None:
        raise InvalidInput("question-empty", pointer="actor_id")
    pair = pair_in_sight(application, query.actor_id, partner_id, scope)
    question = _question(pair, query)
    application.recorder.seen(scope, "why-not", pair.ids)
    found = _named(obstacles(pair.one, pair.a, pair.many, pair.b, question), pair)
    if found:
        reasons = [_obstacle(one, pair, words) for one in found]
        return _answer(pair, "not_proposed", None, reasons, words)
    before = _before(pair, question)
    rank = None if before is None else len(before) + 1
    code = "beyond" if rank is None else "first" if rank == 1 else "ranked"
    return _answer(pair, code, rank, _behind(pair, before or [], words), words)


def _question(pair: PairInSight, query: RecommendationQuery) -> Question:
    matching = pair.application.matching
    question = read_question(
        query, pair.application.referential, matching.weights, matching.minimum_score
    )
    told = pair.sight.told(pair.actor.id, exclude_known=query.exclude_known)
    apart = Apart(told.apart) if told.apart else None
    return replace(
        question, filters=replace(question.filters, bounds=pair.sight.bounds, apart=apart)
    )


def _named(found: Sequence[Obstacle], pair: PairInSight) -> list[Obstacle]:
    """Who met is set apart where that is asked for, as who said no is: tell one from the other."""
    if pair.ids in pair.told.apart:
        return list(found)
    named = [Obstacle("already_known") if one.code == "declined" else one for one in found]
    return list({one.code: one for one in named}.values())


def _before(pair: PairInSight, question: Question) -> list[Match] | None:
    """Who comes before it, ``None`` where it is further than anybody reads."""
    for first in LOOKED_AT:
        ranked = partners_of(pair.one, pair.a, pair.snapshot, question, first)
        for place, match in enumerate(ranked):
            if match.many is pair.many and match.b == pair.b:
                return ranked[:place]
    return None


def _behind(pair: PairInSight, before: list[Match], words: Words) -> list[WhyNotReason]:
    """What puts it behind the first, and what makes it give way to those that score less."""
    reasons = []
    if before:
        reasons += _gap(pair, before[0], words)
    lower = any(match.score.logit < pair.match.score.logit - LEAST_GAP for match in before)
    if pair.partner.capacity_per_month == 0:
        reasons.append(_reason("full", words, name=_name(pair)))
    elif lower:
        reasons.append(_reason("shown_already", words, name=_name(pair)))
    return reasons


def _gap(pair: PairInSight, first: Match, words: Words) -> list[WhyNotReason]:
    """Where the first of the list is most ahead of it."""
    mine = {part.feature: part.contribution for part in pair.match.score.contributions}
    gaps = {
        part.feature: part.contribution - mine[part.feature] for part in first.score.contributions
    }
    feature, gap = max(gaps.items(), key=lambda one: one[1])
    if gap < LEAST_GAP:
        return []
    told = named(words, first=first.partner, name=pair.partner, actor=pair.actor)
    return [_reason(f"behind.{feature}", words, **told)]


def _obstacle(found: Obstacle, pair: PairInSight, words: Words) -> WhyNotReason:
    text = obstacle_text(found, pair.actor, pair.partner, words)
    evidence = [evidence_of(one) for one in found.evidence]
    return WhyNotReason(code=found.code, text=text, direction=found.direction, evidence=evidence)


def _reason(code: str, words: Words, **told: str) -> WhyNotReason:
    text = words.say(f"why_not.{code}", **told)
    return WhyNotReason(code=code, text=text, direction=None, evidence=[])


def _answer(
    pair: PairInSight, code: str, rank: int | None, reasons: list[WhyNotReason], words: Words
) -> WhyNot:
    word = words.say(f"score.{score_word(pair.match.score.score)}")
    told = {"name": _name(pair), "actor": typeset(shown_name(pair.actor)), "word": word}
    return WhyNot(
        actor=summary(pair.actor, words),
        partner=summary(pair.partner, words),
        proposed=code != "not_proposed",
        rank=rank,
        word=word,
        text=words.say(f"why_not.{code}", rank=rank or 0, most=LOOKED_AT[-1], **told),
        reasons=reasons,
    )


def _name(pair: PairInSight) -> str:
    return typeset(shown_name(pair.partner))
