"""A snapshot holds the same things whoever hands the actors in, and only those who agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.actor_columns import category
from matcher.engine.candidates import Filters, Sides
from matcher.engine.index import ActorIndex, version_of
from matcher.engine.profiles import Actor
from matcher.engine.recommending import Question, partners_of, synergies_of
from matcher.engine.scoring import score_pair

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=25)


@QUICK
@given(data=st.data())
def test_the_order_of_the_actors_changes_nothing(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    actors = data.draw(crowds(0, 6))
    shuffled = data.draw(st.permutations(actors))
    question = Question(Filters(sides=Sides.ANY), weights, 0.0)

    one, other = index_of(actors), index_of(shuffled)

    assert one.ids == other.ids
    assert version_of([one], "model") == version_of([other], "model")
    assert _same(one.columns, other.columns)
    assert _same(one.whereabouts, other.whereabouts)
    for mine, theirs in ((one.needs, other.needs), (one.offers, other.offers)):
        assert _same(mine.rows, theirs.rows)
        assert _same((mine.positions, mine.spans), (theirs.positions, theirs.spans))
    assert _lines(one, question) == _lines(other, question)


@QUICK
@given(data=st.data())
def test_who_refuses_profiling_is_nowhere(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    actors = data.draw(crowds(2, 5))
    refusing = replace(actors[0], profiling=False)

    index = index_of([refusing, *actors[1:]])

    assert refusing.id not in index.positions
    assert len(index.actors) == len(actors) - 1
    assert _lines(index, Question(Filters(sides=Sides.ANY), weights, 0.0)) == _lines(
        index_of(actors[1:]), Question(Filters(sides=Sides.ANY), weights, 0.0)
    )


def test_an_empty_index_answers_nothing(
    index_of: IndexOf, social_worker: Callable[..., Actor], weights: Mapping[str, float]
) -> None:
    nobody, asker = index_of([]), index_of([social_worker("a", ["permis"], ["toit"])])
    question = Question(Filters(sides=Sides.ANY), weights, 0.0)

    assert "a" not in nobody.positions
    assert synergies_of(nobody, question) == []
    assert partners_of(asker, 0, nobody, question) == []


@pytest.mark.parametrize("sides", Sides)
def test_someone_alone_meets_nobody(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    weights: Mapping[str, float],
    sides: Sides,
) -> None:
    alone = index_of([social_worker("a", ["permis"], ["permis"])])
    question = Question(Filters(sides=sides), weights, 0.0)

    assert partners_of(alone, 0, alone, question) == []
    assert synergies_of(alone, question) == []


@QUICK
@given(data=st.data())
def test_versions_differ_when_anything_differs(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    actors = data.draw(crowds(1, 3))
    elsewhere = replace(actors[0], commune="60057", zone=("department:60", "commune:60057"))

    changed = [
        [replace(actors[0], name="Autre nom"), *actors[1:]],
        [replace(actors[0], known=(*actors[0].known, "quelqu’un")), *actors[1:]],
        [elsewhere, *actors[1:]],
        actors[1:],
    ]

    versions = {version_of([index_of(some)], "model") for some in [actors, *changed]}
    versions.add(version_of([index_of(actors)], "other model"))
    assert len(versions) == len(changed) + 2


@QUICK
@given(data=st.data())
def test_a_version_is_that_of_who_is_left_however_they_are_parted(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    actors = data.draw(crowds(2, 6))
    cut = data.draw(st.integers(0, len(actors)))
    whole, parts = index_of(actors), [index_of(actors[:cut]), index_of(actors[cut:])]
    position = whole.positions[actors[0].id]
    left = replace(whole, gone=np.array([position], dtype=np.int64))

    assert version_of(parts, "model") == version_of([whole], "model")
    assert version_of([left], "model") == version_of([index_of(actors[1:])], "model")
    assert version_of([left, index_of(actors[:1])], "model") == version_of([whole], "model")


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("mobilite--permis", "mobilite"), ("mobilite", "mobilite"), ("a--b--c", "a")],
)
def test_a_category_is_what_stands_before_the_leaf(domain: str, expected: str) -> None:
    assert category(domain) == expected


def _lines(index: ActorIndex, question: Question) -> list[tuple[str, str, float]]:
    matches = synergies_of(index, question)
    for a in range(len(index.actors)):
        matches += partners_of(index, a, index, question)
    return [
        (m.actor.id, m.partner.id, score_pair(index, m.a, index, m.b, question.weights).logit)
        for m in matches
    ]


def _same(one: object, other: object) -> bool:
    """Whether two arrays, or the arrays that two named tuples hold, are equal to the bit."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    assert isinstance(one, np.ndarray)
    assert isinstance(other, np.ndarray)
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
