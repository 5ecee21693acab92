"""An installation on the fixtures, and indexes that follow its store each in their own way."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.live_index import LiveIndex
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_actors

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
TODAY = date(2026, 11, 23)


def _installed(url: str, folder: Path) -> Application:
    settings = Settings(database_url=url, model="hashing", index_folder=folder / "own-index")
    return Application(settings, Database.open(url), today=lambda: TODAY)


@pytest.fixture
def filled_url(databases: Any, engine: str, tmp_path: Path) -> Iterator[str]:
    """A database of its own with the fixtures and their vectors, copied from one made once."""

    def fill(url: str) -> None:
        made = _installed(url, tmp_path)
        import_actors(
            [FIXTURES],
            database=made.database,
            referential=made.referential,
            today=TODAY,
            scope=Scope.everything(),
        )
        made.snapshot()
        made.close()

    url = databases.copy(engine, tmp_path / "synergies.db", "the fixtures", fill)
    yield url
    databases.drop(engine, url)


@pytest.fixture
def application(filled_url: str, tmp_path: Path) -> Iterator[Application]:
    """An installation with the fixtures, that a test may change, on 23 November 2026."""
    mine = _installed(filled_url, tmp_path)
    yield mine
    mine.close()


@pytest.fixture
def following(application: Application, tmp_path: Path) -> Callable[..., LiveIndex]:
    """Makes indexes that follow the store of ``application``, mapped once it holds 20 actors."""

    def follow(
        folder: str = "index", recent: int = 20, learned: str = "these constants"
    ) -> LiveIndex:
        parts = (application.database, application.builder, application.locate)
        return LiveIndex(*parts, tmp_path / folder, learned, recent)

    return follow
