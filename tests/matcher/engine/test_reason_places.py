"""What is said of where two actors are: the nearest thing that is true, and who comes to whom."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from matcher.engine.places import Place
from matcher.engine.profiles import Actor
from matcher.engine.reasons import FAR_KM, Explanation

Explained = Callable[[Sequence[Actor]], Explanation]
Maker = Callable[..., Actor]


@pytest.mark.parametrize(
    ("place", "expected"),
    [(0, "same_commune"), (1, "nearby"), (2, None), (5, None)],
    ids=["same commune", "next commune", "no known centre", "Marseille"],
)
def test_nearness_is_told_where_it_is_true(
    explained: Explained,
    social_worker: Maker,
    entrepreneur: Maker,
    places: tuple[Place, ...],
    place: int,
    expected: str | None,
) -> None:
    told = explained([social_worker("a"), entrepreneur("b", place=places[place])])

    assert [reason.code for reason in told.reasons] == ([expected] if expected else [])


def test_a_zone_that_covers_the_other_is_told_with_who_comes_to_whom(
    explained: Explained, social_worker: Maker, entrepreneur: Maker, places: tuple[Place, ...]
) -> None:
    travels = entrepreneur("b", place=places[5], zone=("department:95",))

    assert _ways(explained([social_worker("a"), travels])) == [("zone_covers", "a_to_b")]


def test_zones_that_cover_each_other_are_told_both_ways(
    explained: Explained, social_worker: Maker, entrepreneur: Maker, places: tuple[Place, ...]
) -> None:
    travels = entrepreneur("b", place=places[5], zone=("department:95",))
    asker = social_worker("a", zone=("department:13",))

    assert _ways(explained([asker, travels])) == [
        ("zone_covers", "a_to_b"),
        ("zone_covers", "b_to_a"),
    ]


def test_an_exchange_names_the_commune_or_whose_zone_covers_the_other(
    explained: Explained, social_worker: Maker, entrepreneur: Maker, places: tuple[Place, ...]
) -> None:
    asker = social_worker("a", ["atelier vélo"])
    at_home = entrepreneur("b", [], ["atelier vélo"])
    travels = replace(at_home, place=places[5], zone=("department:95",))

    home, away = (
        explained([asker, partner]).reasons[0].parameters for partner in (at_home, travels)
    )

    assert home["commune"] == places[0].name
    assert away["covered"] == ("a_to_b",)
    assert isinstance(away["distance_km"], float)
    assert away["distance_km"] > FAR_KM


def _ways(explanation: Explanation) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.direction) for reason in explanation.reasons]
