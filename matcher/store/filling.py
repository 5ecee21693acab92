"""Fill a new SQLite store with very many actors, faster than a store in use allows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Connection, Index, Table, create_engine, insert, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from matcher.engine.profiles import Actor
from matcher.store.actors import actor_row, statement_rows, written_departments
from matcher.store.database import Database, unreachable
from matcher.store.directory import name_row
from matcher.store.revisions import is_connection_trouble
from matcher.store.tables import actors as actors_table
from matcher.store.tables import changes, names, statements

AT_ONCE = 5_000
REMEMBERED = 50_000
FIRST_CHANGE = 1
CARELESS = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-200000")
"""Whoever fills a store throws a half-filled one away, so nothing needs to survive a crash."""


def fill_store(
    file: Path,
    actors: Iterable[Actor],
    *,
    today: date,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Create the store ``file`` and write ``actors``, of different ids, in one go; gives how many.

    A process that is killed leaves a file that is of no use. An actor without ``updated`` is dated
    ``today``. ``progress`` is told how many are written. Raises NotReady where the file cannot be.
    """
    Database.open(f"sqlite:///{file}").close()
    engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)
    try:
        with engine.connect() as connection:
            for setting in CARELESS:
                connection.exec_driver_sql(f"PRAGMA {setting}")
            connection.commit()
            done = _write(connection, iter(actors), today, progress)
            connection.execute(update(changes).values(sequence=FIRST_CHANGE))
            connection.commit()
    except DBAPIError as error:
        if not is_connection_trouble(error):
            raise
        raise unreachable(engine.url, str(error.orig)) from error
    finally:
        engine.dispose()
    return done


def _write(
    connection: Connection, actors: Iterator[Actor], today: date, progress: Callable[[int], None]
) -> int:
    # An index on hashes costs more row by row than once at the end.
    for index in _indexes():
        index.drop(connection)
    profiles, words = _Rows(actors_table, connection), _Rows(statements, connection)
    called = _Rows(names, connection)
    done = 0
    while some := list(islice(actors, AT_ONCE)):
        profiles.add(actor_row(actor, today, FIRST_CHANGE) for actor in some)
        called.add(name_row(actor, written_departments(actor)) for actor in some)
        words.add(row for actor in some for row in statement_rows(actor))
        done += len(some)
        progress(done)
    for index in _indexes():
        index.create(connection)
    return done


def _indexes() -> list[Index]:
    return sorted(statements.indexes, key=lambda index: str(index.name))


class _Rows:
    """Rows on their way into one table.

    SQLAlchemy prepares each value of each row anew, which takes longer than writing it; here the
    same types prepare them, and a list that comes again is not written out again.
    """

    def __init__(self, table: Table, connection: Connection) -> None:
        self._connection = connection
        self._sql = str(insert(table).compile(dialect=connection.dialect))
        self._columns = [(column.name, _preparing(column, connection)) for column in table.columns]

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write some rows, in their order."""
        columns = self._columns
        ready = [
            tuple([make(row.get(name)) if make else row.get(name) for name, make in columns])
            for row in rows
        ]
        if ready:
            self._connection.exec_driver_sql(self._sql, ready)


def _preparing(column: Column[Any], connection: Connection) -> Callable[[Any], Any] | None:
    """What makes the driver's value of ours, ``None`` where they are the same."""
    dialect = connection.dialect
    make = column.type.dialect_impl(dialect).bind_processor(dialect)
    if make is None or not isinstance(column.type, JSON):
        return make
    write_out = lru_cache(maxsize=REMEMBERED)(lambda items: make(list(items)))
    return lambda items: write_out(tuple(items))
