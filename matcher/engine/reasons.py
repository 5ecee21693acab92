"""Why a pair is proposed: codes with parameters and evidence, never words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np

from matcher.engine.index import ALL_PUBLICS, ActorIndex, domains_of, publics_of
from matcher.engine.links import Evidence, Link, links
from matcher.engine.scoring import Score
from matcher.engine.territory import coverage, distances_km

Way = Literal["a_to_b", "b_to_a"]
"""Towards whom something goes: from b to a is ``a_to_b``, « what b brings to a »."""

FAR_KM = 100.0
"""Beyond this, what one does can be taken over by the other, not shared with it."""

EXCHANGE = 0.3
"""Complementarity from which a direction counts as an exchange."""


class SynergyKind(StrEnum):
    """What two actors could do together, in the programme's own words."""

    REFER = "orienter"
    CO_BUILD = "co-construire"
    SHARE = "mutualiser"
    TRANSPOSE = "transposer"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; ``direction`` is ``a_to_b`` for what b brings to a, ``None`` for both alike."""

    code: str
    direction: Way | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything said of a pair besides its score; the distance is ``None`` where unknown."""

    kind: SynergyKind
    reasons: tuple[Reason, ...]
    distance_km: float | None


def explain(one: ActorIndex, a: int, many: ActorIndex, b: int, score: Score) -> Explanation:
    """Give the reasons for a pair: the exchanges, strongest first, then what the two share."""
    flows: list[tuple[Way, Link]] = [("a_to_b", link) for link in links(one, a, many, b)]
    flows += [("b_to_a", link) for link in links(many, b, one, a)]
    flows.sort(key=lambda flow: (-flow[1].probability, flow[1].needy.id))
    kilometres = float(distances_km(one.columns, a, many.columns, np.array([b]))[0])
    distance = None if np.isnan(kilometres) else kilometres
    reasons = [_answer(direction, link) for direction, link in flows]
    reasons += _nearness(one, a, many, b, distance)
    reasons += _shared(one, a, many, b, score)
    kind = _kind(one, score, flows[0][1] if flows else None, distance)
    return Explanation(kind, tuple(reasons), distance)


def _answer(direction: Way, link: Link) -> Reason:
    parameters = {"needy": link.needy.id, "giver": link.giver.id, "probability": link.probability}
    return Reason("offer_answers_need", direction, parameters, link.evidence())


def _nearness(
    one: ActorIndex, a: int, many: ActorIndex, b: int, distance: float | None
) -> list[Reason]:
    mine, theirs = one.actors[a].place, many.actors[b].place
    if mine and theirs and mine.commune and mine.commune == theirs.commune:
        return [Reason("same_commune", None, {"commune": mine.name})]
    far = np.array([np.nan if distance is None else distance])
    reaches, reached = coverage(one.columns, a, many.columns, np.array([b]), far)
    if distance is not None and distance <= FAR_KM:
        return [Reason("nearby", None, {"distance_km": distance})]
    covers: list[tuple[Way, bool]] = [("a_to_b", bool(reached[0])), ("b_to_a", bool(reaches[0]))]
    return [Reason("zone_covers", direction) for direction, true in covers if true]


def _shared(one: ActorIndex, a: int, many: ActorIndex, b: int, score: Score) -> list[Reason]:
    mine, theirs = one.actors[a], many.actors[b]
    domains = domains_of(mine, one.today) & domains_of(theirs, many.today)
    publics = publics_of(mine, one.today) & publics_of(theirs, many.today) - {ALL_PUBLICS}
    reasons = []
    if domains:
        reasons.append(Reason("shared_domains", None, {"codes": tuple(sorted(domains))}))
    if publics:
        reasons.append(Reason("shared_publics", None, {"codes": tuple(sorted(publics))}))
    if score.value("relation"):
        reasons.append(Reason("already_acquainted"))
    return reasons


def _kind(one: ActorIndex, score: Score, best: Link | None, distance: float | None) -> SynergyKind:
    if distance is not None and distance > FAR_KM:
        return SynergyKind.TRANSPOSE
    if min(score.value("a_to_b"), score.value("b_to_a")) >= EXCHANGE:
        return SynergyKind.CO_BUILD
    if best is not None and best.terms() & one.model.resources:
        return SynergyKind.SHARE
    return SynergyKind.REFER
