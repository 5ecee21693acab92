"""What a question about recommendations is answered with: the HTTP envelope, printed by `--json`.

These pydantic models are the contract of `GET /recommendations`, written once: the routes declare
them, the CLI prints them, OpenAPI documents them.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KindCode = Literal["social_worker", "social_entrepreneur"]
SynergyCode = Literal["orienter", "co-construire", "mutualiser", "transposer"]
DirectionCode = Literal["a_to_b", "b_to_a"]
AvailabilityCode = Literal["available", "limited", "full"]


class Answer(BaseModel):
    """Base of every part of an answer: immutable, nothing undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActorSummary(Answer):
    """An actor as another may see it: no contact details, no vectors."""

    id: str
    kind: KindCode
    name: str
    organization: str | None
    commune: str | None = Field(description="Name of the commune, « Argenteuil ».")
    department: str | None = Field(description="INSEE code of the département, « 95 ».")


class Scores(Answer):
    """The main features of the pair, each in [0, 1]."""

    territory: float
    domain: float
    complementarity: float = Field(description="The chance that at least one direction holds.")
    a_to_b: float = Field(description="What the partner brings to the actor, a probability.")
    b_to_a: float = Field(description="What the actor brings to the partner, a probability.")


class ContributionAnswer(Answer):
    """What one feature adds to the log-odds of the score: value × weight."""

    feature: str
    value: float = Field(description="Of a direction of probability p: −ln(1 − p), in nats.")
    weight: float
    contribution: float


class EvidenceAnswer(Answer):
    """A real substring of a profile: `field` of the actor, characters `start` to `end`."""

    actor_id: str
    field: str
    start: int
    end: int
    quote: str


class GlossAnswer(Answer):
    """What a term of one side's trade means, for a reader of the other."""

    term: str = Field(description="As the lexicon spells it, « MECS ».")
    expansion: str = Field(description="In full, « maison d’enfants à caractère social ».")
    explanation: str = Field(description="One plain sentence, or nothing.")


class ReasonAnswer(Answer):
    """Why: a stable code, a sentence to show as it is, and the quotes that prove it."""

    code: str = Field(
        description="`offer_answers_need` says by itself where the two are and what they share; "
        "`same_commune`, `nearby`, `zone_covers`, `shared_domains` and `shared_publics` come only "
        "where it does not; `already_acquainted`."
    )
    direction: DirectionCode | None
    text: str
    evidence: list[EvidenceAnswer]
    glossary: list[GlossAnswer] = Field(
        description="Terms of the quotes and of the names, each once, that whoever asks may not "
        "know: those of the other side, or of both in the view of a territory."
    )


class RecommendationItem(Answer):
    """One ranked partner of `actor`; in the view of a territory, one ranked pair."""

    id: str = Field(description="Stable for a pair, whoever asks.")
    actor: ActorSummary
    partner: ActorSummary
    kind: SynergyCode
    score: float = Field(description="1 / (1 + exp(-sum of contributions)).", gt=0, lt=1)
    scores: Scores
    contributions: list[ContributionAnswer]
    reasons: list[ReasonAnswer]
    distance_km: float | None
    relation: Literal["unknown", "acquainted", "in_contact", "cooperating"]
    availability: AvailabilityCode


class AdviceAnswer(Answer):
    """What would help when little or nothing could be recommended."""

    code: str
    text: str
    field: str | None = Field(description="Which question of the profile to answer.")


class Recommendations(Answer):
    """The envelope: a page of items, and what they were computed with."""

    items: list[RecommendationItem]
    next_cursor: str | None
    index_version: str
    model: str
    weights: dict[str, float]
    advice: list[AdviceAnswer]
