"""The page of a pair: what both wrote with what is linked marked, and points that add up."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.bootstrap import Application
from matcher.engine.scoring import score_of
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.usecases.compare_pair import Comparison, ProfileInPair, compare_pair, stretches
from matcher.usecases.give_feedback import Feedback, give_feedback
from matcher.usecases.judge_pair import judge_pair
from matcher.usecases.pair_in_sight import pair_in_sight
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.weigh_pair import POINTS, points_of
from matcher.wording.words import Words

ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
PAIR = ("odile", "roues")

pytestmark = pytest.mark.sqlite_only


def compared(application: Application, pair: tuple[str, str] = PAIR) -> Comparison:
    return compare_pair(application, *pair, FRENCH, ALL)


def texts_of(profile: ProfileInPair) -> dict[str, str]:
    return {
        said.field: "".join(part.text for part in said.stretches)
        for said in (*profile.needs, *profile.offers)
    }


def marks_of(profile: ProfileInPair) -> list[tuple[str, int, str]]:
    return [
        (said.field, part.link, part.text)
        for said in (*profile.needs, *profile.offers)
        for part in said.stretches
        if part.link is not None
    ]


@given(data=st.data(), text=st.text(max_size=30))
@settings(deadline=None)
def test_stretches_join_to_the_whole_text_and_lose_no_quote(data: st.DataObject, text: str) -> None:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    drawn = data.draw(st.lists(ends, max_size=4))
    quotes = [(begun, end, number) for number, (begun, end) in enumerate(drawn, 1)]
    cut = stretches(text, quotes)
    assert "".join(part.text for part in cut) == text
    assert all(part.text for part in cut)
    marked = [part.link is not None for part in cut for _ in part.text]
    assert marked == [any(b <= k < e for b, e, _ in quotes) for k in range(len(text))]


def test_both_profiles_are_whole_and_each_link_is_marked_in_both(
    desk: Application, worker_row: dict[str, Any], entrepreneur_row: dict[str, Any]
) -> None:
    shown = compared(desk)
    for profile, row in ((shown.actor, worker_row), (shown.partner, entrepreneur_row)):
        wrote = {f"{role}[{k}]": t for role in ("needs", "offers") for k, t in enumerate(row[role])}
        assert texts_of(profile) == wrote
    ways = {link.direction: link for link in shown.links}
    to_me, to_it = ways["a_to_b"], ways["b_to_a"]
    assert [link.number for link in shown.links] == [1, 2]
    assert marks_of(shown.actor) == [
        ("needs[0]", to_me.number, to_me.need.quote),
        ("offers[0]", to_it.number, to_it.offer.quote),
    ]
    assert marks_of(shown.partner) == [
        ("needs[0]", to_it.number, to_it.need.quote),
        ("offers[1]", to_me.number, to_me.offer.quote),
    ]


def test_on_the_fixtures_every_mark_is_a_quote_and_points_add_up(application: Application) -> None:
    query = RecommendationQuery(territories={"department": "95"}, limit=15)
    for item in recommend(application, query, FRENCH, ALL).items:
        pair = (item.actor.id, item.partner.id)
        shown = compared(application, pair)
        assert shown.item == item
        assert (shown.proposed, shown.obstacles) == (True, [])
        for profile in (shown.actor, shown.partner):
            said = texts_of(profile)
            for card, name in ((profile.card.needs, "needs"), (profile.card.offers, "offers")):
                assert [said[f"{name}[{k}]"] for k in range(len(card))] == [c.text for c in card]
            assert all(text in said[field] for field, _, text in marks_of(profile))
        logit = pair_in_sight(application, *pair, ALL).match.score.logit
        assert sum(part.points for part in shown.parts) == round(logit * POINTS)
        for part in shown.parts:
            assert (part.points > 0, part.points < 0) == (
                part.sense == "for",
                part.sense == "against",
            )
            assert not any(
                text.startswith("pair.") or "{" in text for text in (part.label, part.said)
            )


@given(values=st.lists(st.floats(-9, 9), min_size=9, max_size=9))
def test_points_add_up_and_none_is_a_point_away_from_what_it_stands_for(
    values: list[float],
) -> None:
    names = "base territory domain publics a_to_b b_to_a relation one_way freshness".split()
    score = score_of(np.array(values), dict.fromkeys(names, 1.0))
    points = points_of(score)
    assert sum(points.values()) == round(score.logit * POINTS)
    for part in score.contributions:
        assert abs(points[part.feature] - part.contribution * POINTS) <= 1


def test_a_pair_that_is_not_proposed_says_why(desk: Application) -> None:
    assert compared(desk).proposed
    say(desk, ALL, "declined")
    shown = compared(desk)
    assert not shown.proposed
    assert shown.obstacles == [FRENCH.say("why_not.declined")]


def say(application: Application, scope: Scope, verdict: Any, reason: str = "") -> None:
    said = Feedback(*PAIR, verdict, reason)
    give_feedback(application, judge_pair(application, *PAIR, FRENCH, ALL).id, said, scope)


def test_history_tells_who_said_what_as_a_reader_may_know_it(desk: Application) -> None:
    odile = Scope(Role.PRACTITIONER, "actor:odile", actor_id="odile")
    say(desk, odile, "accepted")
    say(desk, IN_95, "declined", "too_far: pas de bus")
    say(desk, ALL, "note", "à revoir en mars")
    mine, theirs, hers = compared(desk).history
    assert (mine.by, mine.mine, mine.verdict, mine.reason) == (
        *("vous", True, "note"),
        "à revoir en mars",
    )
    assert (theirs.by, theirs.mine) == ("une coordination", False)
    assert theirs.reason == f"{FRENCH.say('page.answer.reason.too_far')} (pas de bus)"
    assert (hers.by, hers.text) == ("Odile Tremblay", "souhaite la rencontre")


def test_who_said_yes_is_shown_as_in_contact(desk: Application) -> None:
    assert compared(desk).item.relation != "in_contact"
    say(desk, ALL, "accepted")
    assert compared(desk).item.relation == "in_contact"


def answer_to(application: Application, pair: tuple[str, str]) -> tuple[str, str | None, str]:
    with pytest.raises(NotFound) as refused:
        compare_pair(application, *pair, FRENCH, IN_95)
    return refused.value.code, refused.value.pointer, FRENCH.error(refused.value)


@pytest.mark.parametrize("hidden", ["es-bondy-cuisine-01", "es-drancy-laptop-01"])
def test_who_is_elsewhere_is_as_unknown_as_nobody(application: Application, hidden: str) -> None:
    here = "ts-cergy-mecs-01"
    for asked, nobody in (((here, hidden), (here, "nobody")), ((hidden, here), ("nobody", here))):
        told, expected = answer_to(application, asked), answer_to(application, nobody)
        assert [str(part).replace(hidden, "nobody") for part in told] == list(map(str, expected))


def test_nobody_is_compared_with_itself(desk: Application) -> None:
    with pytest.raises(InvalidInput, match="pair-of-one"):
        compared(desk, ("odile", "odile"))
