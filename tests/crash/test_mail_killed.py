"""A sender that is killed at any moment: no mail is lost and none arrives twice."""

import asyncio
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import func, insert, select

from matcher.engine.profiles import Actor, Kind
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.outbox import LEASE_SECONDS, MailState, Queued, enqueue
from matcher.store.tables import outbox, runs
from matcher.usecases.send_outbox import GRACE_SECONDS

ROOT = Path(__file__).parents[2]
NOW = 1_796_000_000
LIVES = LEASE_SECONDS + GRACE_SECONDS + 1
"""Seconds by which each process finds the clock later than the one before: leases have run out."""

SENDER = """
import sys, time
from pathlib import Path
from matcher.mailing.delivery import Relay
from matcher.store.database import Database
from matcher.store.outbox import Caps
from matcher.usecases.send_outbox import Sending, send_outbox

url, port, log, doubt, start = sys.argv[1:]
sending = Sending(
    Relay("127.0.0.1", int(port), timeout=10),
    "bounce@synergies.test",
    Caps(per_domain_hour=10**9),
    Path(log) if log else None,
    doubt,
)
began = time.monotonic()
clock = lambda: int(start) + int(time.monotonic() - began)
print("ready", flush=True)
database = Database.open(url)
while send_outbox(database, sending, clock).states.total():
    pass
"""
"""A process that sends until nothing is left: the use case, and nothing else."""


class Sink:
    """A relay that writes each Message-ID to its log, as relays do, then says that it has it."""

    def __init__(self, log: Path) -> None:
        self.log, self.got = log, Counter[str]()
        self.arrived = threading.Semaphore(0)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one mail."""
        name = re.search(rb"Message-ID: (<[^>]+>)", envelope.content)[1].decode()  # type: ignore[index]
        with self.log.open("a") as log:
            log.write(f"relay[1]: message-id={name}\n")
        self.got[name] += 1
        self.arrived.release()
        return "250 taken"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Sink, int]]:
    """A real SMTP server on a port of its own."""
    handler = Sink(tmp_path / "relay.log")
    handler.log.touch()
    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    serving = loop.create_server(lambda: SMTP(handler, loop=loop), sock=listener)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield handler, listener.getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()


def fill(url: str, count: int) -> None:
    """Put mails to fictitious people into the outbox."""
    names = [f"ts-{number:05}" for number in range(count)]
    with (database := Database.open(url)).write() as connection:
        people = [
            Actor(n, Kind.SOCIAL_WORKER, n, email=f"{n}@exemple.test", consent_email=True)
            for n in names
        ]
        save_actors(connection, people, today=date(2026, 12, 1))
        row = {"id": "run", "month": date(2026, 12, 1), "planned": NOW, "report": {}}
        connection.execute(insert(runs), row)
        mails = (
            Queued(
                run_id="run",
                actor_id=name,
                message_id=f"<{name}@synergies.test>",
                address=f"{name}@exemple.test",
                content=f"Message-ID: <{name}@synergies.test>\r\n\r\nBonjour.\r\n".encode(),
                due=NOW,
                until=NOW + 10**7,
            )
            for name in names
        )
        enqueue(connection, mails)
    database.close()


def killed(
    url: str, port: int, sink: Sink, log: str, doubt: str, *, kills: int, every: int, seed: int
) -> None:
    """Kill a sender ``kills`` times, each a moment after some mails, then let one end."""
    moments = random.Random(seed)
    for life in range(kills + 1):
        arguments = [url, str(port), log, doubt, str(NOW + life * LIVES)]
        process = subprocess.Popen([sys.executable, "-c", SENDER, *arguments], cwd=ROOT)
        try:
            if life == kills:
                assert process.wait(600) == 0
                return
            for _ in range(moments.randint(1, every)):
                if not sink.arrived.acquire(timeout=20):
                    break  # it has nothing left to send
            time.sleep(moments.uniform(0, 0.01))
        finally:
            process.kill()
            process.wait()


def states(url: str) -> dict[str, int]:
    database = Database.open(url)
    with database.read() as connection:
        found = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        counted: dict[str, int] = dict(found.all())
    database.close()
    return counted


SIZES = [(60, 6), pytest.param(20_000, 200, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("mails", "kills"), SIZES)
def test_with_the_log_of_the_relay_nothing_is_lost_or_doubled(
    database_url: str,
    sink: tuple[Sink, int],
    mails: int,
    kills: int,
    tell: Callable[[str], None],
) -> None:
    handler, port = sink
    fill(database_url, mails)
    every = max(1, 2 * mails // (kills + 1) - 4)
    killed(database_url, port, handler, str(handler.log), "hold", kills=kills, every=every, seed=1)
    doubled = sum(count - 1 for count in handler.got.values())
    lost = mails - len(handler.got)
    tell(f"{mails} mails, {kills} kills: {lost} lost, {doubled} doubled")
    assert (lost, doubled) == (0, 0)
    assert states(database_url) == {MailState.SENT: mails}


@pytest.mark.parametrize(("mails", "kills"), SIZES)
@pytest.mark.parametrize("doubt", ["hold", "resend"])
def test_without_a_log_doubt_is_held_or_sent_again_under_the_same_name(
    database_url: str,
    sink: tuple[Sink, int],
    mails: int,
    kills: int,
    doubt: str,
    tell: Callable[[str], None],
) -> None:
    handler, port = sink
    fill(database_url, mails)
    every = max(1, 2 * mails // (kills + 1) - 4)
    killed(database_url, port, handler, "", doubt, kills=kills, every=every, seed=2)
    doubled = sum(count - 1 for count in handler.got.values())
    lost, held = mails - len(handler.got), states(database_url).get(MailState.HELD, 0)
    tell(f"{mails} mails, {kills} kills, {doubt}: {lost} not there, {held} held, {doubled} doubled")
    if doubt == "hold":
        assert doubled == 0
        assert lost <= held <= kills
    else:
        assert (lost, held) == (0, 0)
        assert doubled <= kills
