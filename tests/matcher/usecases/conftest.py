"""Two people who answer each other, in an installation that a test may fill and change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_rows

Row = dict[str, Any]
Stored = Callable[..., None]
TODAY = date(2026, 11, 23)


@pytest.fixture
def worker_row() -> Row:
    """Odile, social worker in Argenteuil: she needs bicycles mended and has a room."""
    return {
        "id": "odile",
        "kind": "social_worker",
        "name": "Odile Tremblay",
        "commune": "95018",
        "email": "odile@exemple.fr",
        "consent_email": True,
        "needs": [
            "Un atelier de réparation de vélos pour des jeunes sans emploi",
            "Des repas chauds pour une soirée par semaine",
        ],
        "offers": ["Une salle de réunion le mardi soir"],
        "updated": "2026-01-05",
    }


@pytest.fixture
def entrepreneur_row() -> Row:
    """Atelier Roues, which mends bicycles in Cergy and looks for a room."""
    return {
        "id": "roues",
        "kind": "social_entrepreneur",
        "name": "Atelier Roues",
        "commune": "95127",
        "email": "roues@exemple.fr",
        "consent_email": True,
        "needs": ["Une salle de réunion le soir"],
        "offers": [
            "Du compost pour des jardins",
            "Atelier de réparation de vélos encadré pour des jeunes",
        ],
        "updated": "2026-10-05",
    }


@pytest.fixture
def almost_empty(databases: Any, engine: str, tmp_path: Path) -> Iterator[Application]:
    """An installation in which there is nobody, on 23 November 2026, that can send mails."""
    url = databases.copy(engine, tmp_path / "own" / "synergies.db")
    settings = Settings(database_url=url, model="hashing", index_folder=tmp_path / "own-index")
    settings = replace(
        settings,
        mail_from="Synergies <bonjour@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="https://synergies.test",
    )
    mine = Application(settings, Database.open(url), today=lambda: TODAY)
    yield mine
    mine.close()
    databases.drop(engine, url)


@pytest.fixture
def store(almost_empty: Application) -> Stored:
    """Imports rows, as a file would bring them; none may be refused."""

    def imported(*rows: Row) -> None:
        report = import_rows(
            enumerate(rows, start=1),
            file="test",
            database=almost_empty.database,
            referential=almost_empty.referential,
            today=almost_empty.today(),
            scope=Scope.everything(),
        )
        assert not report.rejected

    return imported


@pytest.fixture
def desk(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> Application:
    """The installation with both."""
    store(worker_row, entrepreneur_row)
    return almost_empty
