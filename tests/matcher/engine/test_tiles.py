"""Matrix products over tiles find what one question after another finds, to the bit."""

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.complementarity import ANSWERED, exchanges
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor
from matcher.engine.tiles import Tile, proved_pairs, tiled

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_tiles_prove_the_same_pairs_as_questions_one_by_one(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    one, many = (index_of(data.draw(crowds(1, 6))) for _ in range(2))
    everyone = np.arange(len(many.ids))
    expected = {}
    for a in range(len(one.ids)):
        found = exchanges(one, a, many, everyone)
        for b in np.flatnonzero(np.maximum(*found) >= ANSWERED).tolist():
            expected[a, b] = (found.received[b], found.given[b])

    firsts, others, flowing = proved_pairs(
        Tile.of(one, np.arange(len(one.ids))), Tile.of(many, everyone)
    )

    pairs = zip(firsts.tolist(), others.tolist(), strict=True)
    assert dict(zip(pairs, zip(*flowing, strict=True), strict=True)) == expected


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_the_size_of_tiles_changes_nothing(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(2, 7)))
    everyone = np.arange(len(index.ids))

    whole, cut = (_pairs(index, everyone, size) for size in (len(everyone), 2))

    assert whole == cut


def _pairs(index: ActorIndex, actors: np.ndarray, size: int) -> set[tuple[float, ...]]:
    found: set[tuple[float, ...]] = set()
    for one in tiled(index, actors, size):
        for many in tiled(index, actors, size):
            firsts, others, flowing = proved_pairs(one, many)
            found.update(zip(firsts.tolist(), others.tolist(), *map(list, flowing), strict=True))
    return found
