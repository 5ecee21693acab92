"""An installation where one person has left unmistakable words everywhere."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_actors

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
TODAY = date(2026, 11, 23)
WORD = b"zzcanari"
CANARY = {
    "id": "zzcanari-identifiant-9417",
    "kind": "social_worker",
    "name": "Zzcanari Nomunique",
    "organization": "Zzcanari Organisation",
    "structure_type": "CCAS",
    "email": "zzcanari.courriel@exemple.fr",
    "commune": "Argenteuil",
    "zone": ["95"],
    "radius_km": 12,
    "domains": ["mobilite"],
    "publics": ["jeunes"],
    "description": "Zzcanaridescription accompagne des familles.",
    "needs": [
        "Zzcanaribesoin : un lieu pour un atelier cuisine avec des familles hébergées à l’hôtel",
        {"text": "Zzcanarivelo : des vélos d’occasion à bas prix", "expires": "2027-01-01"},
    ],
    "offers": ["Zzcanarioffre : une salle de réunion libre le jeudi"],
    "capacity_per_month": 4,
    "consent_email": True,
    "known": ["es-taverny-velo-01"],
    "source": "Zzcanarisource",
    "updated": "2026-11-01",
}
FRIEND = {
    "id": "ami",
    "kind": "social_entrepreneur",
    "name": "Un Ami",
    "commune": "Argenteuil",
    "offers": ["Un lieu pour un atelier cuisine, ouvert aux familles hébergées à l’hôtel"],
    "needs": ["Une salle de réunion"],
    "known": [CANARY["id"], "es-taverny-velo-01"],
}

Install = Callable[[Path], Application]


def _install(file: Path) -> Application:
    settings = Settings(database_url=f"sqlite:///{file}", model="hashing")
    return Application(settings, Database.open(settings.database_url), today=lambda: TODAY)


@pytest.fixture
def install() -> Install:
    """Opens an installation on a database file, on 23 November 2026."""
    return _install


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where everything of the installation is kept."""
    kept = tmp_path / "kept"
    kept.mkdir()
    return kept


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The file that the person comes from, which is not the installation's."""
    file = tmp_path / "annuaire.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in (CANARY, FRIEND)), "utf-8")
    return file


@pytest.fixture
def application(folder: Path, source: Path, install: Install) -> Iterator[Application]:
    """An installation with the fixtures, the person and somebody who knows it."""
    mine = install(folder / "synergies.db")
    mine.live.recent = 20  # an index on disk
    report = import_actors(
        [FIXTURES, source],
        database=mine.database,
        referential=mine.referential,
        scope=Scope.everything(),
        today=TODAY,
    )
    assert not report.rejected
    yield mine
    mine.close()


@pytest.fixture
def canary() -> str:
    """The person's id."""
    return str(CANARY["id"])


@pytest.fixture
def traces(folder: Path, count: Callable[..., None]) -> Callable[[], dict[str, int]]:
    """Counts the words that tell of the person in each file of the installation."""

    def looked() -> dict[str, int]:
        found = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes().lower()
            count("privacy", bytes_searched=len(content))
            seen = content.count(WORD)
            if seen or WORD in path.name.lower().encode():
                found[path.relative_to(folder).as_posix()] = seen
        count("privacy", searches=1)
        return found

    return looked


@pytest.fixture
def left(
    traces: Callable[[], dict[str, int]], count: Callable[..., None]
) -> Callable[[], dict[str, int]]:
    """The same once the person was erased, when there should be nothing any more."""

    def looked() -> dict[str, int]:
        found = traces()
        count("privacy", canary_bytes_left=len(WORD) * sum(max(1, n) for n in found.values()))
        return found

    return looked
