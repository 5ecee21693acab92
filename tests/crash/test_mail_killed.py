"""A sender that is killed at any moment: no mail is lost and none arrives twice."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.store.database import Database
from matcher.store.outbox import LEASE_SECONDS, MailState
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


def killed(
    url: str, port: int, sink: Any, log: str, doubt: str, *, kills: int, every: int, seed: int
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


@pytest.fixture
def filled(database_url: str, fill: Callable[..., list[str]]) -> Callable[[int], None]:
    """Put so many mails into the outbox of the test."""

    def filling(mails: int) -> None:
        database = Database.open(database_url)
        fill(database, mails, NOW)
        database.close()

    return filling


@pytest.fixture
def found(
    database_url: str, states: Callable[[Database], dict[str, int]]
) -> Callable[[], dict[str, int]]:
    """Count the mails of the outbox of the test by state."""

    def counted() -> dict[str, int]:
        database = Database.open(database_url)
        try:
            return states(database)
        finally:
            database.close()

    return counted


SIZES = [(60, 6), pytest.param(20_000, 200, marks=pytest.mark.slow(minutes=3))]


@pytest.mark.parametrize(("mails", "kills"), SIZES)
def test_with_the_log_of_the_relay_nothing_is_lost_or_doubled(
    database_url: str,
    sink: tuple[Any, int],
    filled: Callable[[int], None],
    found: Callable[[], dict[str, int]],
    mails: int,
    kills: int,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    handler, port = sink
    filled(mails)
    every = max(1, 2 * mails // (kills + 1) - 4)
    killed(database_url, port, handler, str(handler.log), "hold", kills=kills, every=every, seed=1)
    doubled = sum(times - 1 for times in handler.got.values())
    lost = mails - len(handler.got)
    tell(f"{mails} mails, {kills} kills: {lost} lost, {doubled} doubled")
    count("mail", sent_under_kills=mails, kills=kills, lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)
    assert found() == {MailState.SENT: mails}


@pytest.mark.parametrize(("mails", "kills"), SIZES)
@pytest.mark.parametrize("doubt", ["hold", "resend"])
def test_without_a_log_doubt_is_held_or_sent_again_under_the_same_name(
    database_url: str,
    sink: tuple[Any, int],
    filled: Callable[[int], None],
    found: Callable[[], dict[str, int]],
    mails: int,
    kills: int,
    doubt: str,
    tell: Callable[[str], None],
) -> None:
    handler, port = sink
    filled(mails)
    every = max(1, 2 * mails // (kills + 1) - 4)
    killed(database_url, port, handler, "", doubt, kills=kills, every=every, seed=2)
    doubled = sum(count - 1 for count in handler.got.values())
    lost, held = mails - len(handler.got), found().get(MailState.HELD, 0)
    tell(f"{mails} mails, {kills} kills, {doubt}: {lost} not there, {held} held, {doubled} doubled")
    if doubt == "hold":
        assert doubled == 0
        assert lost <= held <= kills
    else:
        assert (lost, held) == (0, 0)
        assert doubled <= kills
