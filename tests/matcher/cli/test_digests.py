"""``plan-digests``, ``send-digests`` and ``outbox`` as whoever runs a territory types them."""

import asyncio
import csv
import inspect
import io
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import func, insert, select, update

from matcher.cli.digests import plan_digests
from matcher.store.database import Database
from matcher.store.installation import begin_another_life
from matcher.store.mail_tables import bounces, outbox, runs, suggestions
from matcher.store.oppositions import MAIL, set_opposition
from matcher.store.tables import actors
from matcher.usecases.mail_links import read_answer
from matcher.usecases.plan_questions import CAPACITY, MINIMUM_SCORE, MOST

FUTURE = ("--department", "95", "--month", "2099-12")


class Sink:
    """A relay that takes everything."""

    def __init__(self) -> None:
        self.got: list[tuple[tuple[str, ...], bytes]] = []
        self.returns: set[str] = set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one mail."""
        self.got.append((tuple(envelope.rcpt_tos), envelope.content))
        self.returns.add(envelope.mail_from)
        return "250 taken"


@pytest.fixture
def relay() -> Iterator[tuple[Sink, dict[str, str]]]:
    """A relay at work, and the settings that name it."""
    sink, loop = Sink(), asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    serving = loop.create_server(lambda: SMTP(sink, loop=loop), sock=listener)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    settings = {
        "SMTP_URL": f"smtp://127.0.0.1:{listener.getsockname()[1]}",
        "MAIL_FROM": "Synergies 95 <suggestions@synergies.test>",
        "MAIL_CONTACT": "contact@synergies.test",
        "BASE_URL": "https://synergies.test",
    }
    yield sink, settings
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def database_of(shell: Any) -> Database:
    return Database.open(shell.environment["DATABASE_URL"])


def counts(shell: Any) -> list[int]:
    database = database_of(shell)
    with database.read() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (runs, suggestions, outbox)
        ]
    database.close()
    return found


def plain_text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_plan_says_who_gets_what_who_gets_nothing_and_how_good_it_is(
    fixtures_read_only: Any,
) -> None:
    said = fixtures_read_only("plan-digests", *FUTURE)
    assert said.code == 0
    assert "(ts-argenteuil-chrs-01) reçoit" in said.out
    assert "votre besoin" in said.out
    assert "Xavier Lemonnier (ts-osny-mjpm-01) : A refusé" in said.out
    assert "Certificat" in said.out
    assert "left_out." not in said.out + said.err


def test_the_same_plan_is_json_and_csv(fixtures_read_only: Any) -> None:
    told = fixtures_read_only("plan-digests", *FUTURE, "--json").json
    pairs = {
        tuple(sorted((digest["actor_id"], one["partner_id"])))
        for digest in told["digests"]
        for one in digest["suggestions"]
    }
    assert len(pairs) == told["report"]["chosen"]["pairs"]
    assert len(told["digests"]) == told["report"]["mails"]
    assert 0 <= told["report"]["gap"] <= 0.01
    table = fixtures_read_only("plan-digests", *FUTURE, "--csv").out
    rows = list(csv.DictReader(io.StringIO(table)))
    suggested = sum(len(digest["suggestions"]) for digest in told["digests"])
    assert len(rows) == suggested + len(told["left_out"])
    assert all(row["reason"] for row in rows)


def test_who_bounced_or_stopped_is_listed_with_the_reason(fixtures: Any) -> None:
    first = fixtures("plan-digests", *FUTURE, "--json").json
    came_back, stops = (digest["actor_id"] for digest in first["digests"][:2])
    database = database_of(fixtures)
    with database.write() as connection:
        of_actor = select(actors.c.email).where(actors.c.id == came_back)
        address = connection.execute(of_actor).scalar_one()
        row = {"digest": "a", "hard": True, "status": "5.1.1", "at": 0, "address": address}
        connection.execute(insert(bounces).values(actor_id=came_back, **row))
        set_opposition(connection, stops, MAIL, opposed=True, today=date(2026, 12, 1))
    database.close()
    told = fixtures("plan-digests", *FUTURE, "--json").json
    codes = {left["actor_id"]: left["code"] for left in told["left_out"]}
    assert (codes[came_back], codes[stops]) == ("bounced", "stopped")
    assert (told["report"]["left_out"]["bounced"], told["report"]["left_out"]["stopped"]) == (1, 1)
    rows = csv.DictReader(io.StringIO(fixtures("plan-digests", *FUTURE, "--csv").out))
    assert {row["actor_id"]: row["left_out"] for row in rows if row["left_out"]} == codes
    said = " ".join(fixtures("plan-digests", *FUTURE).out.split())
    assert "un courriel en est revenu" in said
    assert "A demandé à ne plus recevoir" in said


def test_a_trial_writes_one_mail_a_recipient_and_leaves_the_store_alone(
    fixtures: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "lot"
    said = fixtures("send-digests", *FUTURE, "--dry-run", "--output", folder)
    assert said.code == 0, said.err
    assert str(folder) in said.out
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(folder.glob("*.eml"))
    ]
    told = fixtures("plan-digests", *FUTURE, "--json").json
    assert len(mails) == told["report"]["mails"] > 30
    for mail in mails:
        assert len(mail["To"].addresses) == 1
        assert mail["Cc"] is mail["Bcc"] is None
        assert mail.get_body(("html",)) is not None
        text = plain_text(mail)
        assert "votre" in text.casefold()
        assert "mail." not in text
    assert len({mail["To"].addresses[0].addr_spec for mail in mails}) == len(mails)
    assert counts(fixtures) == [0, 0, 0]
    assert folder.stat().st_mode & 0o077 == 0


def test_a_trial_can_be_made_again_but_takes_no_folder_of_others(
    fixtures: Any, tmp_path: Path, one_line: Callable[..., str]
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.eml").write_text("mine")
    trial = ("send-digests", *FUTURE, "--dry-run", "--output")
    assert "autre chose" in one_line(fixtures(*trial, tmp_path / "letters"))
    assert (tmp_path / "letters" / "dear.eml").read_text() == "mine"
    first, second = (fixtures(*trial, tmp_path / "lot") for _ in range(2))
    assert (first.code, second.code) == (0, 0)


def test_a_batch_is_sent_once_and_its_plan_is_what_is_in_the_outbox(
    fixtures: Any, relay: tuple[Sink, dict[str, str]], one_line: Callable[..., str]
) -> None:
    sink, settings = relay
    planned = fixtures("plan-digests", "--department", "95", "--json").json["report"]
    first = fixtures("send-digests", "--department", "95", **settings)
    assert first.code == 0, first.err
    assert counts(fixtures) == [1, planned["chosen"]["pairs"], planned["mails"]]
    assert len(sink.got) == planned["mails"]
    assert all(len(recipients) == 1 for recipients, _ in sink.got)
    assert len(sink.returns) == len(sink.got)
    second = fixtures("send-digests", "--department", "95", **settings)
    assert second.code == 0
    assert "déjà planifié" in second.out
    assert len(sink.got) == planned["mails"]
    assert counts(fixtures)[0] == 1
    states = fixtures("outbox", "--json").json["states"]
    assert states == {"sent": planned["mails"]}
    assert "déjà planifié" in one_line(fixtures("plan-digests", "--department", "95"))


def test_mails_of_a_month_to_come_wait_and_their_buttons_are_signed(
    fixtures: Any, relay: tuple[Sink, dict[str, str]]
) -> None:
    sink, settings = relay
    secret = "a secret of the installation"
    done = fixtures("send-digests", *FUTURE, SECRET=secret, **settings)
    assert done.code == 0, done.err
    assert sink.got == []
    database = database_of(fixtures)
    with database.read() as connection:
        row = connection.execute(select(outbox).limit(1)).one()
    database.close()
    text = plain_text(message_from_bytes(row.mail, policy=policy.default))
    links = [line for line in text.splitlines() if "/reponses/" in line]
    now = datetime(2099, 12, 2, tzinfo=UTC)
    said = [read_answer(secret.encode(), link.rpartition("/")[2], now) for link in links]
    assert {one.verdict for one in said if one} == {"accepted", "declined", "known"}
    assert all(one is not None and one.reader == row.actor_id for one in said)


def test_without_settings_nothing_is_planned_and_the_message_names_them(
    fixtures: Any, one_line: Callable[..., str]
) -> None:
    said = fixtures("send-digests", "--department", "95")
    assert said.code == 1
    assert "SYNERGIES_MAIL_FROM" in one_line(said)
    assert counts(fixtures) == [0, 0, 0]


@pytest.mark.parametrize(
    ("options", "settings", "told"),
    [
        (("--month", "2026-13"), {}, "AAAA-MM"),
        (("--month", "2020-01"), {}, "passé"),
        (("--limit", "11"), {}, "de 1 à 10"),
        (("--capacity", "-1"), {}, "de 0 à 100"),
        (("--region", "11"), {}, "un seul territoire"),
        ((), {"MAIL_FROM": "nobody"}, "SYNERGIES_MAIL_FROM"),
        ((), {"BASE_URL": "javascript:1"}, "SYNERGIES_BASE_URL"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    fixtures: Any,
    one_line: Callable[..., str],
    options: tuple[str, ...],
    settings: dict[str, str],
    told: str,
) -> None:
    said = fixtures("send-digests", "--department", "95", "--dry-run", *options, **settings)
    assert said.code == 2
    assert told in one_line(said).replace("\u00a0", " ")


def test_the_outbox_shows_what_is_held_and_lets_somebody_decide(
    fixtures: Any, relay: tuple[Sink, dict[str, str]], one_line: Callable[..., str]
) -> None:
    sink, settings = relay
    fixtures("send-digests", *FUTURE, **settings)
    database = database_of(fixtures)
    with database.write() as connection:
        first, second = connection.execute(select(outbox.c.id).limit(2)).scalars()
        lost = update(outbox).where(outbox.c.id.in_([first, second]))
        connection.execute(lost.values(state="held", reason="worker-lost", first_attempt=1))
        begin_another_life(connection, datetime.now(UTC))
    database.close()
    shown = fixtures("outbox")
    assert f"n°\u00a0{first}" in shown.out
    assert "peut-être arrivé" in shown.out
    assert "restaurée" in shown.out
    fixtures("outbox", "--release", first)
    fixtures("outbox", "--drop", second)
    told = fixtures("outbox", "--confirm", "--json").json
    assert told["sending_confirmed"]
    assert told["held"] == []
    assert told["states"]["skipped"] == 1
    assert "Aucun courriel retenu" in one_line(fixtures("outbox", "--release", first))
    assert fixtures("send-digests", *FUTURE, **settings).code == 0
    assert len(sink.got) == 1


def test_the_command_plans_by_default_what_the_interface_does() -> None:
    asked = inspect.signature(plan_digests).parameters
    typed = [asked[name].default for name in ("limit", "capacity", "minimum_score")]
    assert typed == [MOST, CAPACITY, MINIMUM_SCORE]
