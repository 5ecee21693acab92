"""Why somebody is not proposed: each obstacle by its name, and none where it is proposed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.apart import Apart
from matcher.engine.candidates import Direction, Filters, Sides
from matcher.engine.index import ActorIndex
from matcher.engine.places import Place
from matcher.engine.profiles import Actor
from matcher.engine.recommending import Question, partners_of
from matcher.engine.territory import NEARBY_KM
from matcher.engine.why_not import Obstacle, obstacles

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
Maker = Callable[..., Actor]
Weights = Mapping[str, float]
QUICK = settings(deadline=None, max_examples=60)
NEED, OFFER = "atelier vélo pour des jeunes", "un atelier vélo ouvert aux jeunes"
SOME_PUBLICS = st.sampled_from(((), ("jeunes",), ("familles", "seniors")))


class Asking:
    """Asks why the second of two is not proposed to the first, one after the other."""

    def __init__(self, index_of: IndexOf, weights: Weights) -> None:
        self.index_of, self.weights = index_of, weights

    def __call__(
        self, one: Actor, other: Actor, minimum: float = 0.0, **filters: Any
    ) -> tuple[Obstacle, ...]:
        """Each in an index of its own, as they may be in a large installation."""
        first, second = self.index_of([one]), self.index_of([other])
        question = Question(Filters(**filters), self.weights, minimum)
        return obstacles(first, 0, second, 0, question)

    def codes(self, *asked: Any, **filters: Any) -> list[str]:
        """What stands in the way, in order."""
        return [found.code for found in self(*asked, **filters)]


@pytest.fixture
def why(index_of: IndexOf, weights: Weights) -> Asking:
    return Asking(index_of, weights)


@pytest.fixture
def anne(social_worker: Maker) -> Actor:
    return social_worker("anne", [NEED], ["une salle"], domains=("sante--soins",))


@pytest.fixture
def velo(entrepreneur: Maker) -> Actor:
    return entrepreneur("velo", ["une salle"], [OFFER], domains=("mobilite--velo",))


@QUICK
@given(
    data=st.data(),
    sides=st.sampled_from(Sides),
    direction=st.none() | st.sampled_from(Direction),
    radius=st.none() | st.floats(0, 900),
    publics=SOME_PUBLICS,
    minimum=st.floats(0, 1),
    known=st.booleans(),
    declined=st.booleans(),
)
def test_there_is_an_obstacle_exactly_where_somebody_is_not_proposed(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    weights: Weights,
    territories: tuple[str, ...],
    sides: Sides,
    direction: Direction | None,
    radius: float | None,
    publics: tuple[str, ...],
    minimum: float,
    known: bool,
    declined: bool,
) -> None:
    index = index_of(data.draw(crowds(2, 5)))
    somewhere = tuple(data.draw(st.lists(st.sampled_from(territories), max_size=1)))
    apart = Apart(frozenset({(index.ids[0], index.ids[1])})) if declined else None
    filters = Filters(somewhere, (), publics, radius, sides, direction, known, apart=apart)
    question = Question(filters, weights, minimum)

    proposed = {match.b for match in partners_of(index, 0, index, question)}
    free = {b for b in range(1, len(index.ids)) if not obstacles(index, 0, index, b, question)}

    assert free == proposed


def test_nothing_stands_between_two_who_answer_each_other(
    why: Asking, anne: Actor, velo: Actor
) -> None:
    assert why.codes(anne, velo) == []
    assert why.codes(velo, anne) == []


def test_what_sets_two_apart_is_said(why: Asking, anne: Actor, velo: Actor) -> None:
    declined = Apart(frozenset({("anne", "velo")}))
    assert why.codes(anne, velo, apart=declined) == ["declined"]
    for both in ((replace(anne, known=("velo",)), velo), (anne, replace(velo, known=("anne",)))):
        assert why.codes(*both) == []
        assert why.codes(*both, exclude_known=True) == ["already_known"]


def test_the_same_side_is_an_obstacle_only_where_the_other_is_asked_for(
    why: Asking, anne: Actor, social_worker: Maker
) -> None:
    colleague = social_worker("bea", [], [OFFER])
    (found,) = why(anne, colleague)
    assert (found.code, found.parameters) == ("same_side", {"kind": "social_worker"})
    assert why.codes(anne, colleague, sides=Sides.ANY) == []


def test_too_far_tells_the_distance_and_both_radii(
    why: Asking, anne: Actor, velo: Actor, places: tuple[Place, ...]
) -> None:
    in_marseille = replace(velo, place=places[5], radius_km=100.0)
    (found,) = why(replace(anne, radius_km=5.0), in_marseille)
    assert found.code == "too_far"
    distance = found.parameters["distance_km"]
    assert isinstance(distance, float)
    assert 600 < distance < 700
    assert found.parameters["radius_km"] == 5.0
    assert found.parameters["its_radius_km"] == 100.0
    assert found.parameters["nearby_km"] == NEARBY_KM
    assert why.codes(anne, replace(in_marseille, radius_km=700.0)) == []


def test_a_distance_that_nobody_knows_is_told_as_such(
    why: Asking, anne: Actor, velo: Actor, places: tuple[Place, ...]
) -> None:
    somewhere = replace(velo, place=places[6])
    (found,) = why(anne, somewhere)
    assert (found.code, found.parameters["distance_km"]) == ("too_far", None)
    (found,) = why(anne, somewhere, radius_km=50.0)
    assert (found.code, found.parameters["distance_km"]) == ("beyond_radius", None)


def test_a_distance_asked_for_counts_instead_of_what_they_declare(
    why: Asking, anne: Actor, velo: Actor, places: tuple[Place, ...]
) -> None:
    nearby = replace(velo, place=places[1])
    (found,) = why(anne, nearby, radius_km=2.0)
    assert (found.code, found.parameters["radius_km"]) == ("beyond_radius", 2.0)
    assert why.codes(anne, nearby, radius_km=10.0) == []
    assert why.codes(anne, replace(velo, place=places[5]), radius_km=900.0) == []


@pytest.mark.parametrize(
    ("code", "filters"),
    [
        ("elsewhere", {"territories": ("department:60",)}),
        ("other_domain", {"domains": ("logement--louer",)}),
        ("other_public", {"publics": ("seniors",)}),
    ],
)
def test_each_filter_that_leaves_somebody_out_is_named(
    why: Asking, anne: Actor, velo: Actor, code: str, filters: dict[str, Any]
) -> None:
    assert why.codes(anne, replace(velo, publics=("jeunes",)), **filters) == [code]
    both = {"territories": ("department:60",), "domains": ("logement--louer",)}
    assert why.codes(anne, velo, **both) == ["elsewhere", "other_domain"]


def test_who_says_too_little_is_told_from_who_says_nothing(
    why: Asking, anne: Actor, social_worker: Maker, entrepreneur: Maker
) -> None:
    (found,) = why(anne, entrepreneur("muet"))
    assert (found.code, found.parameters) == ("says_too_little", {"silent": False})
    (found,) = why(social_worker("muette"), entrepreneur("muet"))
    assert (found.code, found.parameters) == ("says_too_little", {"silent": True})
    (found,) = why(social_worker("a", [NEED]), entrepreneur("b", [NEED]))
    assert found.code == "says_too_little"


def test_the_nearest_need_and_offer_are_quoted_where_none_answers(
    why: Asking, social_worker: Maker, entrepreneur: Maker
) -> None:
    needs, offers = ("budget dettes", "garde enfants"), ("chantier jardin", "handicap")
    alone = {
        (need, offer): why(social_worker("a", [need]), entrepreneur("b", [], [offer]))[0]
        for need in needs
        for offer in offers
    }
    nearest = max(alone, key=lambda ends: float(str(alone[ends].parameters["probability"])))
    one, other = social_worker("a", needs), entrepreneur("b", [], offers)
    for found, way in ((why(one, other), "a_to_b"), (why(other, one), "b_to_a")):
        (obstacle,) = found
        assert (obstacle.code, obstacle.direction) == ("unanswered", way)
        assert [said.actor_id for said in obstacle.evidence] == ["a", "b"]
        assert tuple(said.quote for said in obstacle.evidence) == nearest


def test_a_score_too_low_is_told_with_the_least_one(why: Asking, anne: Actor, velo: Actor) -> None:
    (found,) = why(anne, velo, 1.0)
    assert found.code == "below_minimum"
    assert found.parameters["minimum_score"] == 1.0
    score = found.parameters["score"]
    assert isinstance(score, float)
    assert 0 < score < 1


def test_an_exchange_that_goes_the_other_way_is_told_as_such(
    why: Asking, social_worker: Maker, entrepreneur: Maker
) -> None:
    one, other = social_worker("a", [NEED]), entrepreneur("b", [], [OFFER])
    assert why.codes(one, other, direction=Direction.NEEDS) == []
    assert why.codes(one, other, direction=Direction.OFFERS) == ["other_direction"]
    assert why.codes(other, one, direction=Direction.NEEDS) == ["other_direction"]


def test_everything_in_the_way_is_told_what_decides_first_first(
    why: Asking, anne: Actor, social_worker: Maker, places: tuple[Place, ...]
) -> None:
    far = social_worker("bea", [], ["chantier"], place=places[5])
    apart = Apart(frozenset({("anne", "bea")}))
    found = why.codes(anne, far, apart=apart, publics=("seniors",))
    assert found == ["declined", "same_side", "too_far", "other_public", "unanswered"]
