"""The order of pairs is that of a full search at every place."""

from collections import Counter
from collections.abc import Hashable, Iterable
from time import thread_time

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from matcher.engine.ranking import DOUBLED, FULL, REPEATED, Ranked, rank_lazily

QUICK = settings(deadline=None, max_examples=150)


@st.composite
def _pairs(draw: DrawFn) -> list[Ranked]:
    names = draw(st.lists(st.integers(0, 99), unique=True, max_size=12))
    keys = st.lists(st.sampled_from("ABC"), max_size=3).map(tuple)
    meetings = st.none() | st.sampled_from(("one meeting", "another"))
    tenths = st.integers(-20, 20).map(lambda tenth: tenth / 10)
    return [
        Ranked(f"{name:02}", draw(tenths), None, draw(keys), draw(st.booleans()), draw(meetings))
        for name in names
    ]


@QUICK
@given(_pairs())
def test_ranking_equals_a_greedy_search_among_all_that_remain(pairs: list[Ranked]) -> None:
    assert rank(pairs) == _greedy(pairs)


@QUICK
@given(data=st.data(), pairs=_pairs())
def test_ranking_does_not_depend_on_the_order_given(
    data: st.DataObject, pairs: list[Ranked]
) -> None:
    assert rank(data.draw(st.permutations(pairs))) == rank(pairs)


@QUICK
@given(_pairs(), st.integers(0, 13))
def test_the_first_places_are_those_of_the_whole_order(pairs: list[Ranked], first: int) -> None:
    assert rank(pairs, first) == rank(pairs)[:first]


def test_the_first_places_among_very_many_pairs_come_quickly() -> None:
    pairs = [
        Ranked(f"{a:03}-{b:03}", (a * b % 97) / 30, a, (f"a{a}", f"b{b}"))
        for a in range(200)
        for b in range(200)
    ]
    before = thread_time()

    places = rank(pairs, 50)

    assert thread_time() - before < 5
    assert len({pair.found for pair in places}) > 25


def test_equal_pairs_go_by_id() -> None:
    pairs = [Ranked(name, 1.0, None) for name in ("c", "a", "b")]

    assert [pair.id for pair in rank(pairs)] == ["a", "b", "c"]


def test_an_organisation_shown_again_gives_way_to_one_nearly_as_good() -> None:
    pairs = [
        Ranked("first", 2.0, None, ("relais",)),
        Ranked("same again", 1.9, None, ("relais",)),
        Ranked("nearly as good", 1.9 - REPEATED / 2, None, ("maison",)),
        Ranked("much worse", 1.9 - 2 * REPEATED, None, ("tiers-lieu",)),
    ]

    assert [pair.id for pair in rank(pairs)] == [
        "first",
        "nearly as good",
        "same again",
        "much worse",
    ]


def test_the_same_meeting_again_comes_after_every_other_that_is_worth_it() -> None:
    pairs = [
        Ranked("first", 2.0, None, meeting="relais"),
        Ranked("under another name", 2.0, None, meeting="relais"),
        Ranked("like no other", 2.0 - DOUBLED + 0.1, None),
        Ranked("nor this", 2.0 - DOUBLED - 0.1, None),
    ]

    assert [pair.id for pair in rank(pairs)] == [
        "first",
        "like no other",
        "under another name",
        "nor this",
    ]


def test_who_takes_nobody_new_comes_later_but_still_comes() -> None:
    pairs = [Ranked("full", 2.0, None, full=True), Ranked("free", 2.0 - FULL / 2, None)]

    assert [pair.id for pair in rank(pairs)] == ["free", "full"]


def _greedy(pairs: list[Ranked]) -> list[Ranked]:
    shown: Counter[Hashable] = Counter()
    left, ordered = list(pairs), []
    while left:
        best = min(left, key=lambda pair: (-_worth(pair, shown), pair.id))
        left.remove(best)
        ordered.append(best)
        shown.update((*best.exposes, best.meeting))
    return ordered


def _worth(pair: Ranked, shown: Counter[Hashable]) -> float:
    times = sum(shown[key] for key in pair.exposes)
    doubled = 0 if pair.meeting is None else shown[pair.meeting]
    return pair.logit - REPEATED * times - DOUBLED * doubled - FULL * pair.full


def rank(pairs: Iterable[Ranked], first: int | None = None) -> list[Ranked]:
    return rank_lazily(sorted(pairs, key=lambda pair: -pair.logit), first)
