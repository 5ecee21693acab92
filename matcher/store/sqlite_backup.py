"""Copies of an SQLite store by its online backup: one state, checked page by page."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from matcher.errors import NotReady, UnusableFile
from matcher.store.database import Database
from matcher.store.written_aside import written_aside

BUSY_SECONDS = 60.0


def back_up(file: Path, target: Path) -> None:
    """Write what the store ``file`` holds now into ``target``, which needs no other file.

    Writers are not stopped. Raises NotReady ``backup-not-written`` and ``database-damaged``.
    """
    try:
        with (
            written_aside(target) as aside,
            _opened(file, "ro") as source,
            closing(sqlite3.connect(aside)) as made,
        ):
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
            if not is_whole(made):
                raise NotReady("database-damaged", path=str(file))
    except (OSError, sqlite3.Error) as error:
        raise NotReady("backup-not-written", path=str(target), reason=str(error)) from error


def copy_checked(backup: Path, aside: Path) -> None:
    """Copy a backup that is whole; raises UnusableFile ``backup-damaged``."""
    try:
        with _opened(backup, "ro") as source, closing(sqlite3.connect(aside)) as made:
            source.backup(made)
            if is_whole(made):
                return
    except sqlite3.DatabaseError as error:
        raise UnusableFile("backup-damaged", path=str(backup)) from error
    raise UnusableFile("backup-damaged", path=str(backup))


def put_in_place(made: Path, database: Database, file: Path) -> None:
    """Make ``file`` hold what ``made`` does, in one transaction that others see whole or not.

    The file stays the same one: processes that have it open go on with the new content.
    """
    try:
        with database.alone(), _opened(made, "ro") as source, _opened(file, "rw") as target:
            target.execute("PRAGMA synchronous=FULL")
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise NotReady("restore-failed", path=str(file), reason=str(error)) from error


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether every page, index and reference is as it should be."""
    found = connection.execute("PRAGMA integrity_check").fetchall()
    return found == [("ok",)] and not connection.execute("PRAGMA foreign_key_check").fetchall()


@contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
        yield connection
