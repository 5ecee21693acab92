"""What the score of a pair is made of, for a reader: explained parts, in points that add up."""

from typing import Literal

from pydantic import Field

from matcher.engine.scoring import Score
from matcher.usecases.answers import Answer
from matcher.usecases.pair_in_sight import PairInSight
from matcher.wording.quoting import typeset
from matcher.wording.reasons import shown_name
from matcher.wording.words import Words

POINTS = 10
"""Points of one nat: at 0 points in all, a meeting is as likely to be worth it as not."""

STRONG, FAIR = 0.65, 0.35
"""Probabilities from which an offer answers a need well, and in part."""

RECENT = 0.7


class PartOfScore(Answer):
    """One part: what it is, what is true of this pair, and what it adds or takes."""

    code: str
    label: str
    said: str
    points: int = Field(description="Parts add up to the points of the score.")
    sense: Literal["for", "against", "neither"]


def weigh_pair(pair: PairInSight, words: Words) -> list[PartOfScore]:
    """The parts of the score that say something, in the order of the engine."""
    score = pair.match.score
    names = {
        "actor": typeset(shown_name(pair.actor)),
        "partner": typeset(shown_name(pair.partner)),
    }
    points = points_of(score)
    return [
        PartOfScore(
            code=code,
            label=words.say(f"pair.part.{code}", **names),
            said=_said(code, pair, words),
            points=value,
            sense="for" if value > 0 else "against" if value < 0 else "neither",
        )
        for code, value in points.items()
        if value or code in {"territory", "a_to_b", "b_to_a"}
    ]


def points_of(score: Score) -> dict[str, int]:
    """Contributions in whole points that add up to those of the score, rounded together.

    Each is rounded down, then those that lost most get a point more (largest remainder).
    """
    exact = {part.feature: part.contribution * POINTS for part in score.contributions}
    points = {code: int(value // 1) for code, value in exact.items()}
    missing = round(score.logit * POINTS) - sum(points.values())
    lost = sorted(exact, key=lambda code: points[code] - exact[code])
    for code in lost[:missing]:
        points[code] += 1
    return points


def _said(code: str, pair: PairInSight, words: Words) -> str:
    value = pair.match.score.value(code)
    if code == "territory":
        return _near(pair, words)
    if code in {"a_to_b", "b_to_a"}:
        probability = pair.match.score.probability(code)
        how = "strong" if probability >= STRONG else "fair" if probability >= FAIR else "weak"
        return words.say(f"pair.said.way.{how}")
    known = {
        "domain": {1.0: "leaf", 0.5: "branch", 0.4: "unknown"},
        "publics": {1.0: "common", 0.5: "everyone", -1.0: "exclusive"},
    }
    if code in known:
        return words.say(f"pair.said.{code}.{known[code].get(value, 'none')}")
    if code == "freshness":
        age = "unknown" if value == 0 else "new" if value >= RECENT else "old"
        return words.say(f"pair.said.freshness.{age}")
    if code == "base":
        return words.say("pair.said.base")
    return words.say(f"pair.said.{code}.{'yes' if value else 'no'}")


def _near(pair: PairInSight, words: Words) -> str:
    here, there = pair.actor.place, pair.partner.place
    distance = pair.match.explanation.distance_km
    if here and there and here.commune and here.commune == there.commune:
        return words.say("pair.said.territory.together", at=words.at(typeset(here.name)))
    if distance is None:
        return words.say("pair.said.territory.unknown")
    return words.say("pair.said.territory.apart", distance=words.kilometres(distance))
