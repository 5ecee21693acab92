"""Everybody in several parts is answered for as everybody in one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.candidates import Filters, Sides
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Actor
from matcher.engine.recommending import Match, Question, partners_of, synergies_of
from matcher.engine.scoring import Score

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=30)
SIDES = st.sampled_from(Sides)


@QUICK
@given(data=st.data(), sides=SIDES)
def test_partners_are_the_same_in_parts_of_which_some_are_gone(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    model: MatchModel,
    weights: Mapping[str, float],
    sides: Sides,
) -> None:
    actors = data.draw(crowds(2, 7))
    whole = index_of(actors)
    parted = _parted(data, actors, index_of, model)
    question = Question(Filters(sides=sides), weights, 0.0)

    assert len(parted) == len(actors)
    for actor in actors:
        found = parted.find(actor.id)
        assert found is not None
        assert found[0].actors[found[1]] == actor
        expected = partners_of(whole, whole.positions[actor.id], whole, question)
        assert _told(partners_of(*found, parted, question)) == _told(expected)
    assert parted.find("nobody") is None


@QUICK
@given(data=st.data(), sides=SIDES)
def test_the_pairs_of_a_territory_are_the_same_in_parts(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    model: MatchModel,
    weights: Mapping[str, float],
    territories: tuple[str, ...],
    sides: Sides,
) -> None:
    actors = [actor for actor in data.draw(crowds(2, 7)) if actor.place or actor.zone]
    somewhere = tuple(data.draw(st.lists(st.sampled_from(territories), max_size=2)))
    question = Question(Filters(somewhere, sides=sides), weights, 0.0)
    parted = _parted(data, actors, index_of, model)

    found = _pairs(synergies_of(parted, question))

    assert len(set(found)) == len(found)
    assert set(found) == set(_pairs(synergies_of(index_of(actors), question)))


def _parted(
    data: st.DataObject, actors: list[Actor], index_of: IndexOf, model: MatchModel
) -> Snapshot:
    """A large part that holds some as they were, and another that holds them as they are."""
    changed = data.draw(st.sets(st.sampled_from([a.id for a in actors]))) if actors else set()
    before = [replace(a, needs=(), zone=()) if a.id in changed else a for a in actors]
    large, small = index_of(before), index_of([a for a in actors if a.id in changed])
    gone = sorted(large.positions[name] for name in changed)
    standing = replace(large, gone=np.array(gone, dtype=np.int64))
    return Snapshot("test", model, (standing, small))


def _told(matches: list[Match]) -> list[tuple[str, Score]]:
    return [(match.partner.id, match.score) for match in matches]


def _pairs(matches: list[Match]) -> list[frozenset[str]]:
    return [frozenset((match.actor.id, match.partner.id)) for match in matches]
