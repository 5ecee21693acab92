"""Power that goes while SQLite's log is written: whatever is left of it, acked rows are there."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store.actors import find_actors, save_actors
from matcher.store.database import Database

TODAY = date(2026, 11, 23)
SECTOR = 512


def actor(number: int) -> Actor:
    needs = (Statement(Role.NEED, f"Des vélos, demande n° {number}"),)
    return Actor(f"{number:04}", Kind.SOCIAL_WORKER, "Élise", zone=("department:95",), needs=needs)


def written(file: Path, commits: int) -> tuple[bytes, bytes, list[int]]:
    """The file and its log while a process has them open, and how long the log was at each ack."""
    log = file.with_name(f"{file.name}-wal")
    acked = []
    with closing(Database.open(f"sqlite:///{file}")) as database:
        database.truncate_log()
        for number in range(commits):
            with database.write() as connection:
                save_actors(connection, [actor(number)], today=TODAY)
            acked.append(log.stat().st_size)
        return file.read_bytes(), log.read_bytes(), acked


def rows_after(folder: Path, content: bytes, log: bytes) -> list[str]:
    """Who is in a store that was left so, which must be whole."""
    file = folder / "left.db"
    for end in ("-wal", "-shm"):
        file.with_name(f"left.db{end}").unlink(missing_ok=True)
    file.write_bytes(content)
    file.with_name("left.db-wal").write_bytes(log)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = connection.execute("SELECT id FROM actors ORDER BY id").fetchall()
        said = connection.execute("SELECT actor_id FROM statements ORDER BY actor_id").fetchall()
    assert found == said
    return [name for (name,) in found]


@pytest.mark.parametrize("commits", [3, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("lost", ["missing", "zeros"])
def test_a_log_cut_anywhere_loses_nothing_acked_and_damages_nothing(
    tmp_path: Path,
    commits: int,
    lost: str,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    content, log, acked = written(tmp_path / "synergies.db", commits)
    cuts = range(0, len(log) + SECTOR, SECTOR)
    for cut in cuts:
        left = log[:cut] + (b"" if lost == "missing" else bytes(len(log) - min(cut, len(log))))
        rows = rows_after(tmp_path, content, left)
        expected = sum(size <= cut for size in acked)
        whole = rows == [f"{number:04}" for number in range(len(rows))]
        count("crash", kills_stops_and_cuts=1, acknowledged_changes_looked_for=expected)
        count("crash", lost=max(0, expected - len(rows)), damaged_stores=not whole)
        assert whole
        assert len(rows) >= expected
    tell(f"{len(cuts)} cuts, 0 acked rows lost, 0 damaged")


def test_a_store_whose_log_was_cut_goes_on(tmp_path: Path) -> None:
    content, log, acked = written(tmp_path / "synergies.db", 3)
    rows_after(tmp_path, content, log[: acked[1] + SECTOR])
    copyfile(tmp_path / "left.db", tmp_path / "again.db")
    with closing(Database.open(f"sqlite:///{tmp_path}/again.db")) as database:
        with database.write() as connection:
            assert save_actors(connection, [actor(2)], today=TODAY).created == 1
        with database.read() as connection:
            assert len(find_actors(connection, ["0000", "0001", "0002"])) == 3
