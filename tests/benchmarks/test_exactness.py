"""What the product answers is what brute force answers."""

from pathlib import Path

import pytest

from models.analysis import open_encoder
from models.hashing import HashingEncoder
from tests.benchmarks.exactness import Compared, compare, recorded

CLOSE = 1e-4


def assert_exact(found: Compared) -> None:
    assert found.shown > found.questions
    assert found.other_ids == 0
    assert found.furthest_score < CLOSE


def test_partners_and_scores_are_those_of_brute_force() -> None:
    encoder = HashingEncoder()
    index, model = recorded(encoder, 1_000)
    assert_exact(compare(index, model, encoder.model_id, 60))


@pytest.mark.slow
def test_they_are_over_twenty_thousand_actors_with_the_real_encoder(model_directory: Path) -> None:
    encoder = open_encoder(None, model_directory)
    index, model = recorded(encoder, 20_000)
    assert_exact(compare(index, model, encoder.model_id, 1_000))
