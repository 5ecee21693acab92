"""A score is a sum that can be checked, and the same whoever of the two asks."""

from collections.abc import Callable, Mapping, Sequence
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.features import FEATURES, features
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor
from matcher.engine.scoring import Contribution, Score, logits, score_pair

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=35)
OPPOSITE = {"a_to_b": "b_to_a", "b_to_a": "a_to_b"}


def _about(words: str) -> SearchStrategy[list[str]]:
    texts = st.lists(st.sampled_from(words.split()), min_size=1, max_size=6).map(" ".join)
    return st.lists(texts, min_size=1, max_size=3, unique=True)


@QUICK
@given(data=st.data())
def test_swapping_two_actors_swaps_the_directions_and_leaves_the_score(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(2, 4)))

    for a in range(len(index.actors)):
        for b in range(len(index.actors)):
            seen, turned = (score_pair(index, x, index, y, weights) for x, y in ((a, b), (b, a)))
            assert seen.logit == turned.logit
            assert seen.complementarity == turned.complementarity
            for name in FEATURES:
                assert seen.value(name) == turned.value(OPPOSITE.get(name, name))


@QUICK
@given(data=st.data())
def test_a_pair_scores_the_same_to_the_bit_among_all_alone_and_from_two_indexes(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    actors = data.draw(crowds(2, 6))
    one, other = data.draw(st.permutations(actors))[:2]
    everybody, both = index_of(actors), index_of([one, other])

    among_all = _score(everybody, one.id, other.id, weights)
    apart = score_pair(index_of([one]), 0, index_of([other]), 0, weights)

    assert _score(both, one.id, other.id, weights) == among_all
    assert apart == among_all


@QUICK
@given(data=st.data())
def test_every_feature_is_symmetric_before_it_is_turned(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(2, 4)))
    everyone = range(len(index.actors))
    tables = [features(index, a, index, np.array(everyone)) for a in everyone]

    for a in everyone:
        for b in everyone:
            turned = tables[b].swapped().values[a]
            assert tables[a].values[b].tolist() == turned.tolist()


@QUICK
@given(data=st.data())
def test_contributions_sum_to_the_score(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(2, 2)))

    score = score_pair(index, 0, index, 1, weights)

    total = sum(part.contribution for part in score.contributions)
    assert 1 / (1 + exp(-total)) == pytest.approx(score.score, abs=1e-9, rel=0)
    assert all(part.contribution == part.value * part.weight for part in score.contributions)
    assert [part.feature for part in score.contributions] == list(FEATURES)
    assert score.value("base") == 1.0
    ways = {"a_to_b", "b_to_a"}
    assert all(-1 <= part.value <= 1 for part in score.contributions if part.feature not in ways)
    assert all(score.value(way) >= 0 for way in ways)
    assert all(0 <= score.probability(way) < 1 for way in ways)


@QUICK
@given(data=st.data())
def test_many_pairs_at_once_score_like_each_pair_alone(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Mapping[str, float]
) -> None:
    index = index_of(data.draw(crowds(1, 5)))
    everyone = range(len(index.actors))

    for a in everyone:
        table = features(index, a, index, np.array(everyone))
        alone = [score_pair(index, a, index, b, weights) for b in everyone]
        assert table.values.tolist() == [[s.value(name) for name in FEATURES] for s in alone]
        assert logits(table, weights) == pytest.approx([s.logit for s in alone], abs=1e-12)


@QUICK
@given(
    lacks=_about("atelier vélo permis véhicule mobilité"),
    brings=_about("logement accueil jardin dettes budget"),
)
def test_twins_score_below_a_complementary_pair(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Mapping[str, float],
    lacks: list[str],
    brings: list[str],
) -> None:
    index = index_of(
        [
            social_worker("a", lacks, brings),
            entrepreneur("complement", brings, lacks),
            entrepreneur("twin", lacks, brings),
        ]
    )

    complement, twin = (_score(index, "a", b, weights) for b in ("complement", "twin"))

    assert twin.score < complement.score


def test_a_mutual_exchange_beats_a_gift_and_a_gift_beats_nothing(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Mapping[str, float],
) -> None:
    index = index_of(
        [
            social_worker("a", ["atelier vélo"], ["dettes budget"]),
            entrepreneur("gift", ["jardin"], ["atelier vélo"]),
            entrepreneur("mutual", ["dettes budget"], ["atelier vélo"]),
            entrepreneur("nothing", ["jardin"], ["chantier"]),
        ]
    )

    gift, mutual, nothing = (
        _score(index, "a", name, weights).score for name in ("gift", "mutual", "nothing")
    )

    assert mutual > gift > nothing


@pytest.mark.parametrize("logit", [-800.0, -40.0, 0.0, 40.0, 800.0])
def test_a_score_is_never_quite_certain(logit: float) -> None:
    score = Score((Contribution("base", 1.0, logit),)).score

    assert 0 < score < 1
    assert score == pytest.approx(1 / (1 + exp(-max(logit, -700))), abs=1e-9)


def _score(index: ActorIndex, a: str, b: str, weights: Mapping[str, float]) -> Score:
    return score_pair(index, index.positions[a], index, index.positions[b], weights)
