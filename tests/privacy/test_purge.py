"""What was kept long enough goes, what was not stays, and a kill in between takes nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.actors import all_actors, find_actor, save_actors
from matcher.store.database import Database
from matcher.usecases.oppose import oppose
from matcher.usecases.purge import Retention, purge

ROOT = Path(__file__).parents[2]
EVERYTHING = Scope.everything()
TODAY = date(2026, 11, 23)
LIMIT = date(2023, 11, 23)
OLD = Statement(Role.NEED, "Un besoin d’autrefois", expires=date(2025, 11, 22))
RECENT = Statement(Role.NEED, "Un besoin de l’an dernier", expires=date(2025, 11, 23))
PEOPLE = [
    Actor("ancien", Kind.SOCIAL_WORKER, "Ancien", updated=LIMIT - timedelta(days=1)),
    Actor("limite", Kind.SOCIAL_WORKER, "Limite", updated=LIMIT, needs=(OLD, RECENT)),
    Actor("neuf", Kind.SOCIAL_WORKER, "Neuf", updated=TODAY, known=("ancien",)),
]


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/a.db", model="hashing")
    database = Database.open(settings.database_url)
    with database.write() as connection:
        save_actors(connection, PEOPLE, today=TODAY)
    mine = Application(settings, database, today=lambda: TODAY)
    yield mine
    mine.close()


def test_who_was_silent_too_long_goes_and_nobody_else(application: Application) -> None:
    assert purge(application, Retention(), dry_run=True).actors == 1
    done = purge(application, Retention())
    assert (done.actors, done.statements, done.complete) == (1, 1, True)
    with application.database.read() as connection:
        left = {actor.id: actor for actor in all_actors(connection)}
    assert set(left) == {"limite", "neuf"}
    assert left["limite"].needs == (RECENT,)
    assert left["neuf"].known == ()
    assert purge(application, Retention()).actors == 0


def test_a_trial_run_changes_nothing(application: Application) -> None:
    with application.database.read() as connection:
        before = all_actors(connection)
    purge(application, Retention(1, 1), dry_run=True)
    with application.database.read() as connection:
        assert all_actors(connection) == before


def test_three_years_later_everybody_silent_is_gone(application: Application) -> None:
    application.today = lambda: date(2029, 11, 24)
    assert purge(application, Retention()).actors == 3


def test_who_gave_news_stays(application: Application) -> None:
    oppose(application, "ancien", EVERYTHING, mail=True)
    assert purge(application, Retention()).actors == 0


def test_durations_are_settable_within_reason(application: Application) -> None:
    assert purge(application, Retention(actor_months=48), dry_run=True).actors == 0
    with pytest.raises(InvalidInput):
        Retention(actor_months=0)


def test_who_goes_so_may_be_imported_again(application: Application) -> None:
    purge(application, Retention())
    with application.database.write() as connection:
        again = replace(PEOPLE[0], updated=TODAY)
        assert save_actors(connection, [again], today=TODAY).created == 1


KILLED = """
import os, signal, sys
from datetime import date
from matcher.bootstrap import Application
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.purge import Retention, purge
settings = Settings(database_url=sys.argv[1], model="hashing")
mine = Application(settings, Database.open(sys.argv[1]), today=lambda: date(2026, 11, 23))
purge(mine, Retention(), before_commit=lambda: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_kill_in_the_middle_takes_nothing(application: Application) -> None:
    with application.database.read() as connection:
        before = all_actors(connection)
    url = application.settings.database_url
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, url], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    with application.database.read() as connection:
        assert all_actors(connection) == before
        assert find_actor(connection, "ancien") is not None
    assert purge(application, Retention()).actors == 1


def test_vectors_of_words_that_nobody_says_go(application: Application) -> None:
    application.snapshot()
    with application.database.write() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM vectors").scalar_one()
        connection.exec_driver_sql(
            "INSERT INTO vectors (model_id, role, text_hash, dimension, vector)"
            f" VALUES ('m', 'need', '{'ab' * 32}', 1, X'00')"
        )
    purge(application, Retention(statement_months=1200))
    with application.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM vectors").scalar_one() <= kept
        assert json.dumps("ab" * 32)[1:-1] not in repr(
            connection.exec_driver_sql("SELECT text_hash FROM vectors").all()
        )
