"""A small population, drawn once, and a drawn part of the sources."""

import pytest

from matcher.engine.profiles import Actor
from matcher.population import population

SEED = 3


@pytest.fixture(scope="session")
def drawn() -> list[Actor]:
    """Actors of several blocks."""
    return list(population(9000, SEED))
