"""List the synergies of a territory in the order that is asked for, and say how many there are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from matcher.bootstrap import Application
from matcher.engine.recommending import known_of
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import RecommendationItem, Recommendations
from matcher.usecases.paging import Cursor, fingerprint
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import question_of, recommend
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

SORTED_AMONG = 100
"""Best synergies that are put in another order: to sort all of a territory is to read them all."""


class Order(StrEnum):
    """What comes first."""

    BEST = "best"
    NEAREST = "nearest"
    MUTUAL = "mutual"
    """Where each brings the other most: the weaker of the two directions decides."""
    NEW = "new"
    """Those who do not know each other before those who do, each the best first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a territory's synergies.

    ``total`` is how many there are above the minimum, ``None`` where nobody counted; ``exact`` is
    false where there are more than that. ``sorted_among`` is how many of the best were put in
    order, ``None`` where all are, best first. ``offset`` is how many come before this page.
    """

    found: Recommendations
    total: int | None
    exact: bool
    sorted_among: int | None
    offset: int


def list_synergies(
    application: Application, query: RecommendationQuery, order: Order, words: Words, scope: Scope
) -> Listing:
    """One page of ``query.limit`` synergies; raises as :func:`recommend` does.

    In any order but the best first, :data:`SORTED_AMONG` of the best are ordered, and no others
    follow: what comes first among them need not come first among all.
    """
    if order is Order.BEST:
        found = recommend(application, query, words, scope)
        offset = Cursor.decode(query.cursor).offset if query.cursor else 0
        total, exact = _count(application, query, scope)
        return Listing(found, total, exact, None, offset)
    whole = best_in_order(application, query, order, words, scope)
    asked = fingerprint((order, replace(query, cursor=None, limit=1), scope.departments))
    offset = _offset(query.cursor, asked, whole.index_version)
    items = whole.items
    following = offset + query.limit
    cursor = Cursor(whole.index_version, asked, following).encode()
    page = whole.model_copy(
        update={
            "items": items[offset:following],
            "next_cursor": cursor if following < len(items) else None,
            "advice": whole.advice if following >= len(items) and whole.next_cursor is None else [],
        }
    )
    total, exact = _count(application, query, scope)
    return Listing(page, total, exact, len(items) if whole.next_cursor else None, offset)


def best_in_order(
    application: Application, query: RecommendationQuery, order: Order, words: Words, scope: Scope
) -> Recommendations:
    """The :data:`SORTED_AMONG` best of a question in an order, whatever its page and limit.

    It has a next page where the question has more than these. Raises as :func:`recommend` does.
    """
    whole = recommend(application, replace(query, limit=SORTED_AMONG, cursor=None), words, scope)
    key = _KEYS.get(order)
    return (
        whole if key is None else whole.model_copy(update={"items": sorted(whole.items, key=key)})
    )


def _count(
    application: Application, query: RecommendationQuery, scope: Scope
) -> tuple[int | None, bool]:
    if query.kinds:
        return None, False
    question = question_of(Sight(application, scope), query)
    known = known_of(application.kept_pairs(application.snapshot().version), question)
    return known or (None, False)


def _offset(typed: str | None, asked: str, version: str) -> int:
    if typed is None:
        return 0
    cursor = Cursor.decode(typed)
    if cursor.question != asked:
        raise InvalidInput("cursor-of-another-question", pointer="cursor")
    if cursor.index_version != version:
        raise InvalidInput("cursor-outdated", pointer="cursor")
    return cursor.offset


def _distance(item: RecommendationItem) -> float:
    return float("inf") if item.distance_km is None else item.distance_km


_KEYS: dict[Order, Callable[[RecommendationItem], float]] = {
    Order.NEAREST: _distance,
    Order.MUTUAL: lambda item: -min(item.scores.a_to_b, item.scores.b_to_a),
    Order.NEW: lambda item: item.relation != "unknown",
}
"""By what the best are ordered; what is equal stays best first."""
