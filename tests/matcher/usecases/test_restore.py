"""A backup is whole, and what is restored from it is another life of the store."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.errors import NotReady, SynergiesError, UnusableFile
from matcher.live_index import LiveIndex
from matcher.settings import Settings
from matcher.store.accounts import StoredAccount, add_account, list_accounts
from matcher.store.actors import all_actors, save_actors
from matcher.store.database import Database, migrate
from matcher.store.desk_tables import staged_imports
from matcher.store.installation import confirm_sending, moment_of, read_installation
from matcher.store.outbox import may_send
from matcher.store.sessions import add_link, add_session, find_session, opens
from matcher.store.staged_imports import stage
from matcher.usecases.back_up import back_up
from matcher.usecases.restore import Restored, restore

pytestmark = pytest.mark.every_engine

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PEOPLE = [
    Actor(
        f"actor-{number}",
        Kind.SOCIAL_WORKER,
        "Élise",
        commune="95018",
        needs=(Statement(Role.NEED, f"Des vélos n° {number}"),),
        updated=TODAY,
    )
    for number in range(30)
]


@pytest.fixture(autouse=True)
def tools(engine: str, database_url: str, databases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools of the server under test, as an administrator has them."""
    if engine != "sqlite":
        path = f"{databases.servers[engine].binaries}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", path)


@pytest.fixture
def url(database_url: str) -> str:
    """A store with thirty actors."""
    save(database_url, *PEOPLE)
    return database_url


@pytest.fixture
def backup(url: str, tmp_path: Path) -> Path:
    """A backup of thirty actors."""
    return back_up(url, tmp_path / "monday.backup").file


@pytest.fixture
def elsewhere(engine: str, databases: Any, tmp_path: Path) -> Iterator[str]:
    """Another database, in which nothing was created yet."""
    (tmp_path / "elsewhere").mkdir()
    made = databases.empty(engine, tmp_path / "elsewhere" / "synergies.db")
    yield made
    databases.drop(engine, made)


def restored(url: str, file: Path, *, replace: bool = False) -> Restored:
    """Restore as the command does."""
    return restore(Settings(database_url=url), file, now=NOW, replace=replace)


def save(url: str, *actors: Actor) -> None:
    with closing(Database.open(url)) as database, database.write() as connection:
        save_actors(connection, actors, today=TODAY)


def people(url: str) -> list[Actor]:
    with closing(Database.open(url)) as database, database.read() as connection:
        return all_actors(connection)


def refused(*arguments: Any, **options: Any) -> SynergiesError:
    with pytest.raises(SynergiesError) as raised:
        restored(*arguments, **options)
    return raised.value


def test_what_was_saved_is_restored_where_there_was_nothing(backup: Path, elsewhere: str) -> None:
    assert restored(elsewhere, backup).actors == 30
    assert people(elsewhere) == sorted(PEOPLE, key=lambda actor: actor.id)


def test_nobody_is_signed_in_by_a_backup(url: str, tmp_path: Path, elsewhere: str) -> None:
    account = StoredAccount("acc_1", "a@exemple.fr", "admin", (), 1)
    with closing(Database.open(url)) as database, database.write() as connection:
        add_account(connection, account)
        add_link(connection, "link", account.id, 100)
        add_session(connection, "session", account.id, 100)
    restored(elsewhere, back_up(url, tmp_path / "signed-in.backup").file)
    with closing(Database.open(elsewhere)) as database, database.read() as connection:
        assert list_accounts(connection) == [account]
        assert find_session(connection, "session", 101) is None
        assert not opens(connection, "link", 101)


def test_files_that_waited_to_be_imported_are_gone_to_the_last_byte(
    url: str, tmp_path: Path, elsewhere: str, engine: str
) -> None:
    """They name people, live an hour, and whoever sent them has to sign in again."""
    content = b"".join(b"Zzcanari %d\n" % number for number in range(100))
    with closing(Database.open(url)) as database, database.write() as connection:
        stage(connection, "acc_1", "zzcanari.csv", content, {}, now=100)
        kept = connection.execute(select(staged_imports.c.content)).scalar_one()
    file = back_up(url, tmp_path / "waiting.backup").file
    restored(elsewhere, file)
    with closing(Database.open(elsewhere)) as database, database.read() as connection:
        assert connection.execute(select(staged_imports)).all() == []
    if engine == "sqlite":
        assert kept in file.read_bytes()
        folder = Path(elsewhere.removeprefix("sqlite:///")).parent
        left = b"".join(one.read_bytes() for one in folder.iterdir() if one.is_file())
        assert kept not in left
        assert b"zzcanari" not in left


def test_a_backup_is_its_owner_s_alone_and_leaves_nothing_beside_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir() if "monday" in path.name] == [backup.name]


def test_a_store_that_holds_something_is_replaced_only_when_that_is_said(
    url: str, backup: Path
) -> None:
    save(url, replace(PEOPLE[0], id="later"))
    assert refused(url, backup).code == "database-not-empty"
    assert len(people(url)) == 31
    assert restored(url, backup, replace=True).actors == 30
    assert {actor.id for actor in people(url)} == {actor.id for actor in PEOPLE}


def test_a_restored_store_is_another_life_that_sends_nothing_until_confirmed(
    url: str, backup: Path
) -> None:
    with closing(Database.open(url)) as database:
        with database.read() as connection:
            before, first = moment_of(connection), read_installation(connection)
        assert (first.restored_at, first.sending_confirmed) == (None, True)
        restored(url, backup, replace=True)
        with database.read() as connection:
            after, second = moment_of(connection), read_installation(connection)
            assert not may_send(connection)
        assert (second.restored_at, second.sending_confirmed) == (NOW, False)
        assert after.sequence == before.sequence
        assert after.life != before.life
        with database.write() as connection:
            confirm_sending(connection)
        with database.read() as connection:
            assert may_send(connection)


def test_an_index_of_the_later_life_is_never_answered_from(
    url: str, backup: Path, tmp_path: Path
) -> None:
    """Even where the restored store has changed as many times: the numbers are the same again."""
    settings = Settings(database_url=url, model="hashing", index_folder=tmp_path / "index")
    with closing(Database.open(url)) as database:
        application = Application(settings, database, today=lambda: TODAY)
        parts = (database, application.builder, application.locate, tmp_path / "index", "these")
        running = LiveIndex(*parts, recent=5)
        save(url, replace(PEOPLE[0], id="of the later life"))
        assert running.current(TODAY).find("of the later life") is not None
        restored(url, backup, replace=True)
        save(url, replace(PEOPLE[0], id="of this life"))
        for live in (running, LiveIndex(*parts, recent=5)):
            snapshot = live.current(TODAY)
            assert snapshot.find("of the later life") is None
            assert snapshot.find("of this life") is not None
            assert len(snapshot) == 31


@pytest.mark.parametrize("kept", [16, 300, 0.5, 0.9])
def test_a_backup_that_is_cut_short_is_refused_and_the_store_is_as_before(
    url: str, backup: Path, kept: float
) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(kept if kept > 1 else kept * len(content))])
    assert refused(url, backup, replace=True).code == "backup-damaged"
    assert len(people(url)) == 30


def test_what_is_no_backup_is_refused(url: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Madame, Monsieur,")
    assert refused(url, tmp_path / "letter.txt").code == "backup-unknown"
    assert refused(url, tmp_path / "nothing").code == "file-absent"


def test_a_file_that_is_no_backup_is_not_overwritten(url: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Madame, Monsieur,")
    with pytest.raises(UnusableFile) as raised:
        back_up(url, tmp_path / "letter.txt")
    assert raised.value.code == "backup-elsewhere"
    assert (tmp_path / "letter.txt").read_text() == "Madame, Monsieur,"


def test_an_older_backup_takes_the_place_of_the_one_before(url: str, backup: Path) -> None:
    save(url, replace(PEOPLE[0], id="later"))
    back_up(url, backup)
    assert restored(url, backup, replace=True).actors == 31


def test_the_backup_of_a_newer_version_is_refused(url: str, tmp_path: Path) -> None:
    with closing(Database.open(url)) as database, database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        path = tmp_path / "newer.backup"
    with pytest.raises(NotReady):
        back_up(url, path)
    assert not path.exists()


def test_the_database_of_another_program_is_left_alone(
    backup: Path, elsewhere: str, engine: str
) -> None:
    migrate(elsewhere)
    with closing(Database.open(elsewhere)) as database, database.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert refused(elsewhere, backup, replace=True).code == "database-foreign"


def test_a_backup_under_writes_holds_one_state(url: str, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            save(url, *(replace(actor, name=f"n° {number}") for actor in PEOPLE))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [back_up(url, tmp_path / f"{number}.backup").file for number in range(3)]
    finally:
        stop.set()
        writer.join()
    for file in files:
        restored(url, file, replace=True)
        assert len({actor.name for actor in people(url)}) == 1


@pytest.mark.postgresql_only
def test_an_ordinary_owner_of_the_database_saves_and_restores_everybody(
    url: str, tmp_path: Path
) -> None:
    """Rows are guarded from their owner too: what a superuser sees proves nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE ordinary LOGIN")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public AUTHORIZATION ordinary")
    mine = url.replace("postgres@", "ordinary@")
    try:
        migrate(mine)
        save(mine, *PEOPLE)
        backup = back_up(mine, tmp_path / "a.backup").file
        save(mine, replace(PEOPLE[0], id="later"))
        assert restored(mine, backup, replace=True).actors == 30
        assert len(people(mine)) == 30
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY ordinary CASCADE")
            connection.execute("DROP ROLE ordinary")


@pytest.mark.postgresql_only
def test_tools_that_are_missing_are_named(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("matcher.store.postgresql_backup.DEBIAN", tmp_path)
    with pytest.raises(NotReady) as raised:
        back_up(url, tmp_path / "a.backup")
    assert raised.value.code == "postgresql-tools-missing"
    assert "postgresql-client-1" in str(raised.value)
