"""What a coordinator says of a pair is kept, and a note stays beside it."""

from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.feedback import verdicts_on
from matcher.usecases.answer_pair import answer_pair
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

FRENCH = Words("fr")
ME = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
ELSEWHERE = Scope(Role.COORDINATOR, "syn_hgfedcba", ("department:93",))
PAIR = ("odile", "roues")

pytestmark = pytest.mark.sqlite_only


def say(application: Application, verdict: str, reason: str = "", more: str = "") -> None:
    kept = answer_pair(application, *PAIR, verdict, ME, reason, more)
    assert kept.id


def kept(application: Application) -> Any:
    with application.database.read() as connection:
        return verdicts_on(connection, PAIR).get(ME.who)


@pytest.mark.parametrize("verdict", ["accepted", "known", "declined"])
def test_a_verdict_replaces_the_one_before(desk: Application, verdict: str) -> None:
    say(desk, "accepted")
    say(desk, verdict)
    assert kept(desk) == (verdict, "")


def test_a_note_stays_beside_the_verdict_and_its_reason(desk: Application) -> None:
    say(desk, "declined", "too_far", "pas de bus")
    assert kept(desk) == ("declined", "too_far: pas de bus")
    say(desk, "note", more="à revoir en mars")
    assert kept(desk) == ("declined", "too_far: à revoir en mars")


def test_a_note_outlives_a_change_of_mind(desk: Application) -> None:
    say(desk, "note", more="appelés lundi")
    assert kept(desk) == ("note", "appelés lundi")
    say(desk, "accepted")
    assert kept(desk) == ("accepted", "appelés lundi")
    say(desk, "note", more="rencontrés mardi")
    assert kept(desk) == ("accepted", "rencontrés mardi")


def test_a_reason_for_a_refusal_is_none_of_a_yes(desk: Application) -> None:
    say(desk, "declined", "too_far")
    say(desk, "accepted", "too_far")
    assert kept(desk) == ("accepted", "")


def test_a_reason_keeps_the_note_that_was_there(desk: Application) -> None:
    say(desk, "note", more="appelés lundi")
    say(desk, "declined", "too_far")
    assert kept(desk) == ("declined", "too_far: appelés lundi")


def test_what_is_set_aside_is_proposed_no_more(desk: Application) -> None:
    query = RecommendationQuery(actor_id="odile")
    assert recommend(desk, query, FRENCH, ME).items
    say(desk, "declined")
    assert recommend(desk, query, FRENCH, ME).items == []
    say(desk, "known")
    assert recommend(desk, query, FRENCH, ME).items[0].relation == "in_contact"


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        (("perhaps",), "not-one-of", "verdict"),
        (("declined", "boredom"), "reason-unknown", "reason"),
        (("note",), "note-empty", "words"),
        (("note", "", " \n\t"), "note-empty", "words"),
        (("note", "", "x" * 2_001), "reason-too-long", "words"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_name(
    desk: Application, said: tuple[str, ...], code: str, pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(desk, *said)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert kept(desk) is None
    assert not FRENCH.error(refused.value).startswith("error.")


def test_a_pair_elsewhere_is_nobodys_business(desk: Application) -> None:
    with pytest.raises(NotFound, match="unknown-actor"):
        answer_pair(desk, *PAIR, "declined", ELSEWHERE)
    assert kept(desk) is None
