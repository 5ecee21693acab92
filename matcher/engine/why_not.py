"""Why one actor is not proposed to another: what stands in the way, as codes with parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from matcher.engine.candidates import Filters, Sides, passing
from matcher.engine.complementarity import ANSWERED, answers_between, exchanges, logits_between
from matcher.engine.features import acquainted
from matcher.engine.index import ActorIndex
from matcher.engine.links import Evidence, quote
from matcher.engine.matching import sigmoid
from matcher.engine.pairs import Question, worth_proposing
from matcher.engine.profiles import Role
from matcher.engine.reasons import Way
from matcher.engine.scoring import score_pair
from matcher.engine.territory import NEARBY_KM, can_meet, distance_km

LIKELY = 0.55
"""How well an offer would have to answer, but for what it leaves out, for that to be the reason."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way; ``direction`` is ``a_to_b`` for what b would bring to a.

    ``evidence`` quotes what proves it: the need, then the offer.
    """

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    direction: Way | None = None
    evidence: tuple[Evidence, ...] = ()


def obstacles(
    one: ActorIndex, a: int, many: ActorIndex, b: int, question: Question
) -> tuple[Obstacle, ...]:
    """Everything that keeps ``b`` from being proposed to ``a``; none where it is proposed.

    What decides before any score comes first, then what no sentence proves, then the score.
    """
    found = [
        *_set_apart(one, a, many, b, question.filters),
        *_out_of_reach(one, a, many, b, question.filters),
        *_filtered(many, b, question.filters),
    ]
    unproved = tuple(_unproved(one, a, many, b))
    found += unproved
    if not unproved and not _worth_it(one, a, many, b, question):
        score = score_pair(one, a, many, b, question.weights).score
        least = question.minimum_score
        enough = question.filters.direction is not None and score >= least
        code = "other_direction" if enough else "below_minimum"
        found.append(Obstacle(code, {"score": score, "minimum_score": least}))
    return tuple(found)


def _set_apart(
    one: ActorIndex, a: int, many: ActorIndex, b: int, filters: Filters
) -> Iterator[Obstacle]:
    mine, theirs = one.columns, many.columns
    firsts, others = np.array([a]), np.array([b])
    ends = mine.identities[firsts], theirs.identities[others]
    if filters.apart is not None and filters.apart.hold(*ends)[0]:
        yield Obstacle("declined")
    if filters.exclude_known and acquainted(mine, firsts, theirs, others)[0]:
        yield Obstacle("already_known")
    if filters.sides is Sides.CROSS and mine.social_workers[a] == theirs.social_workers[b]:
        yield Obstacle("same_side", {"kind": many.actors[b].kind.value})


def _out_of_reach(
    one: ActorIndex, a: int, many: ActorIndex, b: int, filters: Filters
) -> Iterator[Obstacle]:
    """Too far for the distance that was asked for, or else for both of them."""
    distance = distance_km(one.columns, a, many.columns, b)
    told: dict[str, object] = {"distance_km": distance}
    if filters.radius_km is not None:
        if distance is None or distance > filters.radius_km:
            yield Obstacle("beyond_radius", told | {"radius_km": filters.radius_km})
    elif not _meets(one, a, many, b):
        radii = {"radius_km": one.actors[a].radius_km, "its_radius_km": many.actors[b].radius_km}
        yield Obstacle("too_far", told | radii | {"nearby_km": NEARBY_KM})


def _meets(one: ActorIndex, a: int, many: ActorIndex, b: int) -> bool:
    """As ``territory.reachable`` finds it: who says nothing of where it acts asks everybody."""
    columns = one.columns
    if not len(columns.sites.containing.row(columns.site[a])) and not len(columns.zones.row(a)):
        return True
    return bool(can_meet(columns, np.array([a]), many.columns, np.array([b]))[0])


def _filtered(many: ActorIndex, b: int, filters: Filters) -> Iterator[Obstacle]:
    """Filters that look at the other alone, one by one."""
    alone = {
        "elsewhere": Filters(territories=filters.territories),
        "other_domain": Filters(domains=filters.domains),
        "other_public": Filters(publics=filters.publics),
    }
    position = np.array([b])
    for code, one in alone.items():
        if not passing(many, position, one)[0]:
            yield Obstacle(code)


def _unproved(one: ActorIndex, a: int, many: ActorIndex, b: int) -> Iterator[Obstacle]:
    """No need of one that the other credibly answers: silence, an exclusion, or mere distance."""
    received, given = (float(way[0]) for way in exchanges(one, a, many, np.array([b])))
    if max(received, given) >= ANSWERED:
        return
    speaks = [
        (index.needs.speaks(np.array([k]))[0], index.offers.speaks(np.array([k]))[0])
        for index, k in ((one, a), (many, b))
    ]
    (asks, gives), (it_asks, it_gives) = speaks
    if not (asks and it_gives) and not (gives and it_asks):
        yield Obstacle("says_too_little", {"silent": not (asks or gives)})
        return
    shut = [*_shut_out("a_to_b", one, a, many, b), *_shut_out("b_to_a", many, b, one, a)]
    if shut:
        yield max(shut, key=lambda each: float(str(each.parameters["probability"])))
        return
    yield _nearest("a_to_b" if received >= given else "b_to_a", one, a, many, b)


def _shut_out(way: Way, needy: ActorIndex, a: int, giver: ActorIndex, b: int) -> list[Obstacle]:
    """Needs that an offer would answer if it did not leave out what they are about."""
    rows = giver.offers.span_of(b)
    needs = needy.needs.span_of(a)
    logits = logits_between(needy, a, Role.NEED, giver, np.arange(rows.start, rows.stop))
    left_out = [_exclusions(giver.offers.rows.terms.row(row)) for row in rows]
    found = []
    for i, need in enumerate(needs):
        alarms = _exclusions(needy.needs.rows.terms.row(need))
        for j, offered in enumerate(left_out):
            cost = sum(alarms[code] * offered[code] for code in alarms.keys() & offered.keys())
            if cost >= 0:
                continue
            logit = float(logits[i, j]) - needy.model.lexical * cost
            probability = float(sigmoid(np.array([logit]))[0])
            if probability >= LIKELY:
                ends = _quotes(needy, a, need, giver, b, rows[j])
                found.append(Obstacle("excluded", {"probability": probability}, way, ends))
    return found


def _exclusions(terms: Mapping[int, float]) -> dict[int, float]:
    """Of the terms of a passage, those that it leaves out: their codes are negative."""
    return {code: weight for code, weight in terms.items() if code < 0 and weight}


def _nearest(way: Way, one: ActorIndex, a: int, many: ActorIndex, b: int) -> Obstacle:
    """The need that comes nearest to an answer, which is none."""
    if way == "b_to_a":
        one, a, many, b = many, b, one, a
    rows = many.offers.span_of(b)
    answers = answers_between(one, a, Role.NEED, many, np.arange(rows.start, rows.stop))
    if not answers.size:
        return Obstacle("unanswered", {"probability": 0.0}, way)
    row, column = divmod(int(answers.argmax()), len(rows))
    ends = _quotes(one, a, one.needs.span_of(a)[row], many, b, rows[column])
    return Obstacle("unanswered", {"probability": float(answers[row, column])}, way, ends)


def _quotes(
    needy: ActorIndex, a: int, need: int, giver: ActorIndex, b: int, offer: int
) -> tuple[Evidence, Evidence]:
    return (
        quote(needy.actors[a], Role.NEED, needy.needs.passage(need)),
        quote(giver.actors[b], Role.OFFER, giver.offers.passage(offer)),
    )


def _worth_it(one: ActorIndex, a: int, many: ActorIndex, b: int, question: Question) -> bool:
    """By the very rule that recommendations keep."""
    firsts, others = np.array([a]), np.array([b])
    exchanged = exchanges(one, a, many, others)
    return bool(len(worth_proposing(one, firsts, many, others, exchanged, question).others))
