"""Whom a reading sees: by the one function that narrows it, and again by PostgreSQL itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store import revisions
from matcher.store.actors import actor_row, find_actors, save_actors
from matcher.store.database import Database
from matcher.store.tables import actors, names, statements

TODAY = date(2026, 11, 23)
VAL_D_OISE, SEINE_SAINT_DENIS = "department:95", "department:93"


def actor(actor_id: str, commune: str | None = None, *zone: str) -> Actor:
    said = (Statement(Role.NEED, f"Des vélos pour {actor_id}"),)
    return Actor(actor_id, Kind.SOCIAL_WORKER, actor_id, commune=commune, zone=zone, needs=said)


PEOPLE = [
    actor("argenteuil", "95018", SEINE_SAINT_DENIS),
    actor("bondy", "93010", VAL_D_OISE),
    actor("paris", "75111"),
    actor("sans-commune", None, VAL_D_OISE, "commune:93010"),
    actor("par-epci", None, "epci:200058519"),
    actor("par-region", None, "region:11"),
    actor("siege-en-zone", None, "commune:93010", VAL_D_OISE),
]
BELONGING = {
    "argenteuil": " department:95 ",
    "bondy": " department:93 ",
    "paris": " department:75 ",
    "sans-commune": " department:93 department:95 ",
    "par-epci": " department:78 department:95 ",
    "par-region": "  ",
    "siege-en-zone": " department:93 ",
}
IN_95 = {"argenteuil", "sans-commune", "par-epci"}


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        save_actors(connection, PEOPLE, today=TODAY)
    return database


def belonging(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(actors.c.id, actors.c.departments)).all()
    return {row.id: row.departments for row in rows}


def test_where_actors_belong_is_kept_with_them(filled: Database) -> None:
    with filled.read() as connection:
        assert belonging(connection) == BELONGING


def test_where_an_actor_belongs_follows_it(filled: Database) -> None:
    with filled.write() as connection:
        save_actors(connection, [actor("paris", "95018")], today=TODAY)
        assert belonging(connection)["paris"] == " department:95 "


def test_a_migration_says_where_those_before_it_belong(filled: Database) -> None:
    with filled.write() as connection:
        config = revisions.configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        command.upgrade(config, "head")
        assert belonging(connection) == BELONGING


def test_a_reading_with_departments_finds_only_those_who_belong(filled: Database) -> None:
    ids = [one.id for one in PEOPLE]

    def found(*departments: str) -> set[str]:
        with filled.read(departments) as connection:
            return set(find_actors(connection, ids, departments))

    assert found(VAL_D_OISE) == IN_95
    assert found(VAL_D_OISE, SEINE_SAINT_DENIS) == IN_95 | {"bondy", "siege-en-zone"}
    assert found() == found("%") == found("department:9") == set()
    with filled.read() as connection:
        assert set(find_actors(connection, ids)) == set(ids)


@pytest.fixture
def guarded(filled: Database, url: str, engine: str) -> Iterator[Database]:
    """The same database, opened by who owns its tables and is no superuser, as it should be."""
    if engine == "sqlite":
        pytest.skip("row-level security is PostgreSQL's")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS ordinary")
        connection.execute("CREATE ROLE ordinary LOGIN")
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for (table,) in connection.execute(asked).fetchall():
            connection.execute(f'ALTER TABLE "{table}" OWNER TO ordinary')
    opened = Database.open(url.replace("postgres@", "ordinary@"))
    yield opened
    opened.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("REASSIGN OWNED BY ordinary TO postgres")
        connection.execute("DROP ROLE ordinary")


def everybody(connection: Connection) -> set[str]:
    """Who is read by a query that has forgotten to ask of where."""
    found = set(connection.execute(select(actors.c.id)).scalars())
    assert set(connection.execute(select(statements.c.actor_id)).scalars()) == found
    return found


def test_postgresql_hides_others_from_a_query_that_forgot(guarded: Database) -> None:
    with guarded.read((VAL_D_OISE,)) as connection:
        assert everybody(connection) == IN_95
        assert connection.execute(select(func.count()).select_from(actors)).scalar_one() == 3
    with guarded.read(("department:75", VAL_D_OISE)) as connection:
        assert everybody(connection) >= IN_95
    with guarded.read(()) as connection:
        assert everybody(connection) == set()
    with guarded.read() as connection:  # what was said to one transaction is not said to the next
        assert everybody(connection) == set(BELONGING)


def test_postgresql_lets_nobody_of_another_departement_be_changed(guarded: Database) -> None:
    with guarded.write((VAL_D_OISE,)) as connection:
        assert connection.execute(update(actors).values(source="x")).rowcount == 3
        assert connection.execute(delete(statements)).rowcount == 3
        assert connection.execute(delete(actors)).rowcount == 3
    with guarded.read() as connection:
        assert everybody(connection) == set(BELONGING) - IN_95


@pytest.mark.parametrize("moved", ["new", "taken", "away"])
def test_postgresql_lets_nobody_be_written_elsewhere(guarded: Database, moved: str) -> None:
    foreign: dict[str, Any] = {
        "new": insert(actors).values(actor_row(actor("neuf", "93010"), TODAY, 1)),
        "taken": insert(actors).values(actor_row(actor("bondy", "93010"), TODAY, 1)),
        "away": update(actors).values(departments=" department:93 "),
    }
    with pytest.raises(DBAPIError), guarded.write((VAL_D_OISE,)) as connection:
        connection.execute(foreign[moved])
    with guarded.read() as connection:
        assert belonging(connection) == BELONGING


def test_postgresql_shows_the_names_of_one_departement_alone(guarded: Database) -> None:
    with guarded.read((VAL_D_OISE,)) as connection:
        shown = connection.execute(select(names.c.actor_id)).scalars()
        assert set(shown) == IN_95
    with pytest.raises(DBAPIError), guarded.write((VAL_D_OISE,)) as connection:
        connection.execute(update(names).values(departments=" department:93 "))


def test_a_text_that_departments_are_told_in_cannot_be_broken_out_of(guarded: Database) -> None:
    for told in ("x', true); --", "*", "department:95'", "", "}"):
        with guarded.read((told,)) as connection:
            assert everybody(connection) == set(), told
    with guarded.read(("department:95,department:93",)) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
