"""Tiles give the same pairs as questions one by one, to the bit; a contest loses no good one."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.columns import Bools
from matcher.engine.complementarity import ANSWERED, Exchanges, exchanges
from matcher.engine.contest import Contender, contenders
from matcher.engine.features import judge
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor
from matcher.engine.scoring import logits
from matcher.engine.territory import can_meet, distances_km
from matcher.engine.tiles import Tile, tiled

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
Proved = dict[tuple[int, int], tuple[float, float]]
LIMIT, FLOOR = 2, -3.0
ANYTHING = -1e9


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_tiles_of_two_indexes_find_what_questions_one_by_one_find(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    one, many = (index_of(data.draw(crowds(1, 6))) for _ in range(2))

    found = _by_tiles(one, many, weights, data.draw(st.sampled_from([1, 2, 9])))

    expected = {
        (a, b): flows
        for (a, b), flows in _one_by_one(one, many).items()
        if can_meet(one.columns, np.array([a]), many.columns, np.array([b]))[0]
    }
    assert found == expected


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_radius_and_a_territory_decide_who_meets(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    one, many = (index_of(data.draw(crowds(1, 6))) for _ in range(2))
    radius = data.draw(st.sampled_from([0.0, 12.0, 400.0]))
    inside = [_drawn_sites(data, index) for index in (one, many)]

    found = _by_tiles(one, many, weights, 9, radius, inside)

    expected = {}
    for (a, b), flows in _one_by_one(one, many).items():
        here, there = one.columns.site[a], many.columns.site[b]
        apart = distances_km(one.columns, np.array([a]), many.columns, np.array([b]))[0]
        if apart <= radius and (inside[0][here] or inside[1][there]):
            expected[a, b] = flows
    assert found == expected


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_the_best_of_each_end_are_among_those_that_are_judged(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(1, 9)))
    everyone = np.arange(len(index.ids))
    times = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 3.0])
    weights = {name: weight * data.draw(times) for name, weight in weights.items()}
    proved = _one_by_one(index, index)
    firsts, others = (np.array([pair[k] for pair in proved], dtype=np.int64) for k in range(2))
    flowing = Exchanges(*(np.array([flows[k] for flows in proved.values()]) for k in range(2)))
    meeting = can_meet(index.columns, firsts, index.columns, others)
    worth = logits(judge(index, firsts, index, others, flowing), weights)
    good = {
        pair: value
        for pair, value, met in zip(proved, worth.tolist(), meeting, strict=True)
        if met and value >= FLOOR
    }

    nothing = np.full((len(everyone), LIMIT), -np.inf)
    side = Contender(Tile.of(index, everyone))
    judged = _told(contenders(side, side, weights, FLOOR, (nothing, nothing.copy())))

    for k in range(2):
        for end in everyone.tolist():
            its = sorted(value for pair, value in good.items() if pair[k] == end)
            least = its[-LIMIT] if len(its) >= LIMIT else FLOOR
            for pair, value in good.items():
                if pair[k] == end and value >= least:
                    assert judged[pair] == proved[pair]


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_pairs_worse_than_what_both_ends_have_are_left_out(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(1, 6)))
    side = Contender(Tile.of(index, np.arange(len(index.ids))))
    enough = np.full((len(index.ids), LIMIT), 50.0)

    firsts, _, _ = contenders(side, side, weights, FLOOR, (enough, enough.copy()))

    assert len(firsts) == 0


def _one_by_one(one: ActorIndex, many: ActorIndex) -> Proved:
    everyone = np.arange(len(many.ids))
    expected = {}
    for a in range(len(one.ids)):
        found = exchanges(one, a, many, everyone)
        for b in np.flatnonzero(np.maximum(*found) >= ANSWERED).tolist():
            expected[a, b] = (float(found.received[b]), float(found.given[b]))
    return expected


def _by_tiles(
    one: ActorIndex,
    many: ActorIndex,
    weights: Mapping[str, float],
    size: int,
    radius_km: float | None = None,
    inside: Sequence[Bools | None] = (None, None),
) -> Proved:
    found: Proved = {}
    for mine in tiled(one, np.arange(len(one.ids)), size):
        for theirs in tiled(many, np.arange(len(many.ids)), size):
            ends = (Contender(mine, inside[0]), Contender(theirs, inside[1]))
            best = tuple(np.full((len(tile.actors), 1), ANYTHING) for tile in (mine, theirs))
            some = contenders(
                *ends, weights, ANYTHING, (best[0], best[1]), radius_km=radius_km, contest=False
            )
            found |= _told(some)
    return found


def _told(found: tuple[np.ndarray, np.ndarray, Exchanges]) -> Proved:
    pairs = zip(found[0].tolist(), found[1].tolist(), strict=True)
    flows = zip(found[2].received.tolist(), found[2].given.tolist(), strict=True)
    return dict(zip(pairs, flows, strict=True))


def _drawn_sites(data: st.DataObject, index: ActorIndex) -> Bools:
    sites = len(index.columns.sites.communes)
    return np.array(data.draw(st.lists(st.booleans(), min_size=sites, max_size=sites)), np.bool_)
