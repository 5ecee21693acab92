"""Pairs judged only as far as they are asked for: the same as judging all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice

import numpy as np
import pytest

from matcher.engine.best_first import JUDGED_AT_FIRST, Prospects
from matcher.engine.candidates import Filters
from matcher.engine.columns import Positions
from matcher.engine.complementarity import Exchanges, exchanges
from matcher.engine.index import ActorIndex
from matcher.engine.pairs import Question, worth_proposing
from matcher.engine.profiles import Actor

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Maker = Callable[..., Actor]
ENOUGH = 5 * JUDGED_AT_FIRST
SAID = ("vélo", "logement", "santé", "permis", "colis", "dettes", "garde", "budget", "salle")


@pytest.fixture
def prospects(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Mapping[str, float]
) -> Callable[..., Prospects]:
    """An asker beside more partners than are judged at first, some of whom share its publics."""
    texts = cycle(f"atelier {one} {other}" for one in SAID for other in SAID)
    publics = cycle([("jeunes",), ("seniors",), ()])
    others = [
        entrepreneur(f"b{n}", [need], [offer], publics=next(publics))
        for n, need, offer in zip(range(ENOUGH), texts, islice(texts, 7, None), strict=False)
    ]
    asker = social_worker("a", ["atelier vélo"], ["colis et budget"], publics=("jeunes",))

    def made(minimum: float, **changed: float) -> Prospects:
        index = index_of([asker, *others])
        a = index.positions["a"]
        them = np.array([b for b in range(len(index.ids)) if b != a], dtype=np.int64)
        question = Question(Filters(), {**weights, **changed}, minimum)
        firsts = np.full_like(them, a)
        return Prospects(index, firsts, index, them, exchanges(index, a, index, them), question)

    return made


@pytest.mark.parametrize("minimum", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("changed", [{}, {"publics": -3.0}, {"a_to_b": -2.0}, {"relation": 4.0}])
def test_pairs_come_in_the_order_that_judging_all_of_them_gives(
    prospects: Callable[..., Prospects], minimum: float, changed: Mapping[str, float]
) -> None:
    some = prospects(minimum, **changed)
    told = [(pair.logit, pair.id) for pair in some.ranked(both=False)]
    whole = worth_proposing(
        some.one, some.firsts, some.many, some.others, some.exchanged, some.question
    )
    wanted = [(pair.logit, pair.id) for pair in whole.ranked(both=False)]
    assert [worth for worth, _ in told] == [worth for worth, _ in wanted]
    assert sorted(told) == sorted(wanted)


def test_the_first_pairs_are_given_before_all_are_judged(
    prospects: Callable[..., Prospects],
) -> None:
    judged: list[int] = []

    class Counted(Exchanges):
        def take(self, chosen: Positions) -> Exchanges:
            judged.append(len(chosen))
            return super().take(chosen)

    some = prospects(0.0)
    assert next(replace(some, exchanged=Counted(*some.exchanged)).ranked(both=False)).logit
    assert sum(judged) < ENOUGH / 2
