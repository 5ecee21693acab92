"""A fresh database a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.store.database import Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/var/synergies.db"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database.open(url)
    yield opened
    opened.close()
