"""The encoder that remembers computes each text once, and forgets with the actor."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import func, select

from matcher.engine.passages import passages
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.protocols import Encoder
from matcher.store.actors import delete_actor, save_actors
from matcher.store.database import Database
from matcher.store.tables import vectors
from matcher.store.vectors import CachedEncoder

TODAY = date(2026, 11, 23)


class CountingEncoder:
    """Gives each text a vector of its own and remembers what it was asked."""

    model_id = "counting@1"
    dimension = 4

    def __init__(self) -> None:
        self.asked: list[tuple[str, Role]] = []

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        self.asked += [(text, role) for text in texts]
        shift = 0.5 if role is Role.NEED else 0.0
        rows = [[len(text), text.count("e"), sum(map(ord, text)) / 997, shift] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 4)


def never() -> Encoder:
    raise AssertionError("the weights were loaded")


def cached(
    database: Database, load: Callable[[], Encoder], model_id: str = "counting@1"
) -> CachedEncoder:
    return CachedEncoder(model_id, 4, load, database)


def test_only_texts_that_were_never_seen_are_encoded(database: Database) -> None:
    inner = CountingEncoder()
    encoder = cached(database, lambda: inner)
    encoder.encode(["un vélo", "une salle"], Role.OFFER)
    encoder.encode(["une salle", "un jardin", "un jardin"], Role.OFFER)
    assert inner.asked == [(text, Role.OFFER) for text in ("un vélo", "une salle", "un jardin")]


def test_cached_rows_equal_computed_ones_in_the_order_asked(database: Database) -> None:
    texts = ["un vélo", "une salle", "un vélo"]
    computed = cached(database, CountingEncoder).encode(texts, Role.NEED)
    read = cached(database, never).encode(texts, Role.NEED)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, computed)
    np.testing.assert_array_equal(read, CountingEncoder().encode(texts, Role.NEED))


def test_a_need_and_an_offer_with_the_same_words_have_their_own_vectors(
    database: Database,
) -> None:
    encoder = cached(database, CountingEncoder)
    need, offer = (encoder.encode(["un vélo"], role) for role in (Role.NEED, Role.OFFER))
    assert not np.array_equal(need, offer)


def test_vectors_of_another_model_are_not_used(database: Database) -> None:
    cached(database, CountingEncoder).encode(["un vélo"], Role.NEED)
    with pytest.raises(AssertionError):
        cached(database, never, model_id="counting@2").encode(["un vélo"], Role.NEED)


def test_no_text_needs_no_weights(database: Database) -> None:
    assert cached(database, never).encode([], Role.NEED).shape == (0, 4)


def test_progress_counts_the_missing_texts_alone(database: Database) -> None:
    told: list[tuple[int, int]] = []
    texts = [f"texte {number}" for number in range(300)]
    cached(database, CountingEncoder).encode(texts[:10], Role.NEED)
    encoder = CachedEncoder(
        "counting@1", 4, CountingEncoder, database, lambda done, total: told.append((done, total))
    )
    encoder.encode(texts, Role.NEED)
    assert told == [(256, 290), (290, 290)]


def test_vectors_go_with_the_last_actor_whose_words_they_are(database: Database) -> None:
    statement = Statement(Role.OFFER, "un vélo")
    people = [
        Actor(id=name, kind=Kind.SOCIAL_ENTREPRENEUR, name=name, offers=(statement,))
        for name in ("a", "b")
    ]
    with database.write() as connection:
        save_actors(connection, people, today=TODAY)
    cached(database, CountingEncoder).encode(["un vélo"], Role.OFFER)
    with database.write() as connection:
        delete_actor(connection, "a")
    cached(database, never).encode(["un vélo"], Role.OFFER)
    with database.write() as connection:
        delete_actor(connection, "b")
    with pytest.raises(AssertionError):
        cached(database, never).encode(["un vélo"], Role.OFFER)


def test_renaming_an_actor_keeps_the_vectors_of_its_statements(database: Database) -> None:
    offers = (Statement(Role.OFFER, "un vélo"),)
    for name in ("avant", "après"):
        actor = Actor(id="a", kind=Kind.SOCIAL_ENTREPRENEUR, name=name, offers=offers)
        with database.write() as connection:
            save_actors(connection, [actor], today=TODAY)
        cached(database, CountingEncoder if name == "avant" else never).encode(
            ["un vélo"], Role.OFFER
        )


def test_the_passages_of_a_long_statement_go_with_its_actor(database: Database) -> None:
    text = " ".join(f"Nous prêtons la salle numéro {number}, le soir." for number in range(40))
    parts = [text[start:end] for start, end in passages(text)]
    actor = Actor(
        id="a",
        kind=Kind.SOCIAL_ENTREPRENEUR,
        name="a",
        offers=(Statement(Role.OFFER, text),),
    )
    with database.write() as connection:
        save_actors(connection, [actor], today=TODAY)
    cached(database, CountingEncoder).encode(parts, Role.OFFER)
    with database.write() as connection:
        delete_actor(connection, "a")
        assert connection.execute(select(func.count()).select_from(vectors)).scalar_one() == 0
    assert len(parts) > 1
