"""A filled database goes up and down through the revisions and loses nobody's words."""

from contextlib import closing
from datetime import date
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, inspect

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store import revisions
from matcher.store.actors import all_actors, delete_actor, save_actors
from matcher.store.changes import changed_since
from matcher.store.database import Database, migrate

TODAY = date(2026, 11, 23)
PEOPLE = [
    Actor(
        id=f"actor-{number}",
        kind=Kind.SOCIAL_WORKER,
        name="Élise",
        zone=("department:95",),
        needs=(Statement(Role.NEED, "Des vélos « d’occasion »", ("mobilite",), (), TODAY),),
        known=("quelqu’un",),
        updated=TODAY,
    )
    for number in range(3)
]


def move(connection: Connection, revision: str) -> None:
    """Go to a revision, up or down, in the connection's transaction."""
    config = revisions.configuration()
    config.attributes["connection"] = connection
    going = command.downgrade if revision < str(revisions.current(connection)) else command.upgrade
    going(config, revision)


def indexes(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    found = (inspector.get_indexes(table) for table in ("actors", "statements"))
    return {str(index["name"]) for some in found for index in some}


def test_changes_go_up_down_and_up_on_a_filled_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with closing(Database.open(url)) as database:
        with database.write() as connection:
            save_actors(connection, PEOPLE, today=TODAY)
            delete_actor(connection, "actor-2")
        with database.write() as connection:
            before, named = all_actors(connection), indexes(connection)
            move(connection, "0001")
            assert "departures" not in inspect(connection).get_table_names()
            assert not {"ix_actors_changed", "ix_statements_expires"} & indexes(connection)
            columns = {column["name"] for column in inspect(connection).get_columns("actors")}
            assert "changed" not in columns

    assert migrate(url) == ("0001", revisions.newest())

    with closing(Database.open(url)) as database, database.read() as connection:
        assert all_actors(connection) == before == PEOPLE[:2]
        assert indexes(connection) == named
        checks = inspect(connection).get_check_constraints("actors")
        assert [check["name"] for check in checks] == ["ck_actors_kind"]
        # Everybody counts as written at the beginning: an index that begins there reads them all.
        assert len(changed_since(connection, -1, TODAY, TODAY).written) == len(before)
        assert changed_since(connection, 0, TODAY, TODAY).written == ()
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
