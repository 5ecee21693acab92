"""A cookie opens what its account may see, from one request to the next, and is told it is used."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from matcher.access.aside import Aside
from matcher.access.keys import digest_of
from matcher.access.sessions import (
    TOUCHED_SECONDS,
    Sessions,
    is_token,
    make_token,
    scope_of_account,
)
from matcher.scope import Role, Scope, Session
from matcher.store.account_tables import sessions
from matcher.store.accounts import StoredAccount, add_account
from matcher.store.database import Database
from matcher.store.sessions import add_session, end_session

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEGUN = int(NOW.timestamp())
COORDINATOR = StoredAccount("acc_1", "elise@exemple.fr", "coordinator", ("department:95",), BEGUN)
ADMIN = StoredAccount("acc_2", "paul@exemple.fr", "admin", (), BEGUN)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/a.db")
    with opened.write() as connection:
        for account in (COORDINATOR, ADMIN):
            add_account(connection, account)
    yield opened
    opened.close()


class Desk:
    """Sessions at a moment that can be moved on."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.aside = database, NOW, Aside()
        self.sessions = Sessions(database, lambda: self.now, self.aside)

    def begin(self, account: StoredAccount) -> str:
        cookie = make_token()
        with self.database.write() as connection:
            add_session(connection, digest_of(cookie), account.id, BEGUN)
        return cookie

    def seen(self, cookie: str) -> int:
        """When it was last noted that the session is used, in seconds after it began."""
        self.aside.finish()
        with self.database.read() as connection:
            mine = sessions.c.digest == digest_of(cookie)
            return int(connection.execute(select(sessions.c.seen).where(mine)).scalar_one()) - BEGUN


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    made = Desk(database)
    yield made
    made.aside.close()


def test_a_cookie_opens_what_its_account_may_see(desk: Desk) -> None:
    cookie = desk.begin(COORDINATOR)
    scope = Scope(Role.COORDINATOR, "acc_1", ("department:95",))
    expected = Session(digest_of(cookie), "elise@exemple.fr", scope)
    assert desk.sessions.recognise(cookie) == expected
    found = desk.sessions.recognise(desk.begin(ADMIN))
    assert found is not None
    assert found.scope == Scope(Role.ADMIN, "acc_2")


def test_what_is_no_cookie_of_ours_opens_nothing(desk: Desk) -> None:
    cookie = desk.begin(COORDINATOR)
    for shown in (make_token(), "", cookie[:-1], cookie + "x", digest_of(cookie), "é" * 43):
        assert desk.sessions.recognise(shown) is None


def test_what_could_not_be_a_cookie_is_not_looked_for(database: Database) -> None:
    aside = Aside()
    sessions = Sessions(database, lambda: NOW, aside)
    aside.close()
    database.close()  # whoever asked it now would fail
    assert sessions.recognise("short") is None


def test_a_session_that_was_ended_opens_nothing(desk: Desk) -> None:
    cookie = desk.begin(COORDINATOR)
    with desk.database.write() as connection:
        assert end_session(connection, digest_of(cookie))
    assert desk.sessions.recognise(cookie) is None


@pytest.mark.parametrize(
    ("seconds", "noted"),
    [(0, 0), (TOUCHED_SECONDS - 1, 0), (TOUCHED_SECONDS, 300), (TOUCHED_SECONDS + 1, 301)],
)
def test_that_it_is_used_is_noted_every_five_minutes(
    desk: Desk, seconds: int, noted: int, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = desk.begin(COORDINATOR)
    desk.now = NOW + timedelta(seconds=seconds)
    assert desk.sessions.recognise(cookie) is not None
    assert desk.seen(cookie) == noted
    assert caplog.messages == []


def test_what_cannot_be_noted_is_told_by_its_name(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = desk.begin(COORDINATOR)
    desk.now = NOW + timedelta(seconds=TOUCHED_SECONDS)
    with desk.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    assert desk.sessions.recognise(cookie) is not None
    desk.aside.finish()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("noting that a session is used failed: ")


def test_tokens_are_256_bits_in_43_characters_that_never_come_twice() -> None:
    made = {make_token() for _ in range(50)}
    assert len(made) == 50
    assert all(is_token(token) and len(token) == 43 for token in made)


@pytest.mark.parametrize("length", [42, 44])
def test_a_token_has_its_length(length: int) -> None:
    assert not is_token("x" * length)


def test_an_administrator_has_no_departements_whatever_is_stored() -> None:
    stored = StoredAccount("acc_3", "a@exemple.fr", "admin", ("department:95",), BEGUN)
    assert scope_of_account(stored) == Scope(Role.ADMIN, "acc_3")
