"""Sets of codes as flat arrays answer what Python sets would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.columns import SetColumn, code_of, expand

ROWS = st.lists(st.frozensets(st.sampled_from("abcdé-"), max_size=4), max_size=6)
QUICK = settings(deadline=None, max_examples=100)


@QUICK
@given(ROWS, st.frozensets(st.sampled_from("abcdxyz")))
def test_overlaps_and_filled_equal_python_sets(
    rows: list[frozenset[str]], wanted: frozenset[str]
) -> None:
    column = SetColumn.of(rows)

    assert column.overlaps(code_of(wanted)).tolist() == [not row.isdisjoint(wanted) for row in rows]
    assert column.filled(np.arange(len(rows))).tolist() == [bool(row) for row in rows]


@QUICK
@given(ROWS.filter(bool), st.data())
def test_take_and_row_equal_picking_from_a_list(
    rows: list[frozenset[str]], data: st.DataObject
) -> None:
    picked = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))

    taken = SetColumn.of(rows).take(np.array(picked, dtype=np.int64))

    assert len(taken.numbers) == len(picked)
    for position, source in enumerate(picked):
        assert set(taken.row(position)) == set(code_of(rows[source]))


@QUICK
@given(ROWS.filter(bool), ROWS.filter(bool), st.data())
def test_pairs_of_sets_meet_as_python_sets_would(
    rows: list[frozenset[str]], others: list[frozenset[str]], data: st.DataObject
) -> None:
    pairs = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(rows) - 1), st.integers(0, len(others) - 1)), max_size=8
        )
    )
    firsts, seconds = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    column, other = SetColumn.of(rows), SetColumn.of(others)

    met = column.meets(firsts, other, seconds)
    held = column.holds(firsts, code_of(["a"] * len(pairs)))

    assert met.tolist() == [not rows[a].isdisjoint(others[b]) for a, b in pairs]
    assert held.tolist() == ["a" in rows[a] for a, _ in pairs]


def test_a_column_of_nobody_answers_nothing() -> None:
    column = SetColumn.of([])

    assert column.overlaps(code_of(["a"])).shape == (0,)
    assert column.filled(np.zeros(0, dtype=np.int64)).shape == (0,)


def test_two_columns_built_apart_compare_by_the_same_codes() -> None:
    one, other = SetColumn.of([{"x", "département:95"}]), SetColumn.of([{"a"}, {"département:95"}])

    assert other.overlaps(one.row(0)).tolist() == [False, True]


@pytest.mark.parametrize("positions", [[], [2, 0], [1], [2, 2, 1]])
def test_expand_lists_the_rows_of_each_position_in_turn(positions: list[int]) -> None:
    offsets = np.array([0, 2, 2, 5], dtype=np.int64)
    slices = [range(offsets[p], offsets[p + 1]) for p in positions]

    rows, cuts = expand(offsets, np.array(positions, dtype=np.int64))

    assert rows.tolist() == [row for part in slices for row in part]
    assert np.diff(cuts).tolist() == [len(part) for part in slices]
