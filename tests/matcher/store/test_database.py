"""Opening, migrating and writing: what is promised of the database itself."""

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from matcher.errors import NotReady
from matcher.store.database import Database, migrate


def test_a_file_that_does_not_exist_is_created_with_its_folders_and_migrated(
    tmp_path: Path,
) -> None:
    path = tmp_path / "deep" / "er" / "synergies.db"
    database = Database.open(f"sqlite:///{path}")
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM actors")).scalar_one() == 0
    database.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_file_is_migrated_like_an_absent_one(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    Database.open(f"sqlite:///{path}").close()
    assert migrate(f"sqlite:///{path}")[0] is not None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://someone:hidden@127.0.0.1:1/base", "database-unreachable"),
        ("postgresql://someone:hidden@/base?host=/nowhere", "database-unreachable"),
        ("sqlite://", "database-url"),
        ("mysql://127.0.0.1/base", "database-url"),
        ("not a url", "database-url"),
    ],
)
def test_a_url_that_leads_nowhere_is_said_without_its_password(url: str, code: str) -> None:
    with pytest.raises(NotReady) as raised:
        Database.open(url)
    assert raised.value.code == code
    assert "hidden" not in str(raised.value)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Madame, Monsieur, " * 500)
    with pytest.raises(NotReady) as raised:
        Database.open(f"sqlite:///{path}")
    assert raised.value.code == "database-unreachable"
    assert path.read_bytes() == b"Madame, Monsieur, " * 500


@pytest.mark.sqlite_only
def test_sqlite_is_opened_as_safely_as_promised(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "wal_autocheckpoint": 0}
    with database.read() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    assert found == wanted


def test_an_error_in_a_write_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(text("UPDATE changes SET sequence = 7"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert connection.execute(text("SELECT sequence FROM changes")).scalar_one() == 0


@pytest.mark.sqlite_only
def test_threads_that_write_at_once_wait_for_each_other(database: Database) -> None:
    def add_one() -> None:
        for _ in range(5):
            with database.write() as connection:
                seen = connection.execute(text("SELECT sequence FROM changes")).scalar_one()
                change = text("UPDATE changes SET sequence = :next")
                connection.execute(change, {"next": seen + 1})

    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(text("SELECT sequence FROM changes")).scalar_one() == 30


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    asked = text("SELECT sequence FROM changes")
    with database.read() as reading:
        before = reading.execute(asked).scalar_one()
        with database.write() as writing:
            writing.execute(text("UPDATE changes SET sequence = 12"))
        assert reading.execute(asked).scalar_one() == before
    with database.read() as reading:
        assert reading.execute(asked).scalar_one() == 12


@pytest.mark.sqlite_only
def test_the_log_does_not_grow_for_ever(database: Database, tmp_path: Path) -> None:
    for _ in range(4):
        with database.write() as connection:
            connection.execute(
                text(
                    "INSERT OR REPLACE INTO vectors VALUES ('m', 'need', 'h', 1, zeroblob(6000000))"
                )
            )
    with database.write() as connection:
        connection.execute(text("UPDATE changes SET sequence = 1"))
    log = tmp_path / "var" / "synergies.db-wal"
    assert log.stat().st_size < 7_000_000
