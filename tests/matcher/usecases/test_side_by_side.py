"""Calls side by side: in order, a few ahead, and what one raises is raised."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest

from matcher.usecases.side_by_side import AHEAD, side_by_side


def test_results_come_in_the_order_of_the_calls_whichever_ends_first() -> None:
    second_is_done = Event()

    def first() -> str:
        assert second_is_done.wait(10) or os.cpu_count() == 1
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert list(side_by_side([first, second])) == ["first", "second"]


def test_only_a_few_calls_are_taken_before_their_results_are_read() -> None:
    taken: list[int] = []

    def calls() -> Iterator[Callable[[], int]]:
        for number in range(1_000):
            taken.append(number)
            yield partial(int, number)

    found = side_by_side(calls())
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    assert len(taken) <= AHEAD * (os.cpu_count() or 1) + 3


def test_what_a_call_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(side_by_side([partial(divmod, 1, 0)]))


def test_no_calls_give_nothing() -> None:
    assert list(side_by_side([])) == []
