"""What a plan of suggestions tells: its report, who gets what, who gets nothing, as JSON or CSV."""

import csv
import io
from collections.abc import Iterable

from pydantic import Field

from matcher.engine.assignment import Proposals, spread
from matcher.engine.columns import Positions
from matcher.usecases.answers import Answer
from matcher.usecases.export_actor import cell

KINDS = ("social_worker", "social_entrepreneur")
"""The two sides, as proposals have them: firsts, others."""


class SideSpread(Answer):
    """How suggestions fall on those of one side who could have one."""

    actors: int
    coverage: float = Field(description="Share of them who get at least one.")
    gini: float = Field(description="Of how many each gets: 0 alike, near 1 a few get all.")
    most: int


class Choice(Answer):
    """One way to choose among the proposals."""

    pairs: int
    worth: float = Field(description="Sum of the scores.")
    sides: dict[str, SideSpread]


class PlanReport(Answer):
    """How good a plan is: no choice has more than ``bound``; ``gap`` is what may be missing."""

    run: str
    territory: str | None
    month: str
    actors: int
    proposals: int
    mails: int
    chosen: Choice
    bound: float
    gap: float
    plain_top: Choice = Field(description="What mailing everybody's best would choose.")
    worth_only: Choice = Field(description="The choice if nobody's first counted more.")
    fairness_cost: float = Field(description="Share of the worth given up so that more get one.")
    left_out: dict[str, int]


class PlannedSuggestion(Answer):
    """One partner in somebody's mail."""

    partner_id: str
    partner: str
    score: float
    kind: str
    distance: str | None
    reason: str


class PlannedDigest(Answer):
    """One mail to come."""

    actor_id: str
    name: str
    suggestions: list[PlannedSuggestion]


class LeftOut(Answer):
    """Somebody who gets no mail, and why: a code and its sentence."""

    actor_id: str
    name: str
    code: str
    reason: str


class PlanAnswer(Answer):
    """A whole plan."""

    report: PlanReport
    digests: list[PlannedDigest]
    left_out: list[LeftOut]


COLUMNS = (
    "actor_id",
    "name",
    "partner_id",
    "partner",
    "score",
    "kind",
    "distance",
    "reason",
    "left_out",
)


def plan_as_csv(plan: PlanAnswer) -> str:
    """A line for each suggestion, then one for each who gets nothing; no cell is a formula."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for digest in plan.digests:
        for one in digest.suggestions:
            told = (one.partner_id, one.partner, f"{one.score:.4f}", one.kind, one.distance or "")
            lines.writerow(map(cell, (digest.actor_id, digest.name, *told, one.reason, "")))
    for left in plan.left_out:
        empty = ("",) * (len(COLUMNS) - 4)
        lines.writerow(map(cell, (left.actor_id, left.name, *empty, left.reason, left.code)))
    return written.getvalue()


def choice_of(proposals: Proposals, chosen: Positions) -> Choice:
    """Tell what a choice among proposals is worth, and how it falls on both sides."""
    return Choice(
        pairs=len(chosen),
        worth=float(proposals.worth[chosen].sum()),
        sides=dict(zip(KINDS, _spreads(proposals, chosen), strict=True)),
    )


def _spreads(proposals: Proposals, chosen: Positions) -> Iterable[SideSpread]:
    for owners in (proposals.firsts, proposals.others):
        found = spread(owners, chosen)
        yield SideSpread(
            actors=found.actors, coverage=found.coverage, gini=found.gini, most=found.most
        )
