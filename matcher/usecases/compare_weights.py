"""What other weights would change in a territory: who goes up or down, and who is seen more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.columns import Positions
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.profiles import Actor
from matcher.engine.synergies import BestOfEach
from matcher.scope import Scope
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.partners_of_each import partners_of_each
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import question_of, recommend
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

SHOWN = 6
"""Names in each list."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A synergy with its rank before and after, from 1; ``None`` where it is not among the best."""

    item: RecommendationItem
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Exposed:
    """Among the best partners of how many others somebody is, before and after."""

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
    """What would change, for the ``actors`` who act there.

    Those who gain most come first in ``gains``, those who lose most in ``losses``.
    """

    moved: tuple[Moved, ...]
    gains: tuple[Exposed, ...]
    losses: tuple[Exposed, ...]
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
    usual, other = (question_of(sight, one) for one in (query, replace(query, weights=weights)))
    if usual.weights == other.weights:  # the page as it opens: there is nothing to work out
        return Comparison(_moved(before, after), (), (), 0)
    best = [partners_of_each(application, snapshot, one) for one in (usual, other)]
    gains, losses = _told(application, snapshot, best[0].members, *map(_sought, best))
    return Comparison(_moved(before, after), gains, losses, len(best[0].partners))


def _sought(best: BestOfEach) -> Positions:
    """Among the best of how many others each is: int64 of shape (members,)."""
    named = best.partners[best.partners >= 0]
    return np.asarray(np.bincount(named, minlength=len(best.partners)), dtype=np.int64)


def _told(
    application: Application,
    snapshot: Snapshot,
    members: Sequence[Positions],
    before: Positions,
    after: Positions,
) -> tuple[tuple[Exposed, ...], tuple[Exposed, ...]]:
    """Who gains most and who loses most, without whoever refused or left since the snapshot."""
    gain, starts = after - before, np.cumsum([0, *map(len, members)])
    places: list[dict[int, tuple[ActorIndex, int]]] = []
    for change in (gain, -gain):
        rows = [
            row for row in np.argsort(-change, kind="stable")[:SHOWN].tolist() if change[row] > 0
        ]
        numbers = (np.searchsorted(starts, rows, side="right") - 1).tolist()
        places.append(
            {
                row: (snapshot.parts[number], int(members[number][row - starts[number]]))
                for row, number in zip(rows, numbers, strict=True)
            }
        )
    willing = application.willing(
        {part.ids[position] for some in places for part, position in some.values()}
    )
    gains, losses = (
        tuple(
            _exposed(part.actors[position], int(before[row]), int(after[row]))
            for row, (part, position) in some.items()
            if part.ids[position] in willing
        )
        for some in places
    )
    return gains, losses


def _exposed(actor: Actor, before: int, after: int) -> Exposed:
    return Exposed(actor.name, actor.organization, before, after)


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
