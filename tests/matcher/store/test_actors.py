"""Actors come back as they were saved, and only what changed is written."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store.actors import (
    SaveCounts,
    all_actors,
    delete_actor,
    find_actor,
    save_actors,
)
from matcher.store.changes import change_sequence
from matcher.store.database import Database

TODAY = date(2026, 11, 23)
CENTRE = Actor(
    id="centre",
    kind=Kind.SOCIAL_WORKER,
    name="Centre social Les Tilleuls",
    organization="Ville d’Argenteuil",
    structure_type="CS",
    email="accueil@example.org",
    commune="95018",
    zone=("department:95", "epci:200058485"),
    radius_km=12.5,
    domains=("mobilite",),
    publics=("jeunes", "femmes"),
    description="Un lieu d’accueil.\nOuvert à tous.",
    needs=(
        Statement(Role.NEED, "Des vélos pour aller au travail", ("mobilite",), (), TODAY),
        Statement(Role.NEED, "Une garde d’enfants"),
    ),
    offers=(Statement(Role.OFFER, "Une salle le mardi", (), ("familles",)),),
    capacity_per_month=3,
    consent_email=True,
    profiling=False,
    known=("atelier",),
    source="formulaire",
    updated=date(2026, 1, 2),
)
ATELIER = Actor(id="atelier", kind=Kind.SOCIAL_ENTREPRENEUR, name="L’Atelier du vélo")

KILLED_WRITER = """
import os, signal, sys
from datetime import date
from matcher.engine.profiles import Actor, Kind
from matcher.store.actors import save_actors
from matcher.store.database import Database
database = Database.open(sys.argv[1])
with database.write() as connection:
    people = [Actor(id=str(n), kind=Kind.SOCIAL_WORKER, name="x") for n in range(2000)]
    save_actors(connection, people, today=date(2026, 11, 23))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def save(database: Database, *actors: Actor, today: date = TODAY) -> SaveCounts:
    with database.write() as connection:
        return save_actors(connection, actors, today=today)


def sequence(database: Database) -> int:
    with database.read() as connection:
        return change_sequence(connection)


def stored(database: Database, actor_id: str) -> Actor | None:
    with database.read() as connection:
        return find_actor(connection, actor_id)


def test_an_actor_comes_back_whole(database: Database) -> None:
    save(database, CENTRE)
    assert stored(database, "centre") == CENTRE


def test_all_actors_are_ordered_by_id(database: Database) -> None:
    save(database, CENTRE, ATELIER, replace(ATELIER, id="Zèbre"), replace(ATELIER, id="éclair"))
    with database.read() as connection:
        found = [actor.id for actor in all_actors(connection)]
    assert found == sorted(found)
    assert len(found) == 4


def test_an_unknown_id_is_none(database: Database) -> None:
    assert stored(database, "nobody") is None


def test_saving_twice_counts_unchanged_and_leaves_the_sequence(database: Database) -> None:
    assert save(database, CENTRE, ATELIER) == SaveCounts(created=2)
    before = sequence(database)
    assert save(database, CENTRE, ATELIER, today=date(2027, 1, 1)) == SaveCounts(unchanged=2)
    assert sequence(database) == before
    assert getattr(stored(database, "atelier"), "updated", None) == TODAY


def test_a_change_is_written_dated_and_moves_the_sequence(database: Database) -> None:
    save(database, ATELIER)
    before, later = sequence(database), date(2027, 1, 1)
    offer = Statement(Role.OFFER, "Réparer des vélos")
    assert save(database, replace(ATELIER, offers=(offer,)), today=later) == SaveCounts(updated=1)
    found = stored(database, "atelier")
    assert found == replace(ATELIER, offers=(offer,), updated=later)
    assert sequence(database) > before


def test_those_who_save_at_once_wait_for_each_other(database: Database) -> None:
    def save_five(author: int) -> None:
        for number in range(5):
            save(database, replace(ATELIER, id=f"{author}-{number}"))
            save(database, replace(ATELIER, name=f"{author}-{number}"))

    authors = [threading.Thread(target=save_five, args=(author,)) for author in range(6)]
    for author in authors:
        author.start()
    for author in authors:
        author.join()
    assert sequence(database) == 60
    with database.read() as connection:
        assert len(all_actors(connection)) == 31


def test_of_two_actors_with_one_id_the_last_counts(database: Database) -> None:
    assert save(database, ATELIER, replace(ATELIER, name="Autre")) == SaveCounts(created=1)
    assert getattr(stored(database, "atelier"), "name", None) == "Autre"


def test_a_deleted_actor_is_gone_and_no_longer_known_by_others(database: Database) -> None:
    save(database, CENTRE, ATELIER)
    before = sequence(database)
    with database.write() as connection:
        assert delete_actor(connection, "atelier")
        assert not delete_actor(connection, "atelier")
    assert stored(database, "atelier") is None
    assert getattr(stored(database, "centre"), "known", None) == ()
    assert sequence(database) > before


@pytest.mark.sqlite_only
def test_deleted_words_are_gone_from_the_files(database: Database, tmp_path: Path) -> None:
    words = "Témoignage que personne ne doit retrouver"
    save(database, replace(ATELIER, description=words))
    with database.write() as connection:
        delete_actor(connection, "atelier")
    database.truncate_log()
    for file in (tmp_path / "var").iterdir():
        assert words.encode() not in file.read_bytes()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_writer_killed_before_its_commit_leaves_nothing(url: str, database: Database) -> None:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", KILLED_WRITER, url]
    killed = subprocess.run(command, env=environment, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with database.read() as connection:
        assert all_actors(connection) == []
        assert change_sequence(connection) == 0
    assert save(database, ATELIER) == SaveCounts(created=1)
