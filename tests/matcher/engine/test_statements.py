"""Statements become rows that are found again by actor and by statement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.columns import Vectors
from matcher.engine.index import ActorIndex
from matcher.engine.passages import passages
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.statements import CONTEXT, current, in_context, joined
from matcher.engine.terms import term_code

LESS = CONTEXT[Role.OFFER]

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
LONG = "atelier vélo " * 60
WEIGHTS = st.dictionaries(st.sampled_from("abcd"), st.floats(-9, 9).filter(bool))


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_rows_and_starts_are_those_of_each_actor_in_the_order_asked(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, today: date
) -> None:
    index = index_of(data.draw(crowds(1, 6)))
    asked = data.draw(st.lists(st.integers(0, len(index.actors) - 1), max_size=6))
    role = data.draw(st.sampled_from(Role))
    expected = [
        [
            [(position, span) for span in passages(statement.text)]
            for position, statement in current(index.actors[a], role, today)
        ]
        for a in asked
    ]

    block = index.block(role)
    rows, row_offsets = block.rows_of(np.array(asked, dtype=np.int64))
    starts, statement_offsets = block.starts_of(np.array(asked, dtype=np.int64))

    found = [(block.passage(row).position, block.passage(row).span) for row in rows.tolist()]
    assert found == [passage for actor in expected for cuts in actor for passage in cuts]
    assert np.diff(row_offsets).tolist() == [sum(map(len, actor)) for actor in expected]
    assert np.diff(statement_offsets).tolist() == [len(actor) for actor in expected]
    sizes = [len(cuts) for actor in expected for cuts in actor]
    assert np.diff([*starts, len(rows)]).tolist() == sizes


def test_actors_without_a_statement_stand_between_the_others(
    index_of: IndexOf, social_worker: Callable[..., Actor]
) -> None:
    index = index_of(
        [
            social_worker("a"),
            social_worker("b", [LONG, "permis"]),
            social_worker("c", ["", "•", " "]),
            social_worker("d", ["toit"]),
        ]
    )
    count = len(passages(LONG))

    starts, offsets = index.needs.starts_of(np.array([2, 3, 0, 1]))

    assert count > 1
    assert starts.tolist() == [0, 1, 1 + count]
    assert offsets.tolist() == [0, 0, 1, 1, 3]


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (30, True), (None, True)])
def test_a_statement_counts_until_the_day_it_expires(
    social_worker: Callable[..., Actor], today: date, days: int | None, counts: bool
) -> None:
    expires = None if days is None else today + timedelta(days=days)
    actor = replace(social_worker("a"), needs=(Statement(Role.NEED, "permis", expires=expires),))

    assert bool(current(actor, Role.NEED, today)) is counts


def test_a_statement_said_twice_counts_once(
    social_worker: Callable[..., Actor], today: date
) -> None:
    actor = social_worker("a", ["Atelier vélo", "  atelier   VÉLO ", "permis", ""])

    assert [position for position, _ in current(actor, Role.NEED, today)] == [0, 2]


def test_a_statement_said_again_after_it_expired_counts(
    social_worker: Callable[..., Actor], today: date
) -> None:
    over = Statement(Role.NEED, "permis", expires=today - timedelta(days=1))
    actor = replace(social_worker("a"), needs=(over, Statement(Role.NEED, "Permis")))

    assert [position for position, _ in current(actor, Role.NEED, today)] == [1]


def test_a_passage_alone_is_left_as_it_is_to_the_bit() -> None:
    vectors = _unit(3)

    assert in_context(vectors, [0, 1, 2, 3], 1.0).tobytes() == vectors.tobytes()


def test_passages_of_one_statement_lean_half_way_to_their_mean() -> None:
    vectors = _unit(5)
    given = vectors.tobytes()

    found = in_context(vectors, [0, 1, 4, 5], 1.0)

    mean = vectors[1:4].mean(axis=0)
    moved = vectors[1:4] + mean
    assert found[1:4] == pytest.approx(moved / np.linalg.norm(moved, axis=1, keepdims=True))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(5))
    assert (found[1:4] @ mean > vectors[1:4] @ mean).all()
    assert found[[0, 4]].tobytes() == vectors[[0, 4]].tobytes()
    assert found.dtype == np.float32
    assert vectors.tobytes() == given


def test_passages_that_say_the_same_stay_where_they_are() -> None:
    vectors = np.repeat(_unit(1), 3, axis=0)

    assert in_context(vectors, [0, 3], 1.0) == pytest.approx(vectors, abs=1e-6)


def test_a_passage_without_words_stays_silent_whatever_stands_around_it() -> None:
    vectors = _unit(5)
    vectors[[1, 3, 4]] = 0

    found = in_context(vectors, [0, 3, 5], 1.0)

    assert not found[[1, 3, 4]].any()
    assert np.linalg.norm(found[[0, 2]], axis=1) == pytest.approx(np.ones(2))


def test_passages_that_say_the_opposite_are_still_numbers() -> None:
    vectors = _unit(1)

    found = in_context(np.concatenate([vectors, -vectors]), [0, 2], 1.0)

    assert found == pytest.approx(np.concatenate([vectors, -vectors]))


def test_no_statement_has_no_context() -> None:
    assert in_context(np.zeros((0, 8), dtype=np.float32), [0], 1.0).shape == (0, 8)


@given(WEIGHTS, WEIGHTS)
def test_what_is_said_elsewhere_counts_for_less_and_never_instead(
    weights: dict[str, float], context: dict[str, float]
) -> None:
    before = dict(weights)

    found = joined(weights, context, LESS)

    assert weights == before
    assert set(found) == {*weights, *context}
    for term, weight in found.items():
        own, lesser = weights.get(term, 0.0), LESS * context.get(term, 0.0)
        assert weight == max(own, lesser, key=abs)


def test_whom_a_statement_leaves_out_is_left_out_by_each_passage_a_little_less() -> None:
    found = joined(
        {"toit": 1.0, "!#minor": -7.0},
        {"!#animal": -7.0, "!#minor": -7.0, "toit": 1.2},
        LESS,
    )

    assert found == {"toit": 1.0, "!#minor": -7.0, "!#animal": LESS * -7.0}


def test_a_mere_word_that_another_passage_leaves_out_is_not_left_out_here() -> None:
    assert joined({"toit": 1.0}, {"!repas": -7.0}, 1.0) == {"toit": 1.0}


def test_each_passage_of_a_long_statement_has_the_terms_of_the_others(
    index_of: IndexOf, social_worker: Callable[..., Actor]
) -> None:
    text = " ".join(["atelier"] * 45) + ". " + " ".join(["jardin"] * 45)

    index = index_of([social_worker("a", ["permis", text])])

    held = [index.needs.rows.terms.row(row) for row in range(len(index.needs))]
    alone, first, *_, last = (
        {word: terms.get(term_code(word), 0.0) for word in ("permis", "atelier", "jardin")}
        for terms in held
    )
    assert alone["permis"] > 0 == alone["atelier"] == alone["jardin"]
    assert first["atelier"] > first["jardin"] > 0 == first["permis"]
    assert last["jardin"] > last["atelier"] > 0 == last["permis"]


def _unit(count: int) -> Vectors:
    vectors = np.random.default_rng(5).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
