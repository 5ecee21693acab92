"""What a pair is judged on: proofs that add up, and whether anything can flow back."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.columns import Floats
from matcher.engine.features import (
    FEATURES,
    SUREST,
    FeatureTable,
    features,
    one_way,
    proof,
    shared_domain,
)
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
WAYS = ("a_to_b", "b_to_a")


@given(st.lists(st.floats(0, SUREST), min_size=1, max_size=9))
def test_a_proof_tells_its_probability_again(probabilities: list[float]) -> None:
    table = _table(a_to_b=proof(np.array(probabilities)))

    assert table.probability("a_to_b") == pytest.approx(probabilities, abs=1e-12)


@given(st.floats(0, SUREST), st.floats(0, SUREST))
def test_proofs_add_up_to_the_chance_that_at_least_one_direction_holds(p: float, q: float) -> None:
    both = proof(np.array([p])) + proof(np.array([q]))

    assert _table(a_to_b=both).probability("a_to_b") == pytest.approx(1 - (1 - p) * (1 - q))


def test_nothing_proves_nothing_and_a_certainty_proves_a_finite_amount() -> None:
    assert proof(np.array([0.0])).tolist() == [0.0]
    assert proof(np.array([1.0])) == pytest.approx(-np.log(1 - SUREST))


def test_more_probable_is_more_of_a_proof() -> None:
    proofs = proof(np.linspace(0, SUREST, 50))

    assert (np.diff(proofs) > 0).all()


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (("needs",), ("offers",), 1.0),
        (("needs", "offers"), ("offers",), 1.0),
        (("needs", "offers"), ("needs", "offers"), 0.0),
        (("needs",), ("needs",), 0.0),
        (("needs", "offers"), (), 0.0),
    ],
)
def test_a_pair_is_one_way_when_something_can_flow_in_one_direction_only(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    mine: tuple[str, ...],
    theirs: tuple[str, ...],
    expected: float,
) -> None:
    index = index_of(
        [
            social_worker("a", **{role: ["permis"] for role in mine}),
            entrepreneur("b", **{role: ["jardin"] for role in theirs}),
        ]
    )

    a, b = (np.array([index.positions[name]]) for name in "ab")
    seen, turned = (one_way(index, x, index, y).tolist() for x, y in ((a, b), (b, a)))

    assert seen == turned == [expected]


def test_a_statement_without_words_is_no_way(
    index_of: IndexOf, social_worker: Callable[..., Actor], entrepreneur: Callable[..., Actor]
) -> None:
    index = index_of(
        [
            social_worker("a", ["permis"], [" "]),
            entrepreneur("b", ["jardin"], ["permis"]),
        ]
    )

    a, b = (np.array([index.positions[name]]) for name in "ab")
    assert one_way(index, a, index, b).tolist() == [1.0]


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_whether_a_pair_is_one_way_is_the_same_from_both_sides(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(2, 5)))
    everyone = np.arange(len(index.actors))

    found = np.array([one_way(index, np.full_like(everyone, a), index, everyone) for a in everyone])

    assert np.array_equal(found, found.T)
    for a in everyone:
        table = features(index, int(a), index, everyone)
        flowing = np.minimum(*(table.column(way) for way in WAYS)) > 0
        assert not (flowing & (table.column("one_way") == 1)).any()
        assert table.column("one_way").tolist() == found[a].tolist()


def test_swapping_keeps_everything_but_the_directions() -> None:
    table = _table(**{name: np.array([float(k)]) for k, name in enumerate(FEATURES)})

    swapped = table.swapped()

    for name in FEATURES:
        other = {"a_to_b": "b_to_a", "b_to_a": "a_to_b"}.get(name, name)
        assert swapped.column(name).tolist() == table.column(other).tolist()


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("mobilite--velo", 1.0), ("mobilite--permis", 0.5), ("sante--soins", 0.0)],
)
def test_a_thematique_in_common_counts_wholly_and_a_category_half(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    domain: str,
    expected: float,
) -> None:
    index = index_of(
        [social_worker("a", domains=("mobilite--velo",)), entrepreneur("b", domains=(domain,))]
    )

    a, b = (np.array([index.positions[name]]) for name in "ab")
    found = shared_domain(index.columns, a, index.columns, b)

    assert found.tolist() == [expected]


def _table(**columns: Floats) -> FeatureTable:
    count = len(next(iter(columns.values())))
    return FeatureTable(np.column_stack([columns.get(name, np.zeros(count)) for name in FEATURES]))
