"""A filled database goes up and down through the revisions and loses nothing, on each engine."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.store import revisions
from matcher.store.actors import save_actors
from matcher.store.changes import changed_since
from matcher.store.database import Database, migrate
from matcher.store.directory import entries_named
from matcher.store.tables import metadata

TODAY = date(2026, 11, 23)
AT_ONCE = 2_000
REAL = {"commune": "95018", "zone": ["department:95"]}
"""Columns that a migration reads."""


def revision_ids() -> list[str]:
    """Every revision, the oldest first."""
    script = ScriptDirectory.from_config(revisions.configuration())
    return [revision.revision for revision in script.walk_revisions()][::-1]


def move(connection: Connection, revision: str) -> None:
    """Go to a revision, up or down, in the connection's transaction."""
    config = revisions.configuration()
    config.attributes["connection"] = connection
    order = ["base", *revision_ids()]
    down = order.index(revision) < order.index(revisions.current(connection) or "base")
    (command.downgrade if down else command.upgrade)(config, revision)


def reflected(connection: Connection) -> list[Table]:
    """The tables as the database has them, referenced ones first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection, rows: int) -> None:
    """Put rows into every table that has none, whatever tables there are."""
    for table in reflected(connection):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            continue
        allowed = _allowed(connection, table)
        for start in range(0, rows, AT_ONCE):
            numbers = range(start, min(rows, start + AT_ONCE))
            said = [_row(table, number, allowed) for number in numbers]
            connection.execute(insert(table), said)


def _allowed(connection: Connection, table: Table) -> dict[str, str]:
    """A value that each column with a list of values takes."""
    found: dict[str, str] = {}
    for check in inspect(connection).get_check_constraints(table.name):
        values = re.findall(r"'([^']+)'", check["sqltext"])
        named = re.findall(r"\w+", check["sqltext"])
        found |= {column.name: values[0] for column in table.columns if column.name in named}
    return found


def _row(table: Table, number: int, allowed: dict[str, str]) -> dict[str, Any]:
    return {
        column.name: allowed.get(column.name) or REAL.get(column.name) or _value(column, number)
        for column in table.columns
    }


def _value(column: Column[Any], number: int) -> Any:
    samples: list[tuple[type[Any], Any]] = [
        (Boolean, number % 2 == 0),
        (JSON, [f"« é » {number}", "😀"]),
        (DateTime, datetime(2026, 11, 23, 12, 0, number % 60, tzinfo=UTC)),
        (Date, TODAY),
        (LargeBinary, number.to_bytes(4, "big") * 8),
        (Numeric, number + 0.5 if "radius" in column.name else number),
        (String, f"é’{number}"),
    ]
    return next((value for kind, value in samples if isinstance(column.type, kind)), number)


def hashes(connection: Connection) -> dict[str, str]:
    """One hash of all rows of each table, in the order of its key."""
    return {table.name: _hash(connection, table) for table in reflected(connection)}


def _hash(connection: Connection, table: Table) -> str:
    digest = sha256()
    columns = sorted(table.columns, key=lambda column: column.name)
    rows = connection.execute(select(*columns)).all()
    for line in sorted(repr(tuple(row)) for row in rows):
        digest.update(line.encode())
    return f"{len(rows)} {digest.hexdigest()}"


def climb(database: Database, rows: int) -> Iterator[str]:
    """Go from each revision up, down and up again with every table filled."""
    order = revision_ids()
    for lower, upper in zip(["base", *order], order, strict=False):
        with database.write() as connection:
            before = hashes(connection)
            move(connection, upper)
            once = hashes(connection)
            move(connection, lower)
            assert hashes(connection) == before
            move(connection, upper)
            again = hashes(connection)
            assert {name: again[name] for name in before} == {name: once[name] for name in before}
        with database.write() as connection:
            fill(connection, rows)
        yield upper


@pytest.mark.parametrize("rows", [40, pytest.param(10_000, marks=pytest.mark.slow)])
def test_each_revision_goes_up_down_and_up_without_losing_a_row(
    empty_url: str, rows: int, tell: Any
) -> None:
    migrate(empty_url)
    with closing(Database.open(empty_url)) as database:
        with database.write() as connection:
            move(connection, "base")
            assert reflected(connection) == []
        assert list(climb(database, rows)) == revision_ids()
        with database.read() as connection:
            revisions.check(connection)
            kept = [int(line.split()[0]) for line in hashes(connection).values()]
            assert min(kept) > 0
        tell(f"{sum(kept)} rows of {len(kept)} tables through {len(revision_ids())} revisions")


def test_migrations_make_exactly_the_tables_that_the_code_uses(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_revisions_are_one_line_and_each_goes_back() -> None:
    script = ScriptDirectory.from_config(revisions.configuration())
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert revision.module.downgrade.__doc__
        assert "pass" not in revision.module.downgrade.__code__.co_names


def test_who_was_stored_before_changes_were_counted_is_read_by_an_index_that_begins(
    database: Database,
) -> None:
    with database.write() as connection:
        save_actors(connection, [Actor("a", Kind.SOCIAL_WORKER, "A")], today=TODAY)
        move(connection, "0001")
        move(connection, revisions.newest())
        assert changed_since(connection, -1, TODAY, TODAY).written == ("a",)
        assert changed_since(connection, 0, TODAY, TODAY).written == ()


def test_who_was_stored_before_names_were_kept_apart_is_found(database: Database) -> None:
    shop = Actor("a", Kind.SOCIAL_WORKER, "Zoé", "L’Épicerie du cœur", commune="95018")
    with database.write() as connection:
        save_actors(connection, [shop], today=TODAY)
        move(connection, "0011")
        move(connection, revisions.newest())
        for place, wanted in (("department:95", ["a"]), ("department:75", [])):
            found = entries_named(connection, "ÉPICERIE zoe", (place,), most=9)
            assert [one.id for one in found] == wanted


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    first, second = migrate(empty_url), migrate(empty_url)
    assert first[0] is None
    assert second == (first[1], first[1])


def at_revision(url: str, revision: str) -> None:
    with closing(Database.open(url)) as database, database.write() as connection:
        change = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(change, {"revision": revision})


def test_hosts_that_migrate_at_once_wait_for_each_other(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(migrate, [empty_url] * 4))
    assert sorted(old or "" for old, _ in found) == ["", *[revisions.newest()] * 3]


def test_a_newer_schema_is_not_touched(url: str) -> None:
    at_revision(url, "9999")
    for attempt in (Database.open, migrate):
        with pytest.raises(NotReady) as raised:
            attempt(url)
        assert raised.value.code == "database-newer"


def test_an_older_schema_names_the_command_that_completes_it(url: str) -> None:
    with closing(Database.open(url)) as database, database.write() as connection:
        move(connection, "0001")
    with pytest.raises(NotReady) as raised:
        Database.open(url)
    assert raised.value.code == "database-outdated"
    assert raised.value.parameters["command"] == "synergies migrate"
    assert migrate(url) == ("0001", revisions.newest())
    Database.open(url).close()


def test_the_database_of_another_program_is_refused(url: str) -> None:
    with closing(Database.open(url)) as database, database.write() as connection:
        move(connection, "base")
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    for attempt in (Database.open, migrate):
        with pytest.raises(NotReady) as raised:
            attempt(url)
        assert raised.value.code == "database-foreign"
