"""Two who act at the same instant: on PostgreSQL, whoever comes second sees what the first did.

Each test keeps the transaction of the first open until the second waits for it.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.store import accounts
from matcher.store.account_tables import accounts as account_table
from matcher.store.actors import find_actor, find_actors
from matcher.store.database import Database
from matcher.store.desk_tables import staged_imports
from matcher.store.oppositions import MAIL, oppositions_of, set_opposition
from matcher.store.staged_imports import KEPT_EACH, find_staged, settle_staged, stage
from matcher.store.weight_profiles import WeightProfile, find_profile, put_profile
from matcher.usecases.accept_mails import accept_mails
from matcher.usecases.answer_pair import answer_pair
from matcher.usecases.change_actor import change_actor
from matcher.usecases.edit_profile import profile_values
from matcher.usecases.erase_actor import erase_actor, erase_rows
from matcher.usecases.manage_accounts import change_account, create_account
from matcher.usecases.oppose import oppose
from matcher.usecases.weight_profiles import save_profile

pytestmark = [pytest.mark.every_engine, pytest.mark.postgresql_only]

LOCAL = Scope.everything()
ODILE = Scope(Role.PRACTITIONER, "actor:odile", actor_id="odile")
VAL_D_OISE = {"department": ["95"]}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
NOW = 1_796_000_000


@contextmanager
def first(
    database: Database, second: Callable[[], Any]
) -> Iterator[tuple[Connection, Future[Any]]]:
    """A transaction in which the first acts; the second begins before it is committed."""
    with ThreadPoolExecutor(1) as threads:
        future: Future[Any] = Future()
        with database.write() as connection:
            yield connection, future
            begun = threads.submit(second)
            wait_until_it_waits(database, begun)
        try:
            future.set_result(begun.result(30))
        except Exception as error:
            future.set_exception(error)


def wait_until_it_waits(database: Database, begun: Future[Any]) -> None:
    """Return once a transaction waits for another, or the second has come through."""
    end = time.monotonic() + 20
    while not begun.done() and time.monotonic() < end:
        with database.read() as connection:
            if connection.execute(text(f"{WAITING} current_database()")).scalar():
                return
        time.sleep(0.02)
    assert begun.done(), "the second neither waits nor ends"


def erase_odile(application: Application, connection: Connection) -> None:
    leaving = find_actors(connection, ["odile"]).values()
    erase_rows(application, connection, list(leaving))


def test_who_is_erased_while_it_objects_is_gone(desk: Application) -> None:
    with first(desk.database, lambda: oppose(desk, "odile", ODILE, mail=True)) as (one, second):
        erase_odile(desk, one)
    with pytest.raises(NotFound):
        second.result()


def test_who_is_erased_while_it_accepts_mails_is_gone(desk: Application) -> None:
    oppose(desk, "odile", ODILE, mail=True)
    with first(desk.database, lambda: accept_mails(desk, "odile", ODILE)) as (one, second):
        erase_odile(desk, one)
    with pytest.raises(NotFound):
        second.result()
    with desk.database.read() as connection:
        assert find_actor(connection, "odile") is None


def test_who_is_erased_twice_at_once_is_erased_once(desk: Application) -> None:
    with first(desk.database, lambda: erase_actor(desk, "odile", LOCAL)) as (one, second):
        erase_odile(desk, one)
    with pytest.raises(NotFound):
        second.result()


def test_an_answer_to_who_is_erased_meanwhile_finds_nobody(desk: Application) -> None:
    def answer() -> object:
        return answer_pair(desk, "roues", "odile", "declined", LOCAL)

    with first(desk.database, answer) as (one, second):
        erase_odile(desk, one)
    with pytest.raises(NotFound):
        second.result()


def test_an_objection_and_a_correction_of_the_same_person_are_both_kept(desk: Application) -> None:
    with desk.database.read() as connection:
        stored = find_actor(connection, "odile")
    assert stored
    values = profile_values(stored) | {"consent_email": False}
    correct = lambda: change_actor(desk, "odile", values, ODILE)  # noqa: E731
    with first(desk.database, correct) as (one, second):
        set_opposition(one, "odile", MAIL, opposed=True, today=desk.today())
    actor, _ = second.result()
    assert not actor.consent_email
    with desk.database.read() as connection:
        assert oppositions_of(connection, ["odile"])["odile"].keys() == {MAIL}


def test_an_account_that_is_ended_while_it_is_changed_stays_ended(desk: Application) -> None:
    made = create_account(desk, "ici@exemple.fr", Role.COORDINATOR, VAL_D_OISE, LOCAL)
    change = lambda: change_account(desk, made.address, Role.ADMIN, {}, LOCAL)  # noqa: E731
    with first(desk.database, change) as (one, second):
        accounts.end_account(one, made.id, NOW)
    with pytest.raises(NotFound):
        second.result()
    with desk.database.read() as connection:
        assert connection.execute(select(account_table.c.ended)).scalar_one() == NOW


def test_a_setting_that_two_save_at_once_is_that_of_the_second(desk: Application) -> None:
    weights = {name: weight + 1 for name, weight in list(desk.matching.weights.items())[:1]}
    profile = WeightProfile("Près", {}, None)
    with first(desk.database, lambda: save_profile(desk, "Près", weights, LOCAL)) as (one, second):
        assert find_profile(one, "Près", alone=True) is None
        put_profile(one, profile, now=NOW)
    assert second.result() == "Près"
    with desk.database.read() as connection:
        found = find_profile(connection, "Près")
    assert found
    assert found.weights == weights


def test_files_that_one_person_sends_at_once_are_no_more_than_may_wait(desk: Application) -> None:
    def send(connection: Connection) -> None:
        stage(connection, "me", "file.csv", b"id", {}, now=NOW)

    def later() -> None:
        with desk.database.write() as connection:
            send(connection)

    for _ in range(KEPT_EACH):
        later()
    with first(desk.database, later) as (one, second):
        send(one)
    second.result()
    with desk.database.read() as connection:
        count = select(func.count()).select_from(staged_imports)
        assert connection.execute(count).scalar_one() == KEPT_EACH


def test_what_an_import_counted_is_that_of_whoever_confirmed_first(desk: Application) -> None:
    with desk.database.write() as connection:
        name = stage(connection, "me", "file.csv", b"id", {}, now=NOW)

    def settle(connection: Connection, created: int) -> None:
        settle_staged(connection, name, "me", {"created": created}, now=NOW)

    def later() -> None:
        with desk.database.write() as connection:
            settle(connection, 0)

    with first(desk.database, later) as (one, second):
        settle(one, 5)
    second.result()
    with desk.database.read() as connection:
        staged = find_staged(connection, name, "me", now=NOW)
    assert staged
    assert staged.outcome == {"created": 5}
