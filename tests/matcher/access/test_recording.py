"""The audit log: whose readings are told, together and soon; changes with the change itself."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.access import recording
from matcher.access.recording import LINGER_SECONDS, Recorder
from matcher.scope import Role, Scope
from matcher.store.audit import Entry, read_entries
from matcher.store.database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COORDINATOR = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:95",))
ADMIN = Scope(Role.ADMIN, "syn_admin123")
SILENT = [
    Scope.everything(),
    Scope.everything("open"),
    Scope(Role.PORTAL, "syn_portal12"),
    Scope(Role.PRACTITIONER, "actor:anne", actor_id="anne"),
]
NEVER = 3600.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/a.db")
    yield opened
    opened.close()


@pytest.fixture
def recorder(database: Database) -> Iterator[Recorder]:
    """One that writes only when it is told to."""
    made = Recorder(database, lambda: NOW, NEVER)
    yield made
    made.close()


def told(database: Database) -> Sequence[Entry]:
    with database.read() as connection:
        return read_entries(connection)


def test_what_coordinators_and_administrators_were_shown_is_told_in_order(
    database: Database, recorder: Recorder
) -> None:
    recorder.seen(COORDINATOR, "recommend", ["b", "a", "b"])
    recorder.seen(ADMIN, "export", iter(["c"]))
    assert told(database) == []  # nobody waits for it
    recorder.flush()
    assert told(database) == [
        Entry(NOW, "syn_admin123", "export", ("c",), 1, {}),
        Entry(NOW, "syn_abcd1234", "recommend", ("a", "b"), 2, {}),
    ]
    recorder.flush()
    assert len(told(database)) == 2


@pytest.mark.parametrize("scope", SILENT, ids=lambda scope: str(scope.who))
def test_nobody_else_is_followed(database: Database, recorder: Recorder, scope: Scope) -> None:
    recorder.seen(scope, "recommend", ["a"])
    recorder.flush()
    assert told(database) == []


def test_who_was_shown_nobody_leaves_no_line_and_starts_nothing(
    database: Database, recorder: Recorder
) -> None:
    recorder.seen(ADMIN, "recommend", [])
    recorder.flush()
    assert told(database) == []


def test_a_change_is_told_in_its_own_transaction(database: Database, recorder: Recorder) -> None:
    with database.write() as connection:
        recorder.changed(connection, SILENT[0], "import", iter(["a", "b"]), file="x.csv")
        recorder.changed(connection, ADMIN, "purge")
    with suppress(ZeroDivisionError), database.write() as connection:
        recorder.changed(connection, ADMIN, "erase", ["c"])
        _ = 1 / 0
    assert told(database) == [
        Entry(NOW, "syn_admin123", "purge", (), 0, {}),
        Entry(NOW, "local", "import", ("a", "b"), 2, {"file": "x.csv"}),
    ]


def test_readings_are_written_soon_without_being_asked(database: Database) -> None:
    recorder = Recorder(database, lambda: NOW)
    recorder.seen(ADMIN, "export", ["a"])
    waited = time.monotonic() + 20 * LINGER_SECONDS
    while not told(database) and time.monotonic() < waited:
        time.sleep(0.02)
    assert len(told(database)) == 1
    recorder.seen(ADMIN, "export", ["b"])
    while len(told(database)) < 2 and time.monotonic() < waited + 10:
        time.sleep(0.02)
    assert len(told(database)) == 2
    recorder.close()
    assert LINGER_SECONDS <= 1


def test_what_waits_is_written_at_the_end_and_what_comes_later_when_it_is_flushed(
    database: Database,
) -> None:
    recorder = Recorder(database, lambda: NOW, 0.01)
    recorder.seen(ADMIN, "export", ["a"])
    recorder.close()
    assert len(told(database)) == 1
    recorder.seen(ADMIN, "export", ["b"])
    time.sleep(0.1)
    assert len(told(database)) == 1  # no thread is started once it is closed
    recorder.flush()
    assert len(told(database)) == 2


def test_no_more_than_so_many_lines_wait(
    database: Database, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 2)
    for number in range(4):
        recorder.seen(ADMIN, "export", [f"a{number}"])
        assert len(told(database)) == (0 if number < 2 else 2)
    recorder.flush()
    assert [entry.actor_ids for entry in told(database)] == [("a3",), ("a2",), ("a1",), ("a0",)]
    assert {(entry.who, entry.what) for entry in told(database)} == {("syn_admin123", "export")}


def test_a_database_that_takes_nothing_is_told_without_names(
    database: Database, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO elsewhere")
    recorder.seen(ADMIN, "export", ["anne"])
    with caplog.at_level(logging.ERROR):
        recorder.flush()
    assert [line.getMessage() for line in caplog.records] == [
        "1 audit lines were not written: OperationalError"
    ]


def test_one_thread_writes_for_all_and_keeps_no_process_alive(
    database: Database, recorder: Recorder
) -> None:
    before = set(threading.enumerate())
    for number in range(5):
        recorder.seen(COORDINATOR, "recommend", [f"actor-{number}"])
    [writing] = set(threading.enumerate()) - before
    assert writing.daemon


def test_one_that_is_closed_starts_nothing(database: Database) -> None:
    recorder = Recorder(database, lambda: NOW, NEVER)
    recorder.close()
    before = set(threading.enumerate())
    recorder.seen(COORDINATOR, "recommend", ["a"])
    assert set(threading.enumerate()) == before
    recorder.flush()
    assert len(told(database)) == 1
