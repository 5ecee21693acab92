"""What other weights would change in a territory: who goes up or down, and who is seen more."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.bootstrap import Application
from matcher.engine.columns import code_of
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.recommending import Question, partners_of
from matcher.engine.territory import present
from matcher.scope import Scope
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.usecases.recommend import recommend
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

ASKERS = 60
"""Actors of the territory who are asked for their partners; said on the page where it has more."""

BEST, SHOWN = 5, 6


@dataclass(frozen=True, slots=True)
class Moved:
    """A synergy with its rank before and after, from 1; ``None`` where it is not among the best."""

    item: RecommendationItem
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Exposed:
    """How often somebody comes among the best partners of the others, before and after."""

    name: str
    organization: str | None
    before: int
    after: int

    @property
    def gain(self) -> int:
        """Times more; fewer where it is negative."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change; ``askers`` of ``actors`` who sit there were asked for their best.

    Those who gain come first in ``gains``, those who lose most in ``losses``.
    """

    moved: tuple[Moved, ...]
    gains: tuple[Exposed, ...]
    losses: tuple[Exposed, ...]
    askers: int
    actors: int

    @property
    def changes(self) -> bool:
        """Whether anything would."""
        moves = any(one.before != one.after for one in self.moved)
        return moves or bool(self.gains or self.losses)


def compare_weights(
    application: Application,
    territories: Mapping[str, str],
    weights: Mapping[str, float],
    words: Words,
    scope: Scope,
    first: int = 10,
) -> Comparison:
    """Ask the engine the same questions with the usual weights and with others.

    Raises InvalidInput for a territory or a weight that is wrong.
    """
    query = RecommendationQuery(territories=territories, limit=first)
    before, after = (
        recommend(application, one, words, scope).items
        for one in (query, replace(query, weights=weights))
    )
    sight, snapshot = Sight(application, scope), application.snapshot()
    usual, other = (_question(sight, one) for one in (query, replace(query, weights=weights)))
    askers = _sitting(snapshot, sight, usual)
    some = askers[:ASKERS]
    if usual.weights == other.weights:  # the page as it opens: there is nothing to work out
        return Comparison(_moved(before, after), (), (), len(some), len(askers))
    seen = [_exposure(snapshot, some, question) for question in (usual, other)]
    gains, losses = _told(snapshot, *seen)
    return Comparison(_moved(before, after), gains, losses, len(some), len(askers))


def _question(sight: Sight, query: RecommendationQuery) -> Question:
    matching = sight.application.matching
    question = read_question(
        query, sight.application.referential, matching.weights, matching.minimum_score
    )
    return replace(question, filters=replace(question.filters, bounds=sight.bounds))


def _sitting(snapshot: Snapshot, sight: Sight, question: Question) -> list[tuple[ActorIndex, int]]:
    """Who sits in the territory, in an order that says nothing of anybody and never changes."""
    wanted = code_of(question.filters.territories)
    found = []
    for part in snapshot.parts:
        for side in (0, 1):
            there = present(part, wanted, side)
            if sight.bounds is not None:
                there = there[sight.bounds.hold(part, there)]
            found += [(int(part.columns.identities[one]), part, int(one)) for one in there]
    return [(part, one) for _, part, one in sorted(found, key=lambda told: told[0])]


def _exposure(
    snapshot: Snapshot, askers: Sequence[tuple[ActorIndex, int]], question: Question
) -> Counter[str]:
    question = replace(question, filters=replace(question.filters, territories=()))
    seen: Counter[str] = Counter()
    for part, one in askers:
        for match in partners_of(part, one, snapshot, question, BEST):
            seen[match.many.ids[match.b]] += 1
    return seen


def _told(
    snapshot: Snapshot, before: Counter[str], after: Counter[str]
) -> tuple[tuple[Exposed, ...], tuple[Exposed, ...]]:
    differ = [name for name in before.keys() | after.keys() if before[name] != after[name]]
    differ.sort(key=lambda name: (before[name] - after[name], name))
    gains = [name for name in differ if after[name] > before[name]][:SHOWN]
    losses = [name for name in reversed(differ) if after[name] < before[name]][:SHOWN]
    shown = {name: snapshot.find(name) for name in (*gains, *losses)}
    told = {}
    for name, found in shown.items():
        if found is not None:
            actor = found[0].actors[found[1]]
            told[name] = Exposed(actor.name, actor.organization, before[name], after[name])
    return (
        tuple(told[name] for name in gains if name in told),
        tuple(told[name] for name in losses if name in told),
    )


def _moved(
    before: Sequence[RecommendationItem], after: Sequence[RecommendationItem]
) -> tuple[Moved, ...]:
    ranks, following = (
        {item.id: (rank, item) for rank, item in enumerate(items, start=1)}
        for items in (before, after)
    )
    names = [*following, *(name for name in ranks if name not in following)]
    return tuple(
        Moved(
            (following.get(name) or ranks[name])[1],
            ranks[name][0] if name in ranks else None,
            following[name][0] if name in following else None,
        )
        for name in names
    )
