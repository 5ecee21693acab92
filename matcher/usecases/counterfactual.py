"""*Et si… ?*: what a pair would be worth if one thing were otherwise, worked out by the engine."""

from dataclasses import dataclass
from typing import Literal, cast

from pydantic import Field

from matcher.bootstrap import Application
from matcher.engine.candidates import Sides
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.pairs import Question
from matcher.engine.profiles import Actor
from matcher.engine.scoring import Score, score_pair
from matcher.engine.why_not import obstacles
from matcher.scope import Scope
from matcher.usecases.answers import Answer, EvidenceAnswer
from matcher.usecases.imagine import Imagined, imagine
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.usecases.present import evidence_of
from matcher.usecases.reading_once import reading_once
from matcher.wording.obstacles import named
from matcher.wording.scores import score_word
from matcher.wording.words import Words

LEAST_CHANGE = 0.05
"""Nats under which a change is no change for a reader."""

ALWAYS_TOLD = ("without_need", "without_offer", "farther")
"""What is told even where it changes nothing: that is news too."""

Outcome = Literal["changes", "weaker", "stronger", "same", "lost", "gained", "still_not"]


class WhatIf(Answer):
    """One thing otherwise, and what would come of it."""

    code: str
    condition: str = Field(description="« Sans ce besoin de … »")
    outcome: Outcome
    text: str = Field(description="What would come of it, as the end of the same sentence.")
    score: float
    word: str
    proposed: bool
    evidence: EvidenceAnswer | None = Field(description="The statement that is taken away.")


@dataclass(frozen=True, slots=True)
class _Verdict:
    score: Score
    proposed: bool

    @property
    def word(self) -> str:
        return score_word(self.score.score)


def counterfactual(
    application: Application, actor_id: str, partner_id: str, words: Words, scope: Scope
) -> list[WhatIf]:
    """Score a pair again with one thing changed at a time: what its worth hangs on.

    Nothing is stored. Raises NotFound and InvalidInput as :func:`pair_in_sight`.
    """
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    return what_ifs(pair, words)


def what_ifs(pair: PairInSight, words: Words) -> list[WhatIf]:
    """The same for a pair that was found."""
    question = pair.question(sides=Sides.ANY)
    here = _judged(pair.one, pair.a, pair.many, pair.b, question)
    explanation = pair.match.explanation
    quotes = [quote for reason in explanation.reasons for quote in reason.evidence]
    application = pair.application
    # Everything they say is in the cache of vectors: nothing is encoded, nothing is kept.
    builder = reading_once(application.builder)
    told = []
    for one in imagine(
        pair.actor,
        pair.partner,
        quotes,
        explanation.distance_km,
        application.referential,
        application.today(),
    ):
        then = _verdict(pair, one, question, builder)
        outcome = _outcome(here, then)
        if outcome not in {"same", "still_not"} or one.code in ALWAYS_TOLD:
            told.append(_told(one, pair, here, then, outcome, words))
    return told


def _verdict(
    pair: PairInSight, imagined: Imagined, question: Question, builder: IndexBuilder
) -> _Verdict:
    """Index who changed as an import would, and judge."""
    both = (_indexed(pair, one, builder) for one in (imagined.one, imagined.other))
    (one, a), (many, b) = both
    return _judged(one, a, many, b, question)


def _indexed(pair: PairInSight, imagined: Actor, builder: IndexBuilder) -> tuple[ActorIndex, int]:
    as_it_is = (pair.one, pair.a) if imagined.id == pair.actor.id else (pair.many, pair.b)
    index, position = as_it_is
    if imagined == index.actors[position]:
        return as_it_is
    return builder.build([imagined], today=pair.application.today()), 0


def _judged(one: ActorIndex, a: int, many: ActorIndex, b: int, question: Question) -> _Verdict:
    score = score_pair(one, a, many, b, question.weights)
    return _Verdict(score, not obstacles(one, a, many, b, question))


def _outcome(here: _Verdict, then: _Verdict) -> Outcome:
    if here.proposed != then.proposed:
        return "gained" if then.proposed else "lost"
    if not here.proposed:
        return "still_not"
    gained = then.score.logit - here.score.logit
    if abs(gained) < LEAST_CHANGE:
        return "same"
    if here.word != then.word:
        return "changes"
    return "stronger" if gained > 0 else "weaker"


def _told(
    imagined: Imagined,
    pair: PairInSight,
    here: _Verdict,
    then: _Verdict,
    outcome: Outcome,
    words: Words,
) -> WhatIf:
    said = {name: words.say(f"score.{one.word}") for name, one in (("b", here), ("a", then))}
    return WhatIf(
        code=imagined.code,
        condition=_condition(imagined, pair, words),
        outcome=outcome,
        text=words.say(f"what_if.then.{outcome}", before=said["b"], after=said["a"]),
        score=then.score.score,
        word=said["a"],
        proposed=then.proposed,
        evidence=evidence_of(imagined.evidence) if imagined.evidence else None,
    )


def _condition(imagined: Imagined, pair: PairInSight, words: Words) -> str:
    told = {
        name.removesuffix("_km"): words.kilometres(cast(float, value))
        if name.endswith("_km")
        else value
        for name, value in imagined.parameters.items()
    }
    if imagined.of is not None:
        other = pair.partner if imagined.of.id == pair.actor.id else pair.actor
        told |= named(words, name=imagined.of, other=other)
    return words.say(f"what_if.{imagined.code}", **told)
