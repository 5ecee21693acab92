"""Distances are those of the Earth, and a wider zone never makes two actors less near."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import asin, cos, inf, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.columns import Floats, Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind
from matcher.engine.territory import (
    EARTH_RADIUS_KM,
    NEARBY_KM,
    acting_in,
    distances_km,
    near,
    proximity,
    reachable,
    sitting,
)

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=40)
SIDE = {Kind.SOCIAL_ENTREPRENEUR: 0, Kind.SOCIAL_WORKER: 1}


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((48.8566, 2.3522), (43.2965, 5.3698), 660.5),
        ((48.9472, 2.2467), (48.9472, 2.2467), 0.0),
        ((45.0, -71.0), (46.0, -71.0), 111.195),
        ((48.9472, 2.2467), (48.9473, 2.2467), 0.0111195),
        ((0.0, 0.0), (0.0, 180.0), 20015.1),
    ],
    ids=["Paris-Marseille", "same place", "a degree of meridian", "the same street", "antipodes"],
)
def test_distances_are_great_circles(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    one: tuple[float, float],
    other: tuple[float, float],
    kilometres: float,
) -> None:
    columns = index_of(
        [
            social_worker(name, place=Place(frozenset(), latitude=point[0], longitude=point[1]))
            for name, point in (("a", one), ("b", other))
        ]
    ).columns

    (found,) = distances_km(columns, np.array([0]), columns, np.array([1]))
    assert found == pytest.approx(kilometres, rel=0.003)


def test_the_distance_to_an_unknown_place_is_unknown(
    index_of: IndexOf, social_worker: Callable[..., Actor], places: tuple[Place, ...]
) -> None:
    actors = [
        social_worker("a"),
        social_worker("b", place=None),
        social_worker("c", place=places[2]),
    ]
    index = index_of(actors)
    columns, known = index.columns, index.positions["a"]
    firsts, others = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)

    distances = distances_km(columns, firsts, columns, others)

    assert np.isnan(distances).tolist() == ((firsts != known) | (others != known)).tolist()
    assert distances[4 * known] == 0


@QUICK
@given(data=st.data())
def test_reach_and_proximity_are_mutual(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    actors = [actor for actor in data.draw(crowds(2, 5)) if actor.place or actor.zone]
    index = index_of(actors)
    everyone = np.arange(len(actors))

    reach = np.array([np.isin(everyone, reachable(index, a, index)) for a in range(len(actors))])
    nearness = np.array([_nearness(index, a, everyone) for a in range(len(actors))])

    assert (reach == reach.T).all()
    assert nearness == pytest.approx(nearness.T, abs=1e-12)
    assert ((nearness >= 0) & (nearness <= 1)).all()


@QUICK
@given(data=st.data())
def test_a_wider_zone_never_lowers_the_territory_feature(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, territories: tuple[str, ...]
) -> None:
    actors = data.draw(crowds(2, 5))
    wider = replace(
        actors[0],
        zone=(*actors[0].zone, data.draw(st.sampled_from(territories))),
        radius_km=(actors[0].radius_km or 0) + data.draw(st.floats(0, 900)),
    )
    before, after = index_of(actors), index_of([wider, *actors[1:]])
    others = np.array([before.positions[actor.id] for actor in actors[1:]])
    a = before.positions[wider.id]

    assert after.ids == before.ids
    assert (_nearness(after, a, others) >= _nearness(before, a, others)).all()


def test_nearness_falls_from_commune_to_region(
    index_of: IndexOf, social_worker: Callable[..., Actor], places: tuple[Place, ...]
) -> None:
    bare = [replace(place, latitude=None, longitude=None) for place in places]
    far_in_region = replace(bare[3], department="department:77", neighbours=())
    others = {
        "same commune": bare[0],
        "same epci": bare[1],
        "same département": bare[2],
        "neighbour": bare[3],
        "same région": far_in_region,
        "elsewhere": bare[5],
    }
    actors = [social_worker(name, place=place) for name, place in others.items()]
    index = index_of([social_worker("a", place=bare[0]), *actors])

    in_turn = np.array([index.positions[name] for name in others])
    nearness = _nearness(index, index.positions["a"], in_turn)

    assert (np.diff(nearness) < 0).all()
    assert nearness[0] == 1.0
    assert nearness[-1] == 0.0


@QUICK
@given(data=st.data(), side=st.sampled_from((None, 0, 1)))
def test_whom_an_actor_reaches_is_what_two_profiles_say_of_where_they_act(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, side: int | None
) -> None:
    index = index_of(data.draw(crowds(1, 8)))

    for a, asker in enumerate(_everybody(index)):
        expected = [
            other.id
            for other in _everybody(index)
            if _can_meet(asker, other) and side in (None, SIDE[other.kind])
        ]
        found = reachable(index, a, index, side)
        assert [index.ids[k] for k in found] == expected
        assert found.tolist() == sorted(found.tolist())


@QUICK
@given(data=st.data(), side=st.sampled_from((None, 0, 1)))
def test_a_profile_of_another_index_reaches_whom_the_stored_one_does(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, side: int | None
) -> None:
    actors = data.draw(crowds(1, 6))
    index, alone = index_of(actors), index_of(actors[:1])

    stored = reachable(index, index.positions[actors[0].id], index, side)

    assert reachable(alone, 0, index, side).tolist() == stored.tolist()


@QUICK
@given(data=st.data(), side=st.sampled_from((None, 0, 1)), radius=st.floats(0, 900))
def test_a_plain_distance_reaches_who_sits_within_it_whatever_their_zones(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, side: int | None, radius: float
) -> None:
    index = index_of(data.draw(crowds(1, 8)))

    for a, asker in enumerate(_everybody(index)):
        kilometres = {other.id: _kilometres(asker, other) for other in _everybody(index)}
        assume(all(abs(distance - radius) > 1e-6 for distance in kilometres.values()))
        expected = [
            other.id
            for other in _everybody(index)
            if kilometres[other.id] < radius and side in (None, SIDE[other.kind])
        ]
        assert [index.ids[k] for k in near(index, a, index, radius, side)] == expected


@QUICK
@given(data=st.data(), side=st.sampled_from((None, 0, 1)))
def test_who_acts_in_some_territories_sits_there_or_names_one_of_them(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    territories: tuple[str, ...],
    side: int | None,
) -> None:
    index = index_of(data.draw(crowds(0, 8)))
    wanted = data.draw(st.frozensets(st.sampled_from((*territories, "commune:nowhere"))))

    found = acting_in(index, code_of(wanted), side)

    assert [index.ids[k] for k in found] == [
        actor.id
        for actor in _everybody(index)
        if not wanted.isdisjoint((*_containing(actor), *actor.zone))
        and side in (None, SIDE[actor.kind])
    ]


@QUICK
@given(data=st.data())
def test_everyone_sits_at_one_site_of_their_own_place_and_side(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(0, 8)))
    sites = np.arange(len(index.columns.sites.communes))
    seated: list[int] = []

    for side in (0, 1):
        for site in sites:
            here = sitting(index, sites == site, side).tolist()
            seated += here
            assert len({index.actors[k].place for k in here}) <= 1
            assert {SIDE[index.actors[k].kind] for k in here} <= {side}
            widest = max((index.actors[k].radius_km or 0.0 for k in here), default=0.0)
            assert index.whereabouts.widest[side, site] == widest

    assert seated == list(range(len(index.actors)))
    assert sitting(index, sites >= 0).tolist() == seated


@QUICK
@given(data=st.data())
def test_everyone_is_listed_once_under_the_zone_they_named(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(0, 8)))
    where, zones = index.whereabouts, index.columns.zones

    listed = [
        where.members[first:last].tolist() for first, last in pairwise(where.zone_starts.tolist())
    ]

    assert sorted(k for members in listed for k in members) == list(range(len(index.actors)))
    for number, members in enumerate(listed):
        assert {int(zones.numbers[k]) for k in members} <= {number}
        assert len({frozenset(index.actors[k].zone) for k in members}) <= 1


def _everybody(index: ActorIndex) -> list[Actor]:
    return [index.actors[k] for k in range(len(index.ids))]


def _can_meet(one: Actor, other: Actor) -> bool:
    """The rule in words: both ways alike, but who says nothing of where it acts asks everyone."""
    if one.place is None and not one.zone:
        return True
    within = max(NEARBY_KM, one.radius_km or 0.0, other.radius_km or 0.0)
    home, away = (actor.place and actor.place.department for actor in (one, other))
    return (
        _kilometres(one, other) <= within
        or (home is not None and home == away)
        or (one.place is not None and away in one.place.neighbours)
        or (other.place is not None and home in other.place.neighbours)
        or not frozenset(one.zone).isdisjoint(_containing(other))
        or not frozenset(other.zone).isdisjoint(_containing(one))
    )


def _containing(actor: Actor) -> frozenset[str]:
    return actor.place.containing if actor.place else frozenset()


def _kilometres(one: Actor, other: Actor) -> float:
    """By the haversine formula, infinite where a centre is unknown."""
    ends = [
        (radians(actor.place.latitude), radians(actor.place.longitude))
        for actor in (one, other)
        if actor.place and actor.place.latitude is not None and actor.place.longitude is not None
    ]
    if len(ends) < 2:
        return inf
    (north, east), (to_north, to_east) = ends
    half = sin((to_north - north) / 2) ** 2
    half += cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _nearness(index: ActorIndex, a: int, others: Positions) -> Floats:
    return proximity(index.columns, np.full_like(others, a), index.columns, others)
