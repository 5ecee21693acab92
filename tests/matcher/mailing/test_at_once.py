"""Several who send at the same instant: caps hold, and a mail in doubt is taken up by one alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, cast

import pytest
from sqlalchemy import Connection, select, update

from matcher.store import outbox
from matcher.store.actors import delete_actors
from matcher.store.database import Database
from matcher.store.mail_tables import outbox as mails
from matcher.store.oppositions import MAIL, set_opposition
from matcher.store.outbox import LEASE_SECONDS, Caps, Mail, MailState
from matcher.store.tables import actors
from matcher.usecases.send_outbox import Sending, reconcile, send_outbox

NOW = 1_796_000_000
SENDER = "bounce@synergies.test"
CAPS = Caps()
Fill = Callable[..., list[str]]

pytestmark = pytest.mark.every_engine


@contextmanager
def first(
    database: Database, second: Callable[[], Any]
) -> Iterator[tuple[Connection, Future[Any]]]:
    """A transaction in which the first acts; the second has half a second before its commit."""
    with ThreadPoolExecutor(1) as threads:
        future: Future[Any] = Future()
        with database.write() as connection:
            yield connection, future
            begun = threads.submit(second)
            wait([begun], 0.5)
        future.set_result(begun.result(30))


def take(database: Database, worker: str, caps: Caps = CAPS) -> Mail | None:
    with database.write() as connection:
        return outbox.take(connection, worker, NOW, caps)


def begin(database: Database, mail: Mail, worker: str) -> bool:
    with database.write() as connection:
        return outbox.begin(connection, mail, worker, NOW, CAPS)


def states(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(mails.c.state).order_by(mails.c.id)).scalars())


def test_two_workers_never_pass_the_cap_of_a_domain(database: Database, fill: Fill) -> None:
    fill(2, now=NOW)
    one_an_hour = Caps(per_domain_hour=1)
    with first(database, lambda: take(database, "b", one_an_hour)) as (connection, second):
        assert outbox.take(connection, "a", NOW, one_an_hour)
    assert second.result() is None


def test_two_workers_never_send_two_digests_to_one_address(database: Database, fill: Fill) -> None:
    fill(2, now=NOW)
    with database.write() as connection:
        connection.execute(update(mails).values(address="run-0@exemple.test"))
        connection.execute(update(actors).values(email="run-0@exemple.test"))
    one, other = take(database, "a"), take(database, "b")
    assert one
    assert other
    with first(database, lambda: begin(database, other, "b")) as (connection, second):
        assert outbox.begin(connection, one, "a", NOW, CAPS)
    assert second.result() is False


def test_an_opposition_is_not_acknowledged_while_a_mail_is_let_through(
    database: Database, fill: Fill
) -> None:
    (name,) = fill(1, now=NOW)
    mail, acknowledged = take(database, "a"), []
    assert mail

    def oppose() -> None:
        with database.write() as connection:
            set_opposition(connection, name, MAIL, opposed=True, today=date(2026, 12, 1))
        acknowledged.append(name)

    with ThreadPoolExecutor(1) as threads:
        with database.write() as connection:
            assert outbox.begin(connection, mail, "a", NOW, CAPS)
            opposing = threads.submit(oppose)
            wait([opposing], 0.5)
            assert acknowledged == []
        opposing.result(30)


def test_who_erases_waits_for_a_mail_that_is_let_through_and_stops_nobody(
    database: Database, fill: Fill
) -> None:
    (name,) = fill(1, now=NOW)
    mail = take(database, "a")
    assert mail

    def erase() -> list[str]:
        with database.write() as connection:
            return delete_actors(connection, [name])

    with ThreadPoolExecutor(1) as threads:
        with database.write() as connection:
            connection.execute(select(mails.c.id).where(mails.c.id == mail.id).with_for_update())
            erasing = threads.submit(erase)
            wait([erasing], 0.5)
            assert outbox.begin(connection, mail, "a", NOW, CAPS)
        assert erasing.result(30) == [name]
    assert states(database) == []


class Meanwhile:
    """A database in which something happens before the transaction of a number."""

    def __init__(self, database: Database, number: int, happens: Callable[[], Any]) -> None:
        self._database, self._left, self._happens = database, number, happens

    def read(self) -> AbstractContextManager[Connection]:
        self._count()
        return self._database.read()

    def write(self) -> AbstractContextManager[Connection]:
        self._count()
        return self._database.write()

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._happens()


def test_a_mail_in_doubt_that_another_has_sent_again_is_not_sent_a_third_time(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    mail = take(database, "lost")
    assert mail
    assert begin(database, mail, "lost")
    later = NOW + LEASE_SECONDS + 1
    with faulty() as relay:
        sending = Sending(relay.relay(), SENDER, in_doubt="resend")

        def another() -> None:
            send_outbox(database, sending, lambda: later)

        reconcile(cast("Database", Meanwhile(database, 2, another)), sending, later)
        assert len(relay.taken) == 1
    assert states(database) == [MailState.SENT]


@pytest.mark.parametrize("answer", [451, 550])
def test_who_took_too_long_leaves_a_mail_to_whoever_sent_it_since(
    answer: int, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty("dot", answer) as slow, faulty() as relay:

        def another() -> None:
            late = Sending(relay.relay(), SENDER, in_doubt="resend")
            send_outbox(database, late, lambda: NOW + LEASE_SECONDS + 1)

        # Looks whether it may send, whether a mail is in doubt; takes, begins, and settles.
        meanwhile = cast("Database", Meanwhile(database, 5, another))
        send_outbox(meanwhile, Sending(slow.relay(), SENDER), lambda: NOW, most=1)
        assert len(relay.taken) == 1
    assert states(database) == [MailState.SENT]
