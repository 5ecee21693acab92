"""Hours and days of the week that a statement is about, or that an offer ends before."""

import pytest

from models.hours import hours_in


@pytest.mark.parametrize(
    "text",
    [
        "se termine a 17 h",
        "fermeture des portes a 17 h 30",
        "de 9 h a 17 h",
        "9h-17h30",
        "nous fermons a 18 heures",
        "a liberer avant 18 h",
        "de 14 h a 16 h, rien apres",
        "jusqu'a 17 h, pas le soir",
    ],
)
def test_what_ends_in_the_afternoon_leaves_the_evening_out(text: str) -> None:
    assert hours_in(text).after == {"evening", "night"}


@pytest.mark.parametrize(
    "text",
    ["de 19 h a 8 h", "24h/24", "ferme a minuit, ouvre a 9 h", "de 9 h a 17 h et le soir", "48 h"],
)
def test_what_is_also_late_leaves_nothing_out(text: str) -> None:
    assert hours_in(text).after == frozenset()


@pytest.mark.parametrize(
    "text", ["une garde jusqu'au soir, elle sort a 20 h", "des 19 h", "a 21h30"]
)
def test_a_late_hour_is_an_evening(text: str) -> None:
    assert hours_in(text).within == {"evening"}


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("du lundi au vendredi", {"saturday", "sunday", "weekend"}),
        ("du mardi au samedi", {"sunday"}),
        ("du lundi au vendredi et le samedi matin", {"sunday"}),
        ("les lundis, mardis et jeudis seulement", {"wednesday", "saturday", "sunday", "weekend"}),
        ("le mardi", set()),
        ("du samedi au lundi", set()),
    ],
)
def test_days_beyond_those_given_are_closed(text: str, closed: set[str]) -> None:
    assert hours_in(text).after == closed
