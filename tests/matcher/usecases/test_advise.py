"""What to do when little is found: the question to answer, or the filter to widen."""

from typing import Any

import pytest

from matcher.engine.candidates import Direction, Filters
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.recommending import Question
from matcher.usecases.advise import advise
from matcher.wording.words import Words

WEIGHTS = {"base": 0.0}
NEED = Statement(Role.NEED, "Un lieu pour cuisiner avec des familles le mercredi")
OFFER = Statement(Role.OFFER, "Une salle de réunion de vingt places, le soir et le week-end")
COMPLETE = Actor(
    "a", Kind.SOCIAL_WORKER, "A", needs=(NEED,), offers=(OFFER,), place=Place(frozenset())
)
EMPTY = Actor("a", Kind.SOCIAL_WORKER, "A")


def codes(asker: Actor | None, found: int = 0, stored: int = 5, **filters: Any) -> list[str]:
    question = Question(Filters(**filters), WEIGHTS, 0.3)
    given = advise(asker, question, stored=stored, found=found, wanted=10, words=Words())
    assert all(advice.text != f"advice.{advice.code}" for advice in given)
    return [advice.code for advice in given]


def test_enough_partners_need_no_advice() -> None:
    assert codes(EMPTY, found=10) == []


def test_an_empty_profile_is_told_each_question_to_answer() -> None:
    assert codes(EMPTY) == ["say-needs", "say-offers", "say-where"]


def test_a_complete_profile_is_told_nothing_about_itself() -> None:
    assert codes(COMPLETE) == []


def test_two_words_are_too_few() -> None:
    short = Actor("a", Kind.SOCIAL_WORKER, "A", needs=(Statement(Role.NEED, "un local"),))
    assert "say-more" in codes(short)


@pytest.mark.parametrize(
    "filters",
    [
        {"radius_km": 5.0},
        {"domains": ("mobilite",)},
        {"publics": ("jeunes",)},
        {"direction": Direction.MUTUAL},
    ],
)
def test_a_filter_that_leaves_nobody_is_pointed_at(filters: dict[str, Any]) -> None:
    assert codes(COMPLETE, **filters) == ["widen-filters"]


def test_a_territory_is_told_whether_anything_was_found() -> None:
    assert codes(None) == ["none-in-territory"]
    assert codes(None, found=3) == ["few-in-territory"]


def test_an_empty_store_says_so_whoever_asks() -> None:
    assert codes(EMPTY, stored=0) == codes(None, stored=0) == ["nobody-yet"]
