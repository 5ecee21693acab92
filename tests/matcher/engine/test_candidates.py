"""Who may be proposed: wider never loses anyone, and every filter keeps what it says."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.actor_columns import publics_of
from matcher.engine.candidates import Filters, Sides, candidates, passing
from matcher.engine.index import ActorIndex
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Role, Statement

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=40)
SIDES = st.sampled_from(Sides)
PUBLICS = st.sampled_from(("jeunes", "familles", "seniors", "tous-publics"))
RADII = st.none() | st.floats(0, 900)


@QUICK
@given(data=st.data(), sides=SIDES, radius=st.floats(0, 900), more=st.floats(0, 900))
def test_a_bigger_radius_asked_for_never_loses_a_candidate(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    sides: Sides,
    radius: float,
    more: float,
) -> None:
    index = index_of(data.draw(crowds(2, 6)))

    for a in index.ids:
        near = _found(index, a, Filters(sides=sides, radius_km=radius))
        assert near <= _found(index, a, Filters(sides=sides, radius_km=radius + more))


@QUICK
@given(data=st.data(), sides=SIDES, radius=RADII, more=st.floats(0, 900))
def test_a_bigger_radius_or_zone_of_an_actor_never_loses_a_candidate(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    territories: tuple[str, ...],
    sides: Sides,
    radius: float | None,
    more: float,
) -> None:
    actors = data.draw(crowds(2, 6))
    somewhere = data.draw(st.lists(st.sampled_from(territories), max_size=2))
    filters = Filters(tuple(somewhere), sides=sides, radius_km=radius)
    changed = data.draw(st.integers(0, len(actors) - 1))
    assume(actors[changed].place or actors[changed].zone)
    wider = replace(
        actors[changed],
        zone=(*actors[changed].zone, *data.draw(st.lists(st.sampled_from(territories)))),
        radius_km=(actors[changed].radius_km or 0) + more,
    )
    before = index_of(actors)
    after = index_of([*actors[:changed], wider, *actors[changed + 1 :]])

    for a in before.ids:
        assert _found(before, a, filters) <= _found(after, a, filters)


@QUICK
@given(data=st.data(), sides=SIDES, exclude_known=st.booleans(), radius=RADII)
def test_being_a_candidate_is_mutual_and_never_concerns_oneself(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    sides: Sides,
    exclude_known: bool,
    radius: float | None,
) -> None:
    index = index_of([a for a in data.draw(crowds(1, 6)) if a.place or a.zone])
    filters = Filters(sides=sides, exclude_known=exclude_known, radius_km=radius)
    found = {a: _found(index, a, filters) for a in index.ids}

    for name, partners in found.items():
        assert name not in partners
        assert all(name in found[partner] for partner in partners)


def test_partners_come_from_the_other_side_unless_both_are_asked(
    index_of: IndexOf, social_worker: Callable[..., Actor], entrepreneur: Callable[..., Actor]
) -> None:
    index = index_of([social_worker("a"), social_worker("b"), entrepreneur("c")])

    assert _found(index, "a", Filters()) == {"c"}
    assert _found(index, "a", Filters(sides=Sides.ANY)) == {"b", "c"}


@pytest.mark.parametrize("names", [("a", "c"), ("c", "a")], ids=["a knows c", "c knows a"])
def test_known_partners_are_left_out_on_request_whoever_named_the_other(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    names: tuple[str, str],
) -> None:
    knows = {names[0]: (names[1],)}
    index = index_of(
        [
            social_worker("a", known=knows.get("a", ())),
            entrepreneur("b"),
            entrepreneur("c", known=knows.get("c", ())),
        ]
    )

    assert _found(index, "a", Filters(exclude_known=True)) == {"b"}
    assert _found(index, "a", Filters()) == {"b", "c"}


def test_a_profile_that_is_not_stored_never_meets_its_stored_self(
    index_of: IndexOf, social_worker: Callable[..., Actor], entrepreneur: Callable[..., Actor]
) -> None:
    stored = index_of([social_worker("a"), entrepreneur("b")])
    asker = index_of([entrepreneur("b")])

    assert [
        stored.actors[k].id for k in candidates(asker, 0, stored, Filters(sides=Sides.ANY))
    ] == ["a"]


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        (("mobilite--velo",), {"leaf", "statement"}),
        (("mobilite",), {"leaf", "statement", "other leaf"}),
        (("mobilite--permis", "sante"), {"other leaf"}),
        (("sante",), set()),
    ],
)
def test_a_domain_is_found_in_the_profile_and_in_its_statements(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    domains: tuple[str, ...],
    expected: set[str],
) -> None:
    said = Statement(Role.OFFER, "atelier", domains=("mobilite--velo",))
    index = index_of(
        [
            social_worker("a"),
            entrepreneur("leaf", domains=("mobilite--velo",)),
            entrepreneur("none"),
            entrepreneur("other leaf", domains=("mobilite--permis",)),
            replace(entrepreneur("statement"), offers=(said,)),
        ]
    )

    assert _found(index, "a", Filters(domains=domains)) == expected


def test_territories_keep_those_who_sit_there_or_act_there(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    places: tuple[Place, ...],
) -> None:
    index = index_of(
        [
            social_worker("a"),
            entrepreneur("acts in the 93", zone=("department:93",)),
            entrepreneur("sits in the 93", place=places[3]),
            entrepreneur("sits in the 95"),
        ]
    )

    assert _found(index, "a", Filters(("department:93",))) == {"acts in the 93", "sits in the 93"}


def test_everyone_is_reached_by_a_zone_that_covers_their_country(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    places: tuple[Place, ...],
) -> None:
    partners = [entrepreneur(f"p{k}", place=place) for k, place in enumerate(places)]
    index = index_of([social_worker("a", place=None, zone=("country:FR",)), *partners])

    assert _found(index, "a", Filters()) == {partner.id for partner in partners}


def test_who_says_nothing_of_where_it_acts_asks_everyone_but_is_near_nobody(
    index_of: IndexOf, social_worker: Callable[..., Actor], entrepreneur: Callable[..., Actor]
) -> None:
    index = index_of(
        [social_worker("a", place=None), entrepreneur("b"), entrepreneur("c", place=None)]
    )

    assert _found(index, "a", Filters()) == {"b", "c"}
    assert _found(index, "b", Filters()) == set()
    assert _found(index, "a", Filters(radius_km=20_000.0)) == set()


@QUICK
@given(data=st.data(), sides=SIDES, radius=RADII)
def test_who_is_gone_is_no_candidate_and_takes_nobody_along(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, sides: Sides, radius: float | None
) -> None:
    index = index_of(data.draw(crowds(2, 7)))
    everyone = np.arange(len(index.ids))
    gone = data.draw(st.lists(st.sampled_from(everyone.tolist()), unique=True))
    left = replace(index, gone=np.array(gone, dtype=np.int64))
    filters = Filters(sides=sides, radius_km=radius)

    assert passing(left, everyone, Filters()).tolist() == [k not in gone for k in everyone]
    for a in index.ids:
        assert _found(left, a, filters) == _found(index, a, filters) - {index.ids[k] for k in gone}


@QUICK
@given(data=st.data())
def test_who_passes_is_told_for_the_positions_asked_in_their_order(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, territories: tuple[str, ...]
) -> None:
    index = index_of(data.draw(crowds(1, 6)))
    some = data.draw(st.lists(st.sampled_from(range(len(index.ids))), max_size=9))
    territory, public = data.draw(st.sampled_from(territories)), data.draw(PUBLICS)

    passed = passing(index, np.array(some, dtype=np.int64), Filters((territory,), (), (public,)))

    assert passed.tolist() == [
        territory in (*actor.zone, *(actor.place.containing if actor.place else ()))
        and public in publics_of(actor, index.today)
        for actor in (index.actors[k] for k in some)
    ]


def _found(index: ActorIndex, a: str, filters: Filters) -> set[str]:
    return {index.ids[k] for k in candidates(index, index.positions[a], index, filters)}
