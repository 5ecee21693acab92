"""A month of suggestions asked over HTTP: accepted once, done beside, looked at by whoever may."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.mail_tables import batches, outbox, runs
from matcher.store.tables import actors
from matcher.usecases.manage_keys import create_key

ASKED = {"department": "95", "month": "2026-12", "minimum_score": 0.0}


class _Sink:
    def __init__(self) -> None:
        self.got: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got += envelope.rcpt_tos
        return "250 taken"


@pytest.fixture
def relay() -> Iterator[tuple[_Sink, int]]:
    """A relay that takes everything."""
    sink, loop = _Sink(), asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    serving = loop.create_server(lambda: SMTP(sink, loop=loop), sock=listener)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield sink, listener.getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def mailing(
    application: Application, relay: tuple[_Sink, int]
) -> Iterator[tuple[Application, _Sink]]:
    """The same installation with a relay, where keys are asked for and everybody consents."""
    settings = replace(
        application.settings,
        auth="on",
        rate_limits="off",
        smtp_url=f"smtp://127.0.0.1:{relay[1]}",
        mail_from="Synergies <suggestions@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="https://synergies.test",
    )
    with application.database.write() as connection:
        address = actors.c.id + "@exemple.test"
        connection.execute(update(actors).values(consent_email=True, email=address))
    made = Application(settings, application.database, application.today)
    yield made, relay[0]
    made.recorder.close()


def caller(application: Application, role: Role, *departments: str) -> TestClient:
    territories = {"department": departments} if departments else {}
    key = create_key(application, role, territories, "", Scope.everything()).key
    return TestClient(create_app(application), headers={"Authorization": f"Bearer {key}"})


def post(client: TestClient, key: str | None = "one", **asked: Any) -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/batches", json=ASKED | asked, headers=headers)


def settled(client: TestClient, batch_id: str) -> dict[str, Any]:
    """The batch once its work is over."""
    for _ in range(600):
        found: dict[str, Any] = client.get(f"/batches/{batch_id}").json()
        if found["state"] in {"done", "failed"}:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def count(application: Application, table: Any) -> int:
    with application.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_batch_is_accepted_then_planned_and_its_mails_are_counted(
    mailing: tuple[Application, _Sink],
) -> None:
    application, _ = mailing
    client = caller(application, Role.ADMIN)
    response = post(client)
    assert response.status_code == 202, response.text
    accepted = response.json()
    assert response.headers["Location"] == f"/batches/{accepted['id']}"
    done = settled(client, accepted["id"])
    assert (done["state"], done["error"]) == ("done", None)
    assert sum(done["mails"].values()) == done["report"]["mails"] == count(application, outbox) > 0
    assert done["run"] == "2026-12-department-95"


def test_the_same_request_again_is_the_same_batch(mailing: tuple[Application, _Sink]) -> None:
    application, _ = mailing
    client = caller(application, Role.ADMIN)
    first = post(client).json()["id"]
    settled(client, first)
    before = count(application, outbox)
    assert post(client).json()["id"] == first
    other = post(client, "another key").json()["id"]
    assert settled(client, other)["state"] == "done"
    assert (count(application, runs), count(application, outbox)) == (1, before)
    assert count(application, batches) == 2


def test_a_batch_of_this_month_is_sent(mailing: tuple[Application, _Sink]) -> None:
    application, sink = mailing
    client = caller(application, Role.COORDINATOR, "95")
    month = time.strftime("%Y-%m", time.gmtime())
    done = settled(client, post(client, month=max(month, "2026-11")).json()["id"])
    assert done["state"] == "done"
    if month <= "2026-11":
        assert len(sink.got) == done["report"]["mails"] == len(set(sink.got))


def test_a_dry_run_keeps_nothing(mailing: tuple[Application, _Sink]) -> None:
    application, sink = mailing
    client = caller(application, Role.ADMIN)
    done = settled(client, post(client, dry_run=True).json()["id"])
    assert done["report"]["chosen"]["pairs"] > 0
    assert (done["mails"], count(application, runs), sink.got) == ({}, 0, [])


def test_a_key_of_another_request_is_refused_and_so_is_none(
    mailing: tuple[Application, _Sink], problem_of: Callable[..., Any]
) -> None:
    client = caller(mailing[0], Role.ADMIN)
    settled(client, post(client, dry_run=True).json()["id"])
    assert problem_of(post(client), 422)["code"] == "idempotency-key-reused"
    for none in (None, " ", "x" * 201):
        assert problem_of(post(client, none), 422)["code"] == "idempotency-key-required"


def test_a_coordinator_asks_and_sees_its_own_departements_only(
    mailing: tuple[Application, _Sink], problem_of: Callable[..., Any]
) -> None:
    application, _ = mailing
    mine, other = (caller(application, Role.COORDINATOR, code) for code in ("95", "93"))
    batch = post(mine, dry_run=True).json()["id"]
    assert settled(mine, batch)["state"] == "done"
    unknown = problem_of(other.get("/batches/lot-0"), 404)["code"]
    assert problem_of(other.get(f"/batches/{batch}"), 404)["code"] == unknown
    assert problem_of(post(other), 404)["code"] == "territory-out-of-scope"
    assert problem_of(post(mine, "two", department=None), 404)["code"] == "territory-out-of-scope"


def test_without_a_relay_nothing_is_accepted(
    client: TestClient, application: Application, problem_of: Callable[..., Any]
) -> None:
    assert problem_of(post(client), 503)["code"] == "not-ready"
    assert count(application, batches) == 0


def test_a_batch_whose_relay_is_away_fails_and_goes_on_when_asked_again(
    mailing: tuple[Application, _Sink],
) -> None:
    application, sink = mailing
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = replace(application.settings, smtp_url=f"smtp://127.0.0.1:{port}")
    away = Application(settings, application.database, application.today)
    client = caller(away, Role.ADMIN)
    batch = post(client, month="2026-11").json()["id"]
    failed = settled(client, batch)
    if time.strftime("%Y-%m", time.gmtime()) == "2026-11":
        assert failed["state"] == "failed"
        assert "relais" in failed["error"]
        again = post(client, month="2026-11")
        assert again.json()["id"] == batch
        settled(client, batch)
    assert count(application, runs) == 1
    assert sink.got == []
    away.recorder.close()
