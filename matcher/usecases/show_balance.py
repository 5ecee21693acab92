"""Show how suggestions spread over a territory: who has no partner, and who is everybody's."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.columns import Numbers, Positions, code_of
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.synergies import BestOfEach
from matcher.scope import Scope
from matcher.usecases.answers import ActorSummary, AvailabilityCode
from matcher.usecases.partners_of_each import partners_of_each
from matcher.usecases.present import availability, summary
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import question_of
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

MANY = 6
"""Among the best of so many others, who does not say how many it takes is sought after."""

LISTED = 12
"""Names in each list; how many there are in all is said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An actor, and among the :data:`BEST` best partners of how many others it is."""

    actor: ActorSummary
    sought: int
    capacity: int | None
    availability: AvailabilityCode


@dataclass(frozen=True, slots=True)
class Balance:
    """Who of those who sit in a territory is alone, sought after, or takes hardly anybody.

    The counts are of all, the lists of :data:`LISTED` at most. ``overloaded`` are
    those whom more seek than they take in a month, or :data:`MANY` where they do not say; most
    sought first.
    """

    actors: int
    alone: tuple[Standing, ...]
    alone_count: int
    overloaded: tuple[Standing, ...]
    overloaded_count: int
    full: tuple[Standing, ...]
    full_count: int
    mean: float


@dataclass(frozen=True, slots=True)
class _Counted:
    """Numbers of one territory: the part, position and times sought of each who sits there."""

    part: Numbers
    position: Positions
    sought: Numbers
    alone: Numbers
    capacity: Numbers


def show_balance(
    application: Application, level: str, territory: str, words: Words, scope: Scope
) -> Balance:
    """Weigh a territory (a level and a typed identifier) with the actors in sight alone.

    Partners are looked for on the other side, among those who act in the territory too.
    """
    sight, snapshot = Sight(application, scope), application.snapshot()
    question = question_of(sight, RecommendationQuery(territories={level: territory}))
    best = partners_of_each(application, snapshot, question)
    counted = _count(snapshot.parts, best, territory)
    takes = counted.capacity
    loaded = np.where(takes > 1, counted.sought > takes, (takes < 0) & (counted.sought >= MANY))
    chosen = {
        "alone": _ordered(counted, np.flatnonzero(counted.alone)),
        "overloaded": _ordered(counted, np.flatnonzero(loaded)),
        "full": _ordered(counted, np.flatnonzero((takes == 0) | (takes == 1))),
    }
    shown = {
        name: _standings(sight, snapshot, counted, some, words) for name, some in chosen.items()
    }
    seen = {one.actor.id for some in shown.values() for one in some}
    application.recorder.seen(scope, "balance", sorted(seen))
    return Balance(
        actors=len(counted.sought),
        alone=shown["alone"],
        alone_count=len(chosen["alone"]),
        overloaded=shown["overloaded"],
        overloaded_count=len(chosen["overloaded"]),
        full=shown["full"],
        full_count=len(chosen["full"]),
        mean=round(float(counted.sought.mean()), 1) if len(counted.sought) else 0.0,
    )


def _count(parts: Iterable[ActorIndex], best: BestOfEach, territory: str) -> _Counted:
    """Count over all who act there, and keep those who sit there."""
    named = best.partners[best.partners >= 0]
    sought = np.bincount(named, minlength=len(best.partners))
    columns: list[list[Positions]] = [[], [], [], []]
    for number, (part, members) in enumerate(zip(parts, best.members, strict=True)):
        sites = part.columns.sites.containing.overlaps(code_of([territory]))
        here = sites[part.columns.site[members]]
        capacities = part.columns.capacities[members]
        values = (np.full(len(members), number), members, here, capacities)
        for column, value in zip(columns, values, strict=True):
            column.append(np.asarray(value, dtype=np.int64))
    part_of, position, here, capacity = (
        np.concatenate([np.zeros(0, dtype=np.int64), *column]) for column in columns
    )
    kept = np.flatnonzero(here)
    alone = best.partners[kept, 0] < 0
    numbers = [column[kept].astype(np.int32) for column in (part_of, sought, capacity)]
    return _Counted(numbers[0], position[kept], numbers[1], alone.astype(np.int32), numbers[2])


def _ordered(counted: _Counted, chosen: Positions) -> Positions:
    """The most sought first, then in the order of the index."""
    return np.asarray(chosen[np.argsort(-counted.sought[chosen], kind="stable")])


def _standings(
    sight: Sight, snapshot: Snapshot, counted: _Counted, chosen: Positions, words: Words
) -> tuple[Standing, ...]:
    """The first of them, without whoever refused or left since the snapshot."""
    first = chosen[:LISTED]
    places = [(snapshot.parts[counted.part[k]], int(counted.position[k])) for k in first]
    for part in {id(part): part for part, _ in places}.values():
        part.actors.fetch([position for one, position in places if one is part])
    willing = sight.application.willing({part.ids[position] for part, position in places})
    return tuple(
        _standing(part, position, int(counted.sought[k]), words)
        for k, (part, position) in zip(first, places, strict=True)
        if part.ids[position] in willing
    )


def _standing(part: ActorIndex, position: int, sought: int, words: Words) -> Standing:
    actor = part.actors[position]
    return Standing(summary(actor, words), sought, actor.capacity_per_month, availability(actor))
