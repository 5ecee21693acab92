"""What a database says of itself: how safely it keeps, whether it is whole, who may read it."""

import shutil
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from matcher.store.database import Database

REPAIRED = (3, 51, 3)
"""The first SQLite whose write-ahead log can be reset while another connection writes."""
FIRST_AFFECTED = (3, 7, 0)
SAFE_ON_POSTGRESQL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
STRONGER = {"remote_write", "remote_apply", "local"}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How an engine keeps what it acknowledged: its settings, and those that are unsafe."""

    engine: str
    settings: dict[str, str]
    unsafe: tuple[str, ...]


def keeping(database: Database) -> Keeping:
    """Ask the engine how it keeps what it is given."""
    with database.read() as connection:
        if database.file is not None:
            names = ("journal_mode", "synchronous")
            found = {name: str(_scalar(connection, f"PRAGMA {name}")) for name in names}
            wanted = {"journal_mode": "wal", "synchronous": "2"}
            unsafe = tuple(name for name in names if found[name] != wanted[name])
            return Keeping(f"SQLite {sqlite3.sqlite_version}", found, unsafe)
        found = {name: str(_scalar(connection, f"SHOW {name}")) for name in SAFE_ON_POSTGRESQL}
        unsafe = tuple(
            name
            for name, wanted in SAFE_ON_POSTGRESQL.items()
            if found[name] != wanted and found[name] not in STRONGER
        )
        return Keeping(f"PostgreSQL {_scalar(connection, 'SHOW server_version')}", found, unsafe)


def above_the_rules(database: Database) -> str | None:
    """The role we are on PostgreSQL where row-level security does not hold it, else ``None``."""
    if database.file is not None:
        return None
    asked = "SELECT rolname FROM pg_roles WHERE rolname = current_user"
    with database.read() as connection:
        found = _scalar(connection, f"{asked} AND (rolsuper OR rolbypassrls)")
    return None if found is None else str(found)


def may_lose_pages(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite has the fault of 3.7.0 to 3.51.2: a log that is reset during a write."""
    return FIRST_AFFECTED <= version < REPAIRED


def damage(database: Database) -> str | None:
    """What SQLite finds wrong at a quick look through every page; ``None`` if nothing."""
    with database.read() as connection:
        found = str(_scalar(connection, "PRAGMA quick_check(1)"))
    return None if found == "ok" else found


def readable_by_others(paths: list[Path]) -> list[Path]:
    """Those of ``paths`` that somebody else than their owner may read or write."""
    return [
        path
        for path in paths
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]


def free_bytes(path: Path) -> int:
    """How much room is left where ``path`` is, or will be."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def _scalar(connection: Connection, statement: str) -> object:
    return connection.exec_driver_sql(statement).scalar()
