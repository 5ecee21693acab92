"""A batch keeps for everybody what questions one by one find, best first."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.batch import Batches, match_batch
from matcher.engine.best_partners import BestPartners
from matcher.engine.candidates import Filters
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Question
from matcher.engine.profiles import Actor
from matcher.engine.recommending import partners_of

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
LIMIT = 3


@settings(deadline=None, max_examples=40)
@given(data=st.data(), minimum=st.sampled_from((0.0, 0.2, 0.6)))
def test_everybody_keeps_the_best_partners_that_it_would_find_by_asking(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    weights: Mapping[str, float],
    minimum: float,
) -> None:
    drawn = data.draw(crowds(0, 9))
    index = index_of([actor for actor in drawn if actor.place or actor.zone])
    found = BestPartners.none_yet(len(index.ids), LIMIT)
    batches = Batches(index)

    whole = [batch for code in batches.departments() for batch in batches.of(code)]
    done = sum(
        match()
        for at_home in (True, False)
        for batch in whole
        for match in match_batch(batches, batch, found, weights, minimum, at_home=at_home)
    )
    assert done == sum(
        batches.pairs(batch, at_home=at_home) for batch in whole for at_home in (True, False)
    )

    question = Question(Filters(), weights, minimum)
    for a in range(len(index.ids)):
        asked = {match.b: match.score.logit for match in partners_of(index, a, index, question)}
        expected = sorted(asked.values(), reverse=True)[:LIMIT]
        kept = [int(b) for b in found.partners[a] if b >= 0]
        assert [asked[b] for b in kept] == pytest.approx(expected, abs=1e-4)
        assert found.worth[a][: len(kept)] == pytest.approx(np.array(expected), abs=1e-4)


def test_equal_partners_stand_in_the_order_of_the_index() -> None:
    found = BestPartners.none_yet(1, 2)

    found.keep(np.array([0, 0, 0]), np.array([5, 2, 3]), np.array([1.0, 1.0, 1.0]))
    found.keep(np.array([0]), np.array([9]), np.array([2.0]))

    assert found.partners.tolist() == [[9, 2]]
    assert found.worth.tolist() == [[2.0, 1.0]]
