"""An installation on a temporary database, with fictitious actors and no model to download."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_rows

WORKERS = {
    "ccas-argenteuil": ("95018", "Un atelier de réparation de vélos pour des jeunes sans emploi"),
    "mission-cergy": ("95127", "Un chantier où des jeunes découvrent les métiers du bois"),
    "chrs-sarcelles": ("95585", "Des repas chauds pour une soirée par semaine"),
}
ENTREPRENEURS = {
    "velo-argenteuil": ("95018", "Atelier de réparation de vélos encadré pour des jeunes"),
    "bois-cergy": ("95127", "Chantier d’insertion : menuiserie, les jeunes découvrent le bois"),
    "traiteur-sarcelles": ("95585", "Des repas chauds livrés le soir à des structures sociales"),
    "velo-paris": ("75111", "Réparation de vélos en pied d’immeuble"),
}


def row(actor_id: str, kind: str, commune: str, **said: Any) -> dict[str, Any]:
    """A row of an actor file."""
    return {"id": actor_id, "kind": kind, "name": actor_id, "commune": commune, **said}


ROWS = [
    *(
        row(
            actor_id,
            "social_worker",
            commune,
            needs=[need],
            offers=["Une salle de réunion"],
            email=f"{actor_id}@exemple.fr",
        )
        for actor_id, (commune, need) in WORKERS.items()
    ),
    *(
        row(
            actor_id,
            "social_entrepreneur",
            commune,
            offers=[offer],
            needs=["Une salle de réunion"],
            domains=["mobilite"] if "velo" in actor_id else [],
        )
        for actor_id, (commune, offer) in ENTREPRENEURS.items()
    ),
]

Import = Callable[[list[dict[str, Any]]], None]


def installed(url: str, folder: Path) -> Application:
    """A real installation on one database, on 23 November 2026."""
    settings = Settings(database_url=url, model="hashing", index_folder=folder / "index")
    return Application(settings, Database.open(url), today=lambda: date(2026, 11, 23))


@pytest.fixture
def filled_url(databases: Any, engine: str, tmp_path: Path) -> Iterator[str]:
    """A database of its own with seven actors, copied from one that is made once."""

    def fill(url: str) -> None:
        made = installed(url, tmp_path)
        _import(made, ROWS)
        made.close()

    url = databases.copy(engine, tmp_path / "synergies.db", "seven actors", fill)
    yield url
    databases.drop(engine, url)


@pytest.fixture
def application(filled_url: str, tmp_path: Path) -> Iterator[Application]:
    """An installation with seven actors that a test may change."""
    mine = installed(filled_url, tmp_path)
    yield mine
    mine.close()


@pytest.fixture
def add_actors(application: Application) -> Import:
    """Store more actors while the interface is in use."""
    return lambda rows: _import(application, rows)


@pytest.fixture
def client(application: Application) -> TestClient:
    """A caller of the interface; an exception that escapes fails the test."""
    return TestClient(create_app(application))


@pytest.fixture
def problem_of() -> Callable[..., dict[str, Any]]:
    """Read the problem document of a response, which must be complete, small and in words."""
    return _problem_of


def _problem_of(response: Any, *statuses: int) -> dict[str, Any]:
    assert response.status_code in statuses, response.text[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert len(response.content) < 8000
    errors = problem.get("errors", [])
    for text in (problem["title"], *(part["detail"] for part in [problem, *errors])):
        assert not text.startswith(("error.", "problem.", "import.")), text
    assert all({"pointer", "parameter", "line"} & set(error) for error in errors)
    return problem


def _import(application: Application, rows: list[dict[str, Any]]) -> None:
    report = import_rows(
        enumerate(rows, start=1),
        file="test",
        database=application.database,
        referential=application.referential,
        today=application.today(),
        scope=Scope.everything(),
    )
    assert not report.rejected
