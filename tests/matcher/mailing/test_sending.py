"""Each mail once: what the outbox says after every answer that a relay can give, or not give."""

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from matcher.errors import NotReady
from matcher.store.database import Database
from matcher.store.mail_tables import outbox, runs
from matcher.store.outbox import ATTEMPTS_END, LEASE_SECONDS, Caps, MailState, count_states
from matcher.store.tables import actors, installation
from matcher.usecases.send_outbox import GRACE_SECONDS, Sending, SendReport, send_outbox

NOW = 1_796_000_000
SENDER = "bounce@synergies.test"
Fill = Callable[..., list[str]]


def send(database: Database, relay: Any, now: int = NOW, **how: Any) -> SendReport:
    """Send all that is due at a time."""
    return send_outbox(database, Sending(relay, SENDER, **how), lambda: now)


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)))


def only(database: Database) -> Any:
    (row,) = rows(database)
    return row


@pytest.mark.every_engine
def test_mails_leave_once_to_their_recipients(database: Database, fill: Fill, faulty: Any) -> None:
    names = fill(3, now=NOW)
    with faulty() as relay:
        first, again = send(database, relay.relay()), send(database, relay.relay())
    assert (first.states, first.stopped) == ({MailState.SENT: 3}, None)
    assert again.states.total() == 0
    assert relay.recipients == [f"{name}@exemple.test" for name in names]
    assert [mail.split(b"\r\n")[2] for mail in relay.taken] == [f".{n}".encode() for n in names]


CODES: list[int | str] = [451, 550, "drop", "stall"]
BEFORE_THE_MAIL = ["connect", "ehlo", "tls", "auth"]
ABOUT_THE_MAIL = ["mail", "rcpt", "data"]


@pytest.mark.parametrize(("step", "fault"), list(product(BEFORE_THE_MAIL, CODES)))
def test_a_relay_that_is_not_there_stops_the_run_and_keeps_the_mail(
    step: str, fault: int | str, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(2, now=NOW)
    how = {"tls": {"security": "starttls"}, "auth": {"user": "me", "password": "secret"}}
    with faulty(step, fault) as relay:
        report = send(database, relay.relay(**how.get(step, {})))
    tried, untouched = rows(database)
    assert report.stopped is not None
    assert report.stopped.startswith(step)
    assert (tried.state, untouched.state) == (MailState.QUEUED, MailState.QUEUED)
    lasting = fault == 550
    assert (tried.attempts, tried.due > NOW) == ((0, False) if lasting else (1, True))
    assert not relay.taken


@pytest.mark.parametrize(("step", "fault"), list(product(ABOUT_THE_MAIL, CODES)))
def test_a_refusal_before_the_mail_is_about_that_mail_alone(
    step: str, fault: int | str, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(2, now=NOW)
    with faulty(step, fault, times=1) as relay:
        report = send(database, relay.relay())
    refused, next_one = rows(database)
    assert refused.state == (MailState.FAILED if fault == 550 else MailState.QUEUED)
    assert (refused.due > NOW) is (fault != 550)
    assert next_one.state == MailState.SENT
    assert report.stopped is None
    assert len(relay.taken) == 1


@pytest.mark.parametrize("fault", CODES)
def test_after_the_last_dot_only_an_answer_settles_it(
    fault: int | str, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(2, now=NOW)
    with faulty("dot", fault, times=1) as relay:
        send(database, relay.relay())
    expected: dict[int | str, MailState] = {451: MailState.QUEUED, 550: MailState.FAILED}
    first, second = rows(database)
    assert first.state == expected.get(fault, MailState.SENDING)
    assert second.state == MailState.SENT


def test_a_temporary_refusal_is_tried_again_and_given_up_after_three_days(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty("rcpt", 451) as relay:
        now, attempts = NOW, 0
        while only(database).state == MailState.QUEUED:
            now = max(only(database).due, now)
            send(database, relay.relay(), now)
            attempts += 1
            assert attempts < 100
    assert only(database).reason == "gave-up"
    assert now - NOW <= ATTEMPTS_END
    assert attempts > 10


def test_an_attempt_is_not_made_before_its_time(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty("rcpt", 451, times=1) as relay:
        send(database, relay.relay())
        send(database, relay.relay(), only(database).due - 1)
        assert not relay.taken
        send(database, relay.relay(), only(database).due)
    assert only(database).state == MailState.SENT


def test_in_doubt_the_log_of_the_relay_decides(
    database: Database, fill: Fill, faulty: Any, tmp_path: Path
) -> None:
    fill(2, now=NOW)
    log = tmp_path / "mail.log"
    with faulty("dot", "drop") as relay:
        log.touch()
        send(database, relay.relay(), relay_log=log)
        log.write_text("Dec 1 relay: message-id=<run.run-0@synergies.test>, size=12\n")
        relay.times = 0
        early = NOW + LEASE_SECONDS + GRACE_SECONDS
        assert send(database, relay.relay(), early, relay_log=log).states.total() == 0
        send(database, relay.relay(), early + 1, relay_log=log)
    arrived, lost = rows(database)
    assert (arrived.state, arrived.reason) == (MailState.SENT, "in-relay-log")
    assert (lost.state, lost.attempts) == (MailState.SENT, 2)
    assert len(relay.taken) == 1


@pytest.mark.parametrize(
    ("in_doubt", "state", "sent"),
    [("hold", MailState.HELD, 0), ("resend", MailState.SENT, 1)],
)
def test_in_doubt_without_a_log_the_operator_has_chosen(
    in_doubt: str, state: MailState, sent: int, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty("dot", "drop", times=1) as relay:
        send(database, relay.relay())
        send(database, relay.relay(), NOW + LEASE_SECONDS + 1, in_doubt=in_doubt)
    assert only(database).state == state
    assert len(relay.taken) == sent
    assert only(database).message_id.encode() in b"".join(relay.swallowed)


def test_nothing_is_in_doubt_while_its_worker_may_live(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty("dot", "drop", times=1) as relay:
        send(database, relay.relay())
        send(database, relay.relay(), NOW + LEASE_SECONDS, in_doubt="resend")
    assert only(database).state == MailState.SENDING


@pytest.mark.every_engine
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent_email": False}, "opposed"),
        ({"profiling": False}, "opposed"),
        ({"email": "other@exemple.test"}, "address-changed"),
    ],
)
def test_an_opposition_counts_until_the_relay_listens(
    change: dict[str, object], reason: str, database: Database, fill: Fill, faulty: Any
) -> None:
    fill(2, now=NOW)
    with database.write() as connection:
        connection.execute(update(actors).where(actors.c.id == "run-0").values(change))
    with faulty() as relay:
        send(database, relay.relay())
    skipped, sent = rows(database)
    assert (skipped.state, skipped.reason) == (MailState.SKIPPED, reason)
    assert sent.state == MailState.SENT
    assert len(relay.taken) == 1


def test_a_batch_that_nobody_sent_in_time_does_not_leave(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty() as relay:
        send(database, relay.relay(), NOW + 86_401)
    assert (only(database).state, only(database).reason) == (MailState.SKIPPED, "too-late")


def test_nobody_gets_two_runs_within_the_days_of_the_cap(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with faulty() as relay:
        send(database, relay.relay())
        with database.write() as connection:
            again = only(database)._asdict() | {
                "id": 99,
                "run_id": "later",
                "message_id": "<later@synergies.test>",
                "state": "queued",
                "due": NOW + 10 * 86_400,
                "until": NOW + 11 * 86_400,
            }
            run = {"id": "later", "month": date(2026, 12, 11), "planned": 0, "report": {}}
            connection.execute(runs.insert().values(run))
            connection.execute(outbox.insert().values(again))
        send(database, relay.relay(), NOW + 10 * 86_400)
    assert [row.reason for row in rows(database)] == [None, "had-one"]
    assert len(relay.taken) == 1


def test_a_domain_gets_no_more_an_hour_than_its_cap(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(5, now=NOW)
    caps = Caps(per_domain_hour=2)
    with faulty() as relay:
        taken = []
        for hour in range(3):
            send(database, relay.relay(), NOW + hour * 3600, caps=caps)
            taken.append(len(relay.taken))
    assert taken == [2, 4, 5]


def test_a_restored_database_does_not_send_until_somebody_says_so(
    database: Database, fill: Fill, faulty: Any
) -> None:
    fill(1, now=NOW)
    with database.write() as connection:
        connection.execute(update(installation).values(sending_confirmed=False))
    with faulty() as relay, pytest.raises(NotReady) as refused:
        send(database, relay.relay())
    assert refused.value.code == "sending-not-confirmed"
    with database.read() as connection:
        assert count_states(connection) == {MailState.QUEUED: 1}
