"""Everybody indexed part by part is everybody indexed at once."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from matcher.engine.actor_columns import arranged, distinct_places
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.joining import joined
from matcher.engine.profiles import Actor

Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_parts_joined_are_the_whole(
    data: st.DataObject, crowds: Crowds, builder: IndexBuilder, today: date
) -> None:
    actors = data.draw(crowds(0, 8))
    places = distinct_places(actor.place for actor in actors)
    ordered = arranged(actors, places)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ordered)), max_size=3)))
    parts = [
        builder.build(ordered[start:end], today=today, places=places)
        for start, end in zip([0, *cuts], [*cuts, len(ordered)], strict=True)
    ]

    whole, together = builder.build(actors, today=today), joined(parts)

    assert list(together.ids) == list(whole.ids)
    assert dict(together.positions) == dict(whole.positions)
    assert len(together.actors) == 0
    for one, other in zip(_arrays(whole), _arrays(together), strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _arrays(index: ActorIndex) -> list[NDArray[np.generic]]:
    found = [index.digests, *_flat(index.columns), *_flat(index.whereabouts)]
    for block in (index.needs, index.offers):
        found += [*_flat(block.rows), block.positions, block.spans]
    return found


def _flat(value: object) -> Sequence[NDArray[np.generic]]:
    if isinstance(value, np.ndarray):
        return [value]
    assert isinstance(value, tuple)
    return [array for part in value for array in _flat(part)]
