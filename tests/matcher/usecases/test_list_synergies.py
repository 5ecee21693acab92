"""A territory's list: its kinds, its orders, its pages, and how many there are in truth."""

from dataclasses import replace
from typing import get_args

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Role, Scope
from matcher.usecases import recommend as recommending
from matcher.usecases.answers import RecommendationItem, SynergyCode
from matcher.usecases.list_choices import list_choices
from matcher.usecases.list_synergies import SORTED_AMONG, Listing, Order, list_synergies
from matcher.usecases.read_question import RecommendationQuery, faults_of
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
QUERY = RecommendationQuery(territories={"department": "95"}, limit=25)


def pages(
    application: Application, query: RecommendationQuery, order: Order = Order.BEST
) -> list[Listing]:
    found = [list_synergies(application, query, order, FRENCH, ME)]
    while found[-1].found.next_cursor:
        following = replace(query, cursor=found[-1].found.next_cursor)
        found.append(list_synergies(application, following, order, FRENCH, ME))
    return found


def items(listings: list[Listing]) -> list[RecommendationItem]:
    return [item for listing in listings for item in listing.found.items]


def test_all_pages_together_are_as_many_as_was_said(application: Application) -> None:
    walked = pages(application, replace(QUERY, limit=100))
    told = {(listing.total, listing.exact) for listing in walked}
    names = [item.id for item in items(walked)]
    assert told == {(len(names), True)}
    assert len(set(names)) == len(names)
    assert [listing.offset for listing in walked] == list(range(0, len(names), 100))


def test_each_kind_alone_gives_all_of_that_kind_in_the_same_order(
    application: Application,
) -> None:
    everything = items(pages(application, replace(QUERY, limit=100)))
    assert {item.kind for item in everything} >= {"orienter", "co-construire"}
    for kind in get_args(SynergyCode):
        walked = items(pages(application, replace(QUERY, kinds=(kind,))))
        assert walked == [item for item in everything if item.kind == kind]


def test_a_rare_kind_is_looked_for_no_further_than_said_and_goes_on(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = replace(QUERY, kinds=("mutualiser",))
    whole = items(pages(application, query))
    monkeypatch.setattr(recommending, "LOOKED_AT", 40)
    walked = pages(application, query)
    assert items(walked) == whole
    short = [one for one in walked if len(one.found.items) < query.limit]
    assert {one.found.advice[0].code for one in short[:-1]} == {"kind-is-rare"}
    assert "40" in short[0].found.advice[0].text
    assert walked[-1].found.advice[0].code == "no-other-of-kind"


@pytest.mark.parametrize("order", [one for one in Order if one is not Order.BEST])
def test_another_order_is_of_the_best_and_says_among_how_many(
    application: Application, order: Order
) -> None:
    best = list_synergies(application, replace(QUERY, limit=100), Order.BEST, FRENCH, ME)
    walked = pages(application, QUERY, order)
    assert {item.id for item in items(walked)} == {item.id for item in best.found.items}
    assert {listing.sorted_among for listing in walked} == {SORTED_AMONG}


def test_the_nearest_come_nearest_first(application: Application) -> None:
    far = [
        float("inf") if item.distance_km is None else item.distance_km
        for item in items(pages(application, QUERY, Order.NEAREST))
    ]
    assert far == sorted(far)


def test_the_most_mutual_come_first(application: Application) -> None:
    walked = items(pages(application, QUERY, Order.MUTUAL))
    shares = [min(item.scores.a_to_b, item.scores.b_to_a) for item in walked]
    assert shares == sorted(shares, reverse=True)


def test_those_who_know_each_other_come_last(application: Application) -> None:
    known = [item.relation != "unknown" for item in items(pages(application, QUERY, Order.NEW))]
    assert any(known)
    assert known == sorted(known)


def test_a_page_of_one_order_is_not_one_of_another(application: Application) -> None:
    first = list_synergies(application, QUERY, Order.NEAREST, FRENCH, ME)
    query = replace(QUERY, cursor=first.found.next_cursor)
    for order in (Order.BEST, Order.MUTUAL):
        with pytest.raises(InvalidInput, match="cursor-of-another-question"):
            list_synergies(application, query, order, FRENCH, ME)


def test_nobody_out_of_sight_is_listed_or_counted(application: Application) -> None:
    query = RecommendationQuery(territories={"region": "11"}, limit=100)
    for order in Order:
        listing = list_synergies(application, query, order, FRENCH, IN_95)
        ends = [one for item in listing.found.items for one in (item.actor, item.partner)]
        assert {one.department for one in ends} <= {"95", None}
    seen = list_synergies(application, query, Order.BEST, FRENCH, IN_95).total
    everybody = list_synergies(application, query, Order.BEST, FRENCH, ME).total
    assert seen is not None
    assert everybody is not None
    assert seen < everybody


def test_every_wrong_value_is_told_and_not_only_the_first(application: Application) -> None:
    wrong = RecommendationQuery(
        territories={"department": "zzz"}, domains=("x",), radius_km=-1, kinds=("marier",)
    )
    pointers = {error.pointer for error in faults_of(wrong, application.referential)}
    assert pointers == {"department", "domain", "radius_km", "kind"}
    assert faults_of(QUERY, application.referential) == []


def test_what_a_form_proposes_is_what_a_question_accepts(application: Application) -> None:
    choices = list_choices()
    domains = [one.code for head, leaves in choices.domains for one in (head, *leaves)]
    publics = tuple(one.code for one in choices.publics)
    query = RecommendationQuery(domains=tuple(domains), publics=publics, kinds=choices.kinds)
    assert faults_of(query, application.referential) == []
    assert len(domains) > 80
