"""Statements become rows that are found again by actor and by statement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.index import ActorIndex
from matcher.engine.passages import passages
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.statements import current

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
LONG = "atelier vélo " * 60


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

    found = [(block.passages[row].position, block.passages[row].span) for row in rows]
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
