"""An interval holds what it should, as often as it should, and is the same every time."""

import numpy as np
import pytest

from models.intervals import paired_interval


def test_the_difference_is_ours_minus_theirs() -> None:
    interval = paired_interval(np.array([1.0, 0.5, 0.0]), np.array([0.5, 0.25, 0.0]))
    assert interval.difference == pytest.approx(0.25)
    assert interval.low <= interval.difference <= interval.high


def test_a_constant_difference_leaves_no_doubt() -> None:
    theirs = np.linspace(0, 0.5, 20)
    interval = paired_interval(theirs + 0.25, theirs)
    assert [interval.low, interval.high] == pytest.approx([0.25, 0.25])


def test_queries_are_drawn_in_pairs() -> None:
    """Hard and easy queries are so for both: drawn apart, they would widen the interval."""
    chance = np.random.default_rng(1)
    theirs = chance.integers(0, 2, 200).astype(np.float64)
    interval = paired_interval(theirs + chance.normal(0.05, 0.01, 200), theirs)
    assert 0.04 < interval.low < interval.high < 0.06


def test_the_interval_is_that_of_the_normal_law_on_many_queries() -> None:
    chance = np.random.default_rng(2)
    differences = chance.normal(0.1, 0.3, 400)
    interval = paired_interval(differences, np.zeros(400))
    half = 1.96 * differences.std() / np.sqrt(400)
    assert interval.low == pytest.approx(differences.mean() - half, abs=0.004)
    assert interval.high == pytest.approx(differences.mean() + half, abs=0.004)


def test_swapping_the_systems_mirrors_the_interval_and_asking_twice_changes_nothing() -> None:
    chance = np.random.default_rng(3)
    ours, theirs = chance.random(50), chance.random(50)
    interval, mirrored = paired_interval(ours, theirs), paired_interval(theirs, ours)
    assert interval == paired_interval(ours, theirs)
    assert [mirrored.low, mirrored.high] == pytest.approx([-interval.high, -interval.low])


def test_figures_that_do_not_go_together_are_refused() -> None:
    for ours, theirs in ((np.ones(2), np.ones(3)), (np.ones(0), np.ones(0))):
        with pytest.raises(ValueError, match="figures against"):
            paired_interval(ours, theirs)
