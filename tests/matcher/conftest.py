"""An installation on the fixtures, and indexes that follow its store each in their own way."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from matcher.bootstrap import Application
from matcher.live_index import LiveIndex
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_actors

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
TODAY = date(2026, 11, 23)


def _installed(file: Path) -> Application:
    settings = Settings(database_url=f"sqlite:///{file}", model="hashing")
    return Application(settings, Database.open(settings.database_url), today=lambda: TODAY)


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fixtures") / "synergies.db"
    made = _installed(file)
    import_actors([FIXTURES], database=made.database, referential=made.referential, today=TODAY)
    made.snapshot()  # vectors are computed once for all tests
    made.database.truncate_log()
    made.close()
    return file


@pytest.fixture
def application(_filled: Path, tmp_path: Path) -> Iterator[Application]:
    """An installation with the fixtures, that a test may change, on 23 November 2026."""
    copyfile(_filled, tmp_path / "synergies.db")
    mine = _installed(tmp_path / "synergies.db")
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
