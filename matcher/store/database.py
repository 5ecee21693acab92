"""The one door to the database: it opens, checks, migrates, and hands out transactions."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from matcher.errors import NotReady
from matcher.store import revisions
from matcher.store.visibility import tell_departments
from matcher.store.writer_lock import WriterLock

CHECKPOINT_BYTES = 4 * 1024 * 1024
MIGRATING = 7_377_001
"""The lock of PostgreSQL that one migration at a time holds."""
SQLITE_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=10000",
    "mmap_size=0",
    "wal_autocheckpoint=0",  # we checkpoint ourselves, under the writer lock
    f"journal_size_limit={CHECKPOINT_BYTES}",  # a log that was emptied gives its room back
)


class Database:
    """Transactions on one SQLite file or one PostgreSQL database whose schema is the current one.

    Threads and processes may share a database. On SQLite a write waits for the one before it; on
    PostgreSQL a change of actors does (:func:`matcher.store.changes.next_change`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = _sqlite_file(engine.url)
        self._lock = WriterLock(_beside(self._file, "-lock")) if self._file else None

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> "Database":
        """Open ``url``; with ``create``, an SQLite file that does not exist yet is made.

        Raises :class:`NotReady`: ``database-outdated``, ``database-newer``,
        ``database-foreign``, ``database-unreachable``, ``database-driver`` or ``database-url``.
        """
        database = cls(_engine(url))
        try:
            if create and database._is_empty_file():
                database.migrate()
            if database.file is not None and not database.file.exists():
                raise unreachable(database.url, "no such file")
            with database.read() as connection:
                revisions.check(connection)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def write(self, departments: Sequence[str] | None = None) -> Iterator[Connection]:
        """Run one transaction that may write; it is committed at the end or leaves nothing.

        ``departments``: PostgreSQL itself lets it touch nobody who belongs to none of these.
        """
        with self._reported(), self._writer(), self._engine.connect() as raw:
            connection = raw.execution_options(writes=True)
            with connection.begin():
                tell_departments(connection, departments)
                yield connection
            self._checkpoint_if_long(raw)

    @contextmanager
    def read(self, departments: Sequence[str] | None = None) -> Iterator[Connection]:
        """Run one transaction that sees a single state of the database from start to end."""
        with self._reported(), self._engine.connect() as raw:
            one_state = {} if self._file else {"isolation_level": "REPEATABLE READ"}
            connection = raw.execution_options(**one_state)
            with connection.begin():
                tell_departments(connection, departments)
                yield connection

    @property
    def url(self) -> URL:
        """Where it is."""
        return self._engine.url

    @property
    def file(self) -> Path | None:
        """Its file, ``None`` for PostgreSQL."""
        return self._file

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other writer and checkpoint of ours out of an SQLite file."""
        with self._reported(), self._writer():
            yield

    def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to the current revision; gives the old and the new one."""
        if self._file is not None:
            create_privately(self._file)
        with self.write() as connection:
            if self._file is None:
                # Two hosts that start at once: the second waits, then has nothing left to do.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            return revisions.upgrade(connection)

    def truncate_log(self) -> bool:
        """Empty SQLite's write-ahead log, so that erased text is not left in it.

        False while somebody still reads a state that is in the log: to be tried again.
        """
        if self._file is None:
            return True
        with self._reported(), self._writer(), self._engine.connect() as connection:
            told = _execute_outside_transaction(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
            return not told or told[0][0] == 0

    def scrub(self, tables: Sequence[str], *, thorough: bool) -> bool:
        """Take what was erased from these tables out of the files; as :meth:`truncate_log`.

        SQLite overwrites what is deleted. PostgreSQL leaves it in the free room of pages until
        something else is written there: ``thorough`` writes the tables anew, locking each, and
        the samples of values that the planner took of them.
        """
        if self._file is not None:
            return self.truncate_log()
        with self._reported(), self._engine.connect() as raw:
            connection = raw.execution_options(isolation_level="AUTOCOMMIT")
            for table in tables:
                how = "(FULL, ANALYZE) " if thorough else ""
                connection.exec_driver_sql(f'VACUUM {how}"{table}"')
            if thorough:
                connection.exec_driver_sql("VACUUM (FULL) pg_statistic")
            connection.exec_driver_sql("CHECKPOINT")
        return True

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _is_empty_file(self) -> bool:
        if self._file is None:
            return False
        if not self._file.exists():
            return True
        with self.read() as connection:
            return revisions.is_empty(connection)

    def _writer(self) -> AbstractContextManager[None]:
        if self._file is None or self._lock is None:
            return nullcontext()
        return self._lock.held() if self._file.parent.is_dir() else nullcontext()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Say in our words that the database cannot be used; other errors pass unchanged."""
        try:
            yield
        except DBAPIError as error:
            if not revisions.is_connection_trouble(error):
                raise
            raise unreachable(self._engine.url, str(error.orig)) from error
        except OSError as error:
            if error.filename is None or self._file is None:
                raise
            if not str(error.filename).startswith(str(self._file)):
                raise
            raise unreachable(self._engine.url, error.strerror or "") from error

    def _checkpoint_if_long(self, connection: Connection) -> None:
        """Move the log into the file once it is long: a passive checkpoint waits for nobody."""
        if self._file is None:
            return
        log = _beside(self._file, "-wal")
        if log.exists() and log.stat().st_size > CHECKPOINT_BYTES:
            _execute_outside_transaction(connection, "PRAGMA wal_checkpoint(PASSIVE)")


def unchecked(url: str) -> Database:
    """What is at ``url``, whatever its schema: for whom is about to replace it."""
    return Database(_engine(url))


def migrate(url: str) -> tuple[str | None, str]:
    """Migrate the database at ``url``; gives the old revision (None when empty) and the new."""
    database = unchecked(url)
    try:
        return database.migrate()
    finally:
        database.close()


def unreachable(url: URL, reason: str) -> NotReady:
    """Build the error of a database that cannot be used; the password is never shown."""
    shown = url.render_as_string(hide_password=True)
    return NotReady("database-unreachable", url=shown, reason=reason.strip().split("\n")[0])


def _engine(text: str) -> Engine:
    try:
        url = make_url(text)
        if url.drivername in {"postgres", "postgresql"}:
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        if url.get_backend_name() != "postgresql":
            raise NotReady("database-url")
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise NotReady("database-url") from error
    except ModuleNotFoundError as error:
        command = "pip install 'synergies[postgres]'"
        raise NotReady("database-driver", driver=error.name, command=command) from error


def _sqlite_engine(url: URL) -> Engine:
    if _sqlite_file(url) is None:
        raise NotReady("database-url")
    engine = create_engine(
        url, pool_size=10, max_overflow=60, hide_parameters=True, json_deserializer=_read_json
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for setting in SQLITE_SETTINGS:
            connection.execute(f"PRAGMA {setting}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once when another has written.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _read_json(text: str) -> object:
    return [] if text == "[]" else json.loads(text)  # most lists of a profile are empty


def _sqlite_file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def create_privately(file: Path) -> None:
    """Create the folders and an empty file that only its owner may read: it holds people."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        url = URL.create("sqlite", database=str(file))
        raise unreachable(url, error.strerror or str(error)) from error


def _execute_outside_transaction(connection: Connection, statement: str) -> list[Any]:
    driver = connection.connection.driver_connection
    return [] if driver is None else list(driver.execute(statement).fetchall())
