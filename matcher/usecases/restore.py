"""Put a backup in the place of the store: another life of it, that sends nothing unasked."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, inspect, text

from matcher.errors import NotReady, UnusableFile
from matcher.settings import Settings
from matcher.store import postgresql_backup, revisions, sqlite_backup
from matcher.store.accounts import sign_out_everywhere
from matcher.store.changes import count_actors
from matcher.store.database import Database, create_privately, migrate, unchecked
from matcher.store.desk_tables import staged_imports
from matcher.store.erasures import Ledger, read_ledger, with_words
from matcher.store.installation import begin_another_life
from matcher.store.oppositions import refusals
from matcher.store.staged_imports import forget_staged
from matcher.usecases.back_up import kind_of
from matcher.usecases.erase_actor import SCRUBBED
from matcher.usecases.replay_erasures import erase_again

OF_ANY_STORE = {"alembic_version", "changes", "generation", "installation"}
"""Tables that hold something as soon as they are there."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How many actors the store holds now, and its revision."""

    actors: int
    revision: str


def restore(settings: Settings, file: Path, *, now: datetime, replace: bool = False) -> Restored:
    """Make the store hold what the backup ``file`` does, migrated to this version.

    Others see all of it or nothing. Who was erased since the backup is erased again, and what was
    refused since is refused: the store and the copy of the ledger beside it know.

    Raises UnusableFile ``file-absent``, ``backup-unknown``, ``backup-of-another-engine``,
    ``backup-damaged``; NotReady ``database-not-empty`` where the
    store holds something and ``replace`` is not given, ``database-foreign``, ``database-newer``.
    """
    if not file.is_file():
        raise UnusableFile("file-absent", path=str(file))
    kind = kind_of(file)
    if kind is None:
        raise UnusableFile("backup-unknown", path=str(file))
    with closing(unchecked(settings.database_url)) as database:
        if kind != database.url.get_backend_name():
            raise UnusableFile("backup-of-another-engine", path=str(file), kind=kind)
        if not replace:
            _refuse_what_holds_something(database)
        erasures = _Erasures(settings.ledger_file, _ledger_of(database))
        if database.file is None:
            _restore_postgresql(database, settings.database_url, file, now, erasures)
        else:
            _restore_sqlite(database, database.file, file, now, erasures)
    with closing(Database.open(settings.database_url)) as restored, restored.read() as connection:
        return Restored(count_actors(connection), revisions.newest())


def _restore_sqlite(
    database: Database, target: Path, backup: Path, now: datetime, erasures: "_Erasures"
) -> None:
    create_privately(target)
    _refuse_what_is_not_ours(database)
    with _aside(target) as aside:
        create_privately(aside)
        sqlite_backup.copy_checked(backup, aside)
        url = f"sqlite:///{aside}"
        migrate(url)
        with closing(Database.open(url)) as made:
            _begin(made, now, erasures)
            made.truncate_log()
        sqlite_backup.put_in_place(aside, database, target)


def _restore_postgresql(
    database: Database, url: str, backup: Path, now: datetime, erasures: "_Erasures"
) -> None:
    _refuse_what_is_not_ours(database)
    postgresql_backup.put_in_place(backup, database)
    migrate(url)
    with closing(Database.open(url)) as made:
        _begin(made, now, erasures)


@dataclass(frozen=True, slots=True)
class _Erasures:
    """Where erasures are noted, and those that the store knew before it is replaced."""

    file: Path
    known: Ledger


def _begin(made: Database, now: datetime, erasures: _Erasures) -> None:
    if erase_again(made, erasures.file, erasures.known):
        made.scrub(SCRUBBED, thorough=True)
    with made.write() as connection:
        begin_another_life(connection, now)
        sign_out_everywhere(connection)  # who signed out since the backup is not signed in again
        uploads = forget_staged(connection)  # their hour is over, and their senders signed out
    if uploads:
        made.scrub([staged_imports.name], thorough=True)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A file in a private folder beside the store, on the same disk, that is gone at the end."""
    with TemporaryDirectory(prefix=".restored-", dir=target.parent) as folder:
        yield Path(folder) / target.name


def _refuse_what_holds_something(database: Database) -> None:
    if database.file is not None and not database.file.exists():
        return
    with database.read() as connection:
        if any(_has_rows(connection, table) for table in _tables(connection) - OF_ANY_STORE):
            raise NotReady("database-not-empty", option="--replace")


def _refuse_what_is_not_ours(database: Database) -> None:
    with database.read() as connection:
        tables = _tables(connection)
    if tables and "alembic_version" not in tables:
        raise NotReady("database-foreign")


def _ledger_of(database: Database) -> Ledger:
    if database.file is not None and not database.file.exists():
        return Ledger()
    with database.read() as connection:
        known = {"erasures", "erasure_keys", "oppositions"} <= _tables(connection)
        if not known:
            return Ledger()
        return with_words(read_ledger(connection), refusals(connection))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _has_rows(connection: Connection, table: str) -> bool:
    quoted = connection.dialect.identifier_preparer.quote(table)
    return connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first() is not None
