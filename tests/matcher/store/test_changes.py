"""What an index must know to follow the store: who was written, who left, whose word expired."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matcher.engine.columns import code_of
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store.actors import delete_actor, find_actor, save_actors
from matcher.store.changes import (
    Changes,
    change_sequence,
    changed_since,
    count_actors,
    sketches,
)
from matcher.store.database import Database

TODAY = date(2026, 11, 23)
ANNE = Actor("anne", Kind.SOCIAL_WORKER, "Anne", zone=("department:95",), known=("élie", "zoé"))
ELIE = Actor("élie", Kind.SOCIAL_ENTREPRENEUR, "Élie", commune="95018")


def save(database: Database, *actors: Actor) -> int:
    with database.write() as connection:
        save_actors(connection, actors, today=TODAY)
    return sequence(database)


def sequence(database: Database) -> int:
    with database.read() as connection:
        return change_sequence(connection)


def since(database: Database, change: int, day: date = TODAY, today: date = TODAY) -> Changes:
    with database.read() as connection:
        return changed_since(connection, change, day, today)


def test_who_was_written_since_is_told_and_nobody_else(database: Database) -> None:
    first = save(database, ANNE)
    second = save(database, ANNE, ELIE)
    assert set(since(database, -1).written) == {"anne", "élie"}
    assert since(database, first) == Changes(("élie",), ())
    assert since(database, second) == Changes((), ())
    save(database, replace(ANNE, name="Anne-Marie"))
    assert since(database, second).written == ("anne",)


def test_who_left_is_told_by_a_hash_and_who_knew_them_as_written(database: Database) -> None:
    before = save(database, ANNE, ELIE)
    with database.write() as connection:
        delete_actor(connection, "élie")
    assert since(database, before) == Changes(("anne",), tuple(code_of(["élie"]).tolist()))
    with database.read() as connection:
        anne = find_actor(connection, "anne")
    assert anne is not None
    assert anne.known == ("zoé",)


@pytest.mark.parametrize("name", ["100%", "a_b", 'dit "le vélo"', "back\\slash", "Zoé", "😀", "/"])
def test_an_id_is_forgotten_however_it_is_written(database: Database, name: str) -> None:
    save(database, replace(ANNE, known=(name, f"{name}x", "élie")), replace(ELIE, id=name))
    with database.write() as connection:
        delete_actor(connection, name)
    with database.read() as connection:
        anne = find_actor(connection, "anne")
    assert anne is not None
    assert anne.known == (f"{name}x", "élie")


def test_who_comes_back_is_written_and_leaves_again_later(database: Database) -> None:
    save(database, ELIE)
    for _ in range(2):
        with database.write() as connection:
            delete_actor(connection, "élie")
        left = sequence(database)
        save(database, ELIE)
        assert since(database, left).written == ("élie",)
        assert since(database, left).departed == ()
        assert len(since(database, -1).departed) == 1


@pytest.mark.parametrize("days", [1, 40])
def test_a_statement_that_expires_changes_its_actor_whichever_way_days_go(
    database: Database, days: int
) -> None:
    needs = (Statement(Role.NEED, "Un vélo", expires=TODAY),)
    change = save(database, replace(ANNE, needs=needs), ELIE)
    later = TODAY + timedelta(days=days)
    assert since(database, change, TODAY, later).written == ("anne",)
    assert since(database, change, later, TODAY).written == ("anne",)
    yesterday = TODAY - timedelta(days=1)
    assert since(database, change, yesterday, TODAY).written == ()


def test_who_refuses_to_be_profiled_is_not_sketched(database: Database) -> None:
    save(database, ANNE, replace(ELIE, profiling=False))
    with database.read() as connection:
        assert sketches(connection) == [("anne", "social_worker", None, ["department:95"])]
        assert count_actors(connection) == 2


@pytest.mark.sqlite_only
def test_what_is_followed_is_found_by_an_index_not_by_reading_everybody(
    database: Database,
) -> None:
    for query in (
        "SELECT id FROM actors WHERE changed > 5",
        "SELECT actor_id FROM statements WHERE expires >= '2026-01-01' AND expires < '2026-01-02'",
    ):
        with database.read() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
        assert "USING INDEX" in str(plan)
