"""What is chosen stands up to an exact solver, and its certificate is true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matcher.engine.assignment import STEP, WELCOME, Proposals, assign, plain_top, spread


def proposals(
    pairs: list[tuple[int, int, float]], capacity: list[int] | int, actors: int = 12
) -> Proposals:
    """Pairs by position of an actor of either side, with their worth."""
    firsts, others, worth = (np.array(column) for column in zip(*pairs, strict=True))
    room = np.full(actors, capacity) if isinstance(capacity, int) else np.array(capacity)
    return Proposals(
        firsts.astype(np.int64), others.astype(np.int64), worth.astype(float), room.astype(np.int32)
    )


@st.composite
def markets(draw: st.DrawFn) -> Proposals:
    """Up to six actors on each side, any pairs between them, any small capacities."""
    cells = st.tuples(st.integers(0, 5), st.integers(6, 11))
    found = draw(st.lists(cells, min_size=1, max_size=36, unique=True))
    worth = draw(st.lists(st.integers(0, 100), min_size=len(found), max_size=len(found)))
    capacity = draw(st.lists(st.integers(0, 4), min_size=12, max_size=12))
    return proposals([(*p, w / 100) for p, w in zip(found, worth, strict=True)], capacity)


def best_possible(given: Proposals, welcome: float) -> float:
    """The greatest value, by a mixed-integer solver: pairs, then who is met."""
    pairs, actors = len(given.worth), len(given.capacity)
    rows = np.concatenate([given.firsts, given.others])
    columns = np.tile(np.arange(pairs), 2)
    ones = np.ones(2 * pairs)
    degree = coo_array((ones, (rows, columns)), shape=(actors, pairs + actors))
    met = coo_array(
        (
            np.concatenate([ones, -np.ones(actors)]),
            (
                np.concatenate([rows, np.arange(actors)]),
                np.concatenate([columns, pairs + np.arange(actors)]),
            ),
        ),
        shape=(actors, pairs + actors),
    )
    value = -np.concatenate([given.worth, np.full(actors, welcome)])
    limits = [LinearConstraint(degree, ub=given.capacity), LinearConstraint(met, lb=0)]
    solved = milp(value, integrality=np.ones_like(value), bounds=Bounds(0, 1), constraints=limits)
    return float(-solved.fun)


@settings(max_examples=150, deadline=None)
@given(markets(), st.sampled_from([0.0, 0.3, WELCOME]))
def test_the_choice_is_within_a_step_a_pair_of_the_best(given: Proposals, welcome: float) -> None:
    found = assign(given, welcome=welcome)
    best = best_possible(given, welcome)
    assert found.value <= best + 1e-6
    assert found.value >= best - STEP * (len(found.chosen) + 1) - 1e-6
    assert found.bound >= best - 1e-6


@settings(max_examples=150, deadline=None)
@given(markets())
def test_nobody_gets_more_than_its_capacity(given: Proposals) -> None:
    chosen = assign(given).chosen
    for owners in (given.firsts, given.others):
        counts = np.bincount(owners[chosen], minlength=len(given.capacity))
        assert (counts <= given.capacity).all()


def test_everybody_gets_one_before_anybody_gets_many() -> None:
    """The visible one is everybody's best, and has room for two."""
    visible, discreet, modest = 6, 7, 8
    pairs = [(k, visible, 0.9) for k in range(3)] + [(0, discreet, 0.3), (1, modest, 0.25)]
    market = proposals(pairs, 2)
    fair, greedy = assign(market), assign(market, welcome=0.0)
    assert spread(market.firsts, fair.chosen).coverage == 1.0
    assert spread(market.others, fair.chosen).coverage == 1.0
    assert 2 in market.firsts[fair.chosen]
    assert fair.worth <= greedy.worth


def test_the_same_proposals_in_another_order_are_assigned_alike() -> None:
    random = np.random.default_rng(3)
    cells = [(k, 6 + j, float(random.integers(100)) / 100) for k in range(6) for j in range(6)]
    straight = proposals(cells, 2)
    turned = proposals(cells[::-1], 2)
    one = {cells[k][:2] for k in assign(straight).chosen}
    two = {cells[::-1][k][:2] for k in assign(turned).chosen}
    assert one == two


def test_a_certificate_tells_how_much_may_be_missing() -> None:
    market = proposals([(0, 6, 0.5), (0, 7, 0.4), (1, 6, 0.6)], 1)
    found = assign(market)
    assert found.worth == pytest.approx(1.0)
    assert 0 <= found.gap <= 0.01


def test_nothing_to_propose_is_nothing_chosen() -> None:
    empty = Proposals(
        *(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)), np.ones(3, np.int32)
    )
    found = assign(empty)
    assert (len(found.chosen), found.worth, found.bound, found.gap) == (0, 0.0, 0.0, 0.0)
    assert len(plain_top(empty)) == 0
    assert spread(empty.firsts, found.chosen).actors == 0


def test_an_actor_without_room_gets_nothing() -> None:
    market = proposals([(0, 6, 0.9), (1, 6, 0.5)], [0] + [1] * 11)
    assert assign(market).chosen.tolist() == [1]
    full = proposals([(0, 6, 0.9)], [1] * 6 + [-1] * 6)
    assert len(assign(full).chosen) == 0


def test_a_worth_that_is_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match="worth"):
        assign(proposals([(0, 6, 1.5)], 1))


def test_mailing_everybodys_best_floods_until_partners_refuse() -> None:
    pairs = [(k, 6, 0.9 - k / 10) for k in range(4)] + [(k, 7, 0.3) for k in range(4)]
    market = proposals(pairs, [1] * 12)
    assert plain_top(market).tolist() == [0]


def test_gini_is_that_of_the_books() -> None:
    """One of four gets everything: 3 / 4; all alike: 0."""
    owners = np.array([0, 0, 0, 1, 2, 3])
    assert spread(owners, np.array([0, 1, 2])).gini == pytest.approx(0.75)
    assert spread(owners, np.array([0, 3, 4, 5])).gini == pytest.approx(0.0)
    assert spread(owners, np.array([0, 1, 2])).most == 3
