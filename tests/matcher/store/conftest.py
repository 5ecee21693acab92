"""A fresh database a test, on each engine."""

from collections.abc import Iterator

import pytest

from matcher.store.database import Database


@pytest.fixture
def url(database_url: str) -> str:
    """The address of a database in which there is nobody."""
    return database_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database in which there is nobody."""
    opened = Database.open(url)
    yield opened
    opened.close()
