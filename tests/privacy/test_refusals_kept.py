"""What was refused stays refused: after a restore, after a purge, after a change by oneself."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.scope import Role as CallerRole
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.actors import delete_actors, find_actor, save_actors
from matcher.store.database import Database
from matcher.store.oppositions import oppositions_of
from matcher.usecases.back_up import back_up
from matcher.usecases.change_actor import change_actor
from matcher.usecases.oppose import oppose
from matcher.usecases.restore import restore

pytestmark = pytest.mark.every_engine

TODAY = date(2026, 11, 23)
EVERYTHING = Scope.everything()
NEED = Statement(Role.NEED, "Un lieu pour un atelier cuisine")
PERSON = Actor(
    *("elle", Kind.SOCIAL_WORKER, "Élise"),
    commune="95018",
    needs=(NEED,),
    updated=TODAY,
    consent_email=True,
)
OTHER = Actor("lui", Kind.SOCIAL_WORKER, "Paul", updated=TODAY, consent_email=True)


@pytest.fixture(autouse=True)
def tools(engine: str, database_url: str, databases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools of the server under test, as an administrator has them."""
    if engine != "sqlite":
        path = f"{databases.servers[engine].binaries}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", path)


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Application]:
    """Two people who refuse nothing."""
    settings = Settings(database_url, model="hashing", index_folder=tmp_path / "own" / "index")
    with closing(Application(settings, Database.open(database_url), lambda: TODAY)) as mine:
        with mine.database.write() as connection:
            save_actors(connection, [PERSON, OTHER], today=TODAY)
        yield mine


@pytest.fixture
def go_back(installation: Application, tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Makes a backup now; what it gives restores it."""

    def make() -> Callable[[], None]:
        settings, file = installation.settings, tmp_path / "monday.backup"
        back_up(settings.database_url, file)
        now = datetime(2026, 11, 24, tzinfo=UTC)

        def back() -> None:
            restore(settings, file, now=now, replace=True)

        return back

    return make


GoBack = Callable[[], Callable[[], None]]


def refused(installation: Application, name: str = "elle") -> tuple[bool, bool, set[str]]:
    """Whether it may be matched and written to, and what is noted that it refuses."""
    with installation.database.read() as connection:
        actor = find_actor(connection, name)
        noted = oppositions_of(connection, [name]).get(name, {})
    assert actor is not None
    return actor.profiling, actor.consent_email, set(noted)


def test_a_refusal_survives_the_restore_of_an_older_backup(
    installation: Application, go_back: GoBack
) -> None:
    restore_monday = go_back()
    oppose(installation, "elle", EVERYTHING, profiling=True, mail=True)
    restore_monday()
    assert refused(installation) == (False, False, {"profiling", "mail"})
    assert refused(installation, "lui") == (True, True, set())


def test_it_survives_the_loss_of_the_store_too(
    installation: Application, go_back: GoBack, engine: str
) -> None:
    restore_monday = go_back()
    oppose(installation, "elle", EVERYTHING, mail=True)
    with installation.database.write() as connection:  # as if the store began again
        for table in ("erasures", "erasure_keys", "oppositions"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    restore_monday()
    assert refused(installation) == (True, False, {"mail"})


def test_one_that_was_taken_back_before_the_backup_does_not_return(
    installation: Application, go_back: GoBack
) -> None:
    oppose(installation, "elle", EVERYTHING, profiling=True)
    oppose(installation, "elle", EVERYTHING, profiling=False)
    go_back()()
    assert refused(installation) == (True, True, set())


def test_one_taken_back_after_the_backup_returns_with_it_and_can_be_taken_back_again(
    installation: Application, go_back: GoBack
) -> None:
    oppose(installation, "elle", EVERYTHING, profiling=True)
    restore_monday = go_back()
    oppose(installation, "elle", EVERYTHING, profiling=False)
    restore_monday()
    assert refused(installation) == (False, True, {"profiling"})
    oppose(installation, "elle", EVERYTHING, profiling=False)
    go_back()()
    assert refused(installation) == (True, True, set())


def test_who_left_with_a_purge_and_is_imported_again_refuses_still(
    installation: Application,
) -> None:
    oppose(installation, "elle", EVERYTHING, profiling=True)
    with installation.database.write() as connection:
        delete_actors(connection, ["elle"])
        save_actors(connection, [PERSON], today=TODAY)
    assert refused(installation) == (False, True, {"profiling"})


def test_what_a_person_turns_off_in_its_own_profile_is_a_refusal(
    installation: Application, go_back: GoBack
) -> None:
    restore_monday = go_back()
    _change(installation, profiling=False, consent_email=False)
    with installation.database.write() as connection:
        save_actors(connection, [PERSON], today=TODAY)  # a file that says otherwise
    assert refused(installation) == (False, False, {"profiling", "mail"})
    restore_monday()
    assert refused(installation) == (False, False, {"profiling", "mail"})
    _change(installation, profiling=True, consent_email=True)
    go_back()()
    assert refused(installation) == (True, True, set())


def test_the_copy_of_the_ledger_names_nobody(installation: Application) -> None:
    oppose(installation, "elle", EVERYTHING, profiling=True, mail=True)
    told = installation.settings.ledger_file.read_text("utf-8")
    assert "elle" not in told
    assert "profiling" not in told


def _change(installation: Application, **said: bool) -> None:
    values: dict[str, object] = {
        "kind": "social_worker",
        "name": "Élise",
        "commune": "95018",
        "needs": [NEED.text],
    }
    mine = Scope(CallerRole.PRACTITIONER, who="actor:elle", actor_id="elle")
    change_actor(installation, "elle", values | said, mine)
