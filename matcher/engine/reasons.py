"""Why a pair is proposed: codes with parameters and evidence, never words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from matcher.engine.actor_columns import declared_publics, named
from matcher.engine.index import ActorIndex
from matcher.engine.links import Evidence, Link, links, names_resource
from matcher.engine.scoring import Score
from matcher.engine.shared import in_common
from matcher.engine.territory import acts_at, distance_km

Way = Literal["a_to_b", "b_to_a"]
"""Towards whom something goes: from b to a is ``a_to_b``, « what b brings to a »."""

FAR_KM = 100.0
"""Beyond this, what one does can be taken over by the other, not shared with it."""

EXCHANGE = 0.4
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
    """Give the reasons for a pair: the exchanges, strongest first, then what they do not say yet.

    An exchange (``offer_answers_need``) says by itself where the two are (``commune``,
    ``distance_km``, ``covered``) and what its two ends share (``domains``, ``publics``).
    """
    flows: list[tuple[Way, Link]] = [("a_to_b", link) for link in links(one, a, many, b)]
    flows += [("b_to_a", link) for link in links(many, b, one, a)]
    flows.sort(key=lambda flow: (-flow[1].probability, flow[1].needy.id))
    nearness = _nearness(one, a, many, b)
    reasons = [_answer(direction, link, nearness, one.today) for direction, link in flows]
    reasons += _untold(reasons, nearness, one, a, many, b)
    if score.value("relation"):
        reasons.append(Reason("already_acquainted"))
    kind = _kind(one, many, score, flows[0] if flows else None, nearness.distance_km)
    return Explanation(kind, tuple(reasons), nearness.distance_km)


@dataclass(frozen=True, slots=True)
class _Nearness:
    """Where two actors are to each other; ``covered``: who finds the other's zone at home."""

    commune: str | None
    distance_km: float | None
    covered: tuple[Way, ...]

    @property
    def near(self) -> bool:
        return self.distance_km is not None and self.distance_km <= FAR_KM

    def parameters(self) -> dict[str, object]:
        """What an exchange says of it: the nearest thing that is true."""
        told: dict[str, object] = {"commune": self.commune} if self.commune else {}
        if self.distance_km is not None:
            told["distance_km"] = self.distance_km
        if self.covered and not self.near:
            told["covered"] = self.covered
        return told

    def reasons(self) -> list[Reason]:
        """The same as reasons of their own."""
        if self.commune:
            return [Reason("same_commune", None, {"commune": self.commune})]
        if self.near:
            return [Reason("nearby", None, {"distance_km": self.distance_km})]
        return [Reason("zone_covers", direction) for direction in self.covered]


def _nearness(one: ActorIndex, a: int, many: ActorIndex, b: int) -> _Nearness:
    mine, theirs = one.actors[a].place, many.actors[b].place
    kilometres = distance_km(one.columns, a, many.columns, b)
    ways: list[tuple[Way, bool]] = [
        ("a_to_b", acts_at(many.columns, b, one.columns, a, kilometres)),
        ("b_to_a", acts_at(one.columns, a, many.columns, b, kilometres)),
    ]
    together = mine and theirs and mine.commune and mine.commune == theirs.commune
    return _Nearness(
        mine.name if mine and together else None,
        kilometres,
        tuple(direction for direction, true in ways if true),
    )


def _answer(direction: Way, link: Link, nearness: _Nearness, today: date) -> Reason:
    domains, publics = in_common(link, today)
    parameters = {
        "needy": link.needy.id,
        "giver": link.giver.id,
        "probability": link.probability,
        "domains": domains,
        "publics": publics,
        **nearness.parameters(),
    }
    return Reason("offer_answers_need", direction, parameters, link.evidence())


def _untold(
    exchanges: list[Reason],
    nearness: _Nearness,
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    b: int,
) -> list[Reason]:
    """What no exchange says: nearness where there is none, what only the profiles share.

    An exchange is said with a thématique or, for want of one, with a public.
    """
    reasons = [] if exchanges else nearness.reasons()
    about = any(exchange.parameters["domains"] for exchange in exchanges)
    told = any(
        exchange.parameters["publics"] and not exchange.parameters["domains"]
        for exchange in exchanges
    )
    mine, theirs = one.columns, many.columns
    shared: list[tuple[str, frozenset[str]]] = []
    if not about and (codes := mine.domains.share(a, theirs.domains, b)):
        shared.append(("shared_domains", named(codes, one.theme_names(a))))
    if not told and (codes := mine.named_publics.share(a, theirs.named_publics, b)):
        shared.append(("shared_publics", named(codes, declared_publics(one.actors[a]))))
    reasons += [
        Reason(code, None, {"codes": tuple(sorted(names))}) for code, names in shared if names
    ]
    return reasons


def _kind(
    one: ActorIndex,
    many: ActorIndex,
    score: Score,
    best: tuple[Way, Link] | None,
    distance: float | None,
) -> SynergyKind:
    if distance is not None and distance > FAR_KM:
        return SynergyKind.TRANSPOSE
    if min(score.probability("a_to_b"), score.probability("b_to_a")) >= EXCHANGE:
        return SynergyKind.CO_BUILD
    if best is not None:
        needy, giver = (one, many) if best[0] == "a_to_b" else (many, one)
        if names_resource(needy, giver, best[1]):
            return SynergyKind.SHARE
    return SynergyKind.REFER
