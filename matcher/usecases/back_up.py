"""Write a copy of the store into one file."""

from dataclasses import dataclass
from pathlib import Path

from matcher.errors import NotFound, UnusableFile
from matcher.store import postgresql_backup, sqlite_backup
from matcher.store.database import Database

SIGNS = {b"SQLite format 3\0": "sqlite", b"PGDMP": "postgresql"}
"""How the two kinds of backups begin."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where a copy is, and its size in bytes."""

    file: Path
    size: int


def back_up(database_url: str, file: Path) -> BackedUp:
    """Copy the store as it is now into ``file``, which is there whole or not at all (mode 0600).

    An earlier backup of that name is replaced. Raises UnusableFile ``backup-elsewhere`` where the
    file is something else, NotReady where it cannot be written or the tools are missing.
    """
    database = Database.open(database_url)
    try:
        if _is_ours(file, database) or (file.exists() and kind_of(file) is None):
            raise UnusableFile("backup-elsewhere", path=str(file))
        if not file.absolute().parent.is_dir():
            raise NotFound("folder-not-found", path=str(file.absolute().parent))
        if database.file is None:
            postgresql_backup.back_up(database, file)
        else:
            sqlite_backup.back_up(database.file, file)
    finally:
        database.close()
    return BackedUp(file, file.stat().st_size)


def kind_of(file: Path) -> str | None:
    """``sqlite``, ``postgresql``, or ``None`` for what is no backup."""
    try:
        with file.open("rb") as stream:
            begins = stream.read(16)
    except OSError:
        return None
    return next((kind for sign, kind in SIGNS.items() if begins.startswith(sign)), None)


def _is_ours(file: Path, database: Database) -> bool:
    """Whether it is the store itself, which a copy must not replace."""
    return database.file is not None and file.exists() and file.samefile(database.file)
