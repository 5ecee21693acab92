"""A store filled in one go is the store that saving the same actors would have made."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.errors import NotReady
from matcher.store.actors import all_actors, save_actors
from matcher.store.changes import change_sequence
from matcher.store.database import Database
from matcher.store.filling import fill_store
from matcher.store.tables import actors, names, statements

TODAY = date(2026, 11, 23)
ACTORS = [
    Actor(
        f"a-{number}",
        Kind.SOCIAL_ENTREPRENEUR if number % 3 else Kind.SOCIAL_WORKER,
        "Zoé",
        zone=("epci:200058519", "department:95")[: number % 3],
        radius_km=12.5 if number % 2 else None,
        domains=("mobilite--acheter-un-vehicule",),
        needs=(Statement(Role.NEED, f"un vélo n° {number}", expires=date(2030, 1, 1)),),
        offers=(Statement(Role.OFFER, "l’été", publics=("jeunes",)),) * (number % 2),
        known=("a-1",),
        updated=date(2026, 1, 1) if number % 2 else None,
    )
    for number in range(12)
]


def test_it_holds_what_saving_would_have_written(tmp_path: Path) -> None:
    assert fill_store(tmp_path / "filled.db", ACTORS, today=TODAY) == 12
    saved = Database.open(f"sqlite:///{tmp_path}/saved.db")
    with saved.write() as connection:
        save_actors(connection, ACTORS, today=TODAY)
    filled = Database.open(f"sqlite:///{tmp_path}/filled.db")
    with saved.read() as one, filled.read() as other:
        assert all_actors(other) == all_actors(one)
        assert change_sequence(other) == change_sequence(one)
        for table in (actors, names, statements):
            rows = select(table).order_by(*table.primary_key)
            assert other.execute(rows).all() == one.execute(rows).all()
    saved.close()
    filled.close()


def test_it_can_be_changed_afterwards_and_has_every_index(tmp_path: Path) -> None:
    fill_store(tmp_path / "filled.db", ACTORS, today=TODAY)
    filled = Database.open(f"sqlite:///{tmp_path}/filled.db")
    with filled.write() as connection:
        assert save_actors(connection, ACTORS[:3], today=TODAY).unchanged == 3
        indexes = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    assert "ix_statements_text_hash_role" in indexes
    filled.close()


def test_progress_ends_at_the_number_of_actors(tmp_path: Path) -> None:
    told: list[int] = []
    fill_store(tmp_path / "filled.db", iter(ACTORS), today=TODAY, progress=told.append)
    assert told[-1] == 12


def test_no_actor_makes_an_empty_store(tmp_path: Path) -> None:
    assert fill_store(tmp_path / "filled.db", [], today=TODAY) == 0


def test_a_place_where_no_file_can_be_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotReady):
        fill_store(tmp_path / "file" / "filled.db", ACTORS, today=TODAY)
