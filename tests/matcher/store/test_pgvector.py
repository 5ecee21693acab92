"""The copy of the vectors for pgvector: whole, erased with its rows, out of backups."""

import json
from contextlib import closing
from datetime import date

import numpy as np
import psycopg
import pytest

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.errors import NotReady
from matcher.store.actors import delete_actor, save_actors
from matcher.store.database import Database
from matcher.store.pgvector import copy_vectors
from matcher.store.vectors import CachedEncoder
from models.hashing import HashingEncoder

TODAY = date(2026, 11, 23)
WORDS = "un lieu pour un atelier cuisine"


def test_the_copy_holds_what_is_stored_and_is_erased_with_it(
    database_url: str, engine: str
) -> None:
    if engine != "postgresql-18":
        pytest.skip("pgvector comes with the PostgreSQL 18 of the tests only")
    _rows(database_url, "CREATE EXTENSION vector")
    encoder = HashingEncoder()
    with closing(Database.open(database_url)) as database:
        said = (Statement(Role.NEED, WORDS),)
        with database.write() as connection:
            person = Actor("a", Kind.SOCIAL_WORKER, "Élise", needs=said)
            save_actors(connection, [person], today=TODAY)
        cached = CachedEncoder(encoder.model_id, encoder.dimension, lambda: encoder, database)
        (row,) = cached.encode([WORDS], Role.NEED)

        assert copy_vectors(database, encoder.model_id) == 1
        assert copy_vectors(database, encoder.model_id) == 0

        ((told,),) = _rows(database_url, "SELECT embedding::text FROM synergies_pgvector.vectors")
        assert np.allclose(json.loads(str(told)), row)
        with database.write() as connection:
            delete_actor(connection, "a")
        assert _rows(database_url, "SELECT 1 FROM synergies_pgvector.vectors") == []


def test_without_the_extension_it_is_said(database_url: str) -> None:
    with closing(Database.open(database_url)) as database, pytest.raises(NotReady) as refused:
        copy_vectors(database, "any")

    assert refused.value.code == "no-pgvector"


def _rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        asked = connection.execute(statement.encode())
        return asked.fetchall() if asked.description else []
