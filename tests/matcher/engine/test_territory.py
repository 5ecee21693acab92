"""Distances are those of the Earth, and a wider zone never makes two actors less near."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.index import ActorIndex
from matcher.engine.places import Place
from matcher.engine.profiles import Actor
from matcher.engine.territory import distances_km, proximity, reachable

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=40)


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

    assert distances_km(columns, 0, columns, np.array([1]))[0] == pytest.approx(
        kilometres, rel=0.003
    )


def test_the_distance_to_an_unknown_place_is_unknown(
    index_of: IndexOf, social_worker: Callable[..., Actor], places: tuple[Place, ...]
) -> None:
    actors = [
        social_worker("a"),
        social_worker("b", place=None),
        social_worker("c", place=places[2]),
    ]
    columns = index_of(actors).columns

    for a in range(3):
        distances = distances_km(columns, a, columns, np.arange(3))
        assert np.isnan(distances).tolist() == [a != 0 or b != 0 for b in range(3)]


@QUICK
@given(data=st.data())
def test_reach_and_proximity_are_mutual(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    actors = [actor for actor in data.draw(crowds(2, 5)) if actor.place or actor.zone]
    columns = index_of(actors).columns
    everyone = np.arange(len(actors))

    reach = np.array([reachable(columns, a, columns) for a in range(len(actors))])
    near = np.array([proximity(columns, a, columns, everyone) for a in range(len(actors))])

    assert (reach == reach.T).all()
    assert near == pytest.approx(near.T, abs=1e-12)
    assert ((near >= 0) & (near <= 1)).all()


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
    others = np.arange(1, len(actors))
    before, after = (index_of(crowd).columns for crowd in (actors, [wider, *actors[1:]]))

    assert (proximity(after, 0, after, others) >= proximity(before, 0, before, others)).all()


def test_nearness_falls_from_commune_to_region(
    index_of: IndexOf, social_worker: Callable[..., Actor], places: tuple[Place, ...]
) -> None:
    bare = [replace(place, latitude=None, longitude=None) for place in places]
    far_in_region = replace(bare[3], department="department:77", neighbours=())
    columns = index_of(
        [
            social_worker(name, place=place)
            for name, place in (
                ("a", bare[0]),
                ("b same commune", bare[0]),
                ("c same epci", bare[1]),
                ("d same département", bare[2]),
                ("e neighbour", bare[3]),
                ("f same région", far_in_region),
                ("g elsewhere", bare[5]),
            )
        ]
    ).columns

    near = proximity(columns, 0, columns, np.arange(1, 7))

    assert (np.diff(near) < 0).all()
    assert near[0] == 1.0
    assert near[-1] == 0.0
