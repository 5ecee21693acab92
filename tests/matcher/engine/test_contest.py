"""Only pairs that may come among the best of one of their ends are judged: none is lost."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.contest import Contender, contenders
from matcher.engine.features import judge
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor
from matcher.engine.scoring import logits
from matcher.engine.territory import can_meet
from matcher.engine.tiles import Tile, proved_pairs

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
LIMIT, FLOOR = 2, -3.0


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_the_best_of_each_end_are_among_those_that_are_judged(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(1, 9)))
    everyone = np.arange(len(index.ids))
    tile = Tile.of(index, everyone)
    firsts, others, flowing = proved_pairs(tile, tile)
    meeting = can_meet(index.columns, firsts, index.columns, others)
    worth = logits(judge(index, firsts, index, others, flowing), weights)
    proved = {
        (a, b): (value, received, given)
        for a, b, value, received, given, met in zip(
            firsts.tolist(), others.tolist(), worth, *flowing, meeting, strict=True
        )
        if met and value >= FLOOR
    }

    nothing = np.full((len(everyone), LIMIT), -np.inf)
    side = Contender(tile)
    found = contenders(side, side, weights, FLOOR, (nothing, nothing.copy()))

    judged = dict(
        zip(
            zip(found[0].tolist(), found[1].tolist(), strict=True),
            zip(*found[2], strict=True),
            strict=True,
        )
    )
    for k in range(2):
        for end in everyone.tolist():
            its = sorted(value for pair, (value, *_) in proved.items() if pair[k] == end)
            least = its[-LIMIT] if len(its) >= LIMIT else FLOOR
            for pair, (value, *flows) in proved.items():
                if pair[k] == end and value >= least:
                    assert judged[pair] == tuple(flows)


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
