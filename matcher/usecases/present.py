"""Turn a match of the engine into an item of the envelope: numbers kept, reasons in words."""

from functools import cache
from hashlib import blake2b

from matcher.engine.links import Evidence
from matcher.engine.profiles import Actor, Kind
from matcher.engine.reasons import Reason
from matcher.engine.recommending import Match
from matcher.store.vocabularies import domain_labels, public_labels
from matcher.usecases.answers import (
    ActorSummary,
    AvailabilityCode,
    ContributionAnswer,
    EvidenceAnswer,
    ReasonAnswer,
    RecommendationItem,
    Scores,
)
from matcher.usecases.explain_terms import explain_terms
from matcher.wording.reasons import reason_text
from matcher.wording.words import Words


def present(match: Match, words: Words, reader: Kind | None) -> RecommendationItem:
    """Write one item; its id is the same whichever of the two actors asks.

    ``reader`` is the side of whoever asks, ``None`` where that is a territory.
    """
    score, explanation = match.score, match.explanation
    return RecommendationItem(
        id=synergy_id(match.actor, match.partner),
        actor=summary(match.actor, words),
        partner=summary(match.partner, words),
        kind=explanation.kind.value,
        score=score.score,
        scores=Scores(
            territory=score.value("territory"),
            domain=score.value("domain"),
            complementarity=score.complementarity,
            a_to_b=score.probability("a_to_b"),
            b_to_a=score.probability("b_to_a"),
        ),
        contributions=[
            ContributionAnswer(
                feature=part.feature,
                value=part.value,
                weight=part.weight,
                contribution=part.contribution,
            )
            for part in score.contributions
        ],
        reasons=[_reason(reason, match, words, reader) for reason in explanation.reasons],
        distance_km=None if explanation.distance_km is None else round(explanation.distance_km, 1),
        relation="acquainted" if score.value("relation") else "unknown",
        availability=availability(match.partner),
    )


def synergy_id(one: Actor, other: Actor) -> str:
    """Name an unordered pair of actors."""
    pair = "\n".join(sorted((one.id, other.id)))
    return "syn-" + blake2b(pair.encode("utf-8", "replace"), digest_size=9).hexdigest()


def summary(actor: Actor, words: Words) -> ActorSummary:
    """What another actor may see of this one in a list."""
    place = actor.place
    return ActorSummary(
        id=actor.id,
        kind=actor.kind.value,
        name=actor.name or words.say("actor.unsaved"),
        organization=actor.organization,
        commune=place.name if place and place.commune else None,
        department=place.department.partition(":")[2] if place and place.department else None,
    )


def availability(actor: Actor) -> AvailabilityCode:
    """Whether an actor takes new contacts this month, from the capacity it declared."""
    if actor.capacity_per_month == 0:
        return "full"
    return "limited" if actor.capacity_per_month == 1 else "available"


@cache
def labels() -> dict[str, str]:
    """What people call each domain and each public."""
    return domain_labels() | public_labels()


def _reason(reason: Reason, match: Match, words: Words, reader: Kind | None) -> ReasonAnswer:
    return ReasonAnswer(
        code=reason.code,
        direction=reason.direction,
        text=reason_text(reason, match.actor, match.partner, labels(), words),
        evidence=[evidence_of(quoted) for quoted in reason.evidence],
        glossary=explain_terms(reason, match, reader),
    )


def evidence_of(quoted: Evidence) -> EvidenceAnswer:
    """What proves something, for the envelope."""
    return EvidenceAnswer(
        actor_id=quoted.actor_id,
        field=quoted.field,
        start=quoted.start,
        end=quoted.end,
        quote=quoted.quote,
    )
