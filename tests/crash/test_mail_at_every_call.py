"""A sender killed at each of its calls to the disk or to the relay: nothing is lost or doubled."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.store.database import Database
from matcher.store.outbox import LEASE_SECONDS, MailState
from matcher.usecases.send_outbox import GRACE_SECONDS

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace") or ""
NOW = 1_796_000_000
LIVES = LEASE_SECONDS + GRACE_SECONDS + 1
SENDER = """
import sys
from pathlib import Path
from matcher.mailing.delivery import Relay
from matcher.store.database import Database
from matcher.store.outbox import Caps
from matcher.usecases.send_outbox import Sending, send_outbox

url, port, log, *starts = sys.argv[1:]
relay = Relay("127.0.0.1", int(port), timeout=10)
sending = Sending(relay, "bounce@synergies.test", Caps(per_domain_hour=10**9), Path(log))
database = Database.open(url)
for start in starts:
    send_outbox(database, sending, lambda: int(start))
"""


Relay = tuple[Any, int]
"""A relay that counts what it got, and its port."""


def sending(url: str, port: int, log: Path, *starts: int, under: tuple[str, ...] = ()) -> int:
    """Run a sender at these moments, one after the other; gives its exit code."""
    arguments = [url, str(port), str(log), *map(str, starts)]
    done = subprocess.run(
        [*under, sys.executable, "-c", SENDER, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode


def killed_at(url: str, sink: Relay, call: str, number: int, folder: Path) -> bool:
    """Kill a sender at the ``number``-th of a call, then let another end; False past the last."""
    handler, port = sink
    inject = ("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
    under = (STRACE, "-f", "-qq", "-o", str(folder / "calls"), *inject)
    code = sending(url, port, handler.log, NOW, under=under)
    ended = sending(url, port, handler.log, NOW + LIVES, NOW + 2 * LIVES)
    assert ended == 0
    return code in {-signal.SIGKILL, 128 + signal.SIGKILL}


CALLS = ("pwrite64", "fdatasync", "sendto", "recvfrom")
STEPS = {"pwrite64": 13, "fdatasync": 4, "sendto": 5, "recvfrom": 5}
"""Every so many of them, where only a few are tried."""


@pytest.mark.skipif(not STRACE, reason="strace is absent: apt-get install strace")
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow(minutes=4))])
@pytest.mark.parametrize("call", CALLS)
def test_killed_at_any_call_it_loses_and_doubles_nothing(
    call: str,
    whole: bool,
    tmp_path: Path,
    sink: Relay,
    fill: Callable[..., list[str]],
    states: Callable[[Database], dict[str, int]],
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    mails = 10 if whole else 3
    step = 1 if whole else STEPS[call]
    expected, number, points = set[str](), step, 0
    while True:
        url = f"sqlite:///{tmp_path}/{number}.db"
        database = Database.open(url)
        expected |= set(fill(database, mails, NOW, f"{call}-{number}"))
        cut = killed_at(url, sink, call, number, tmp_path)
        settled = states(database)
        database.close()
        got = sink[0].got
        count("mail", sent_under_kills=mails, kills=cut, lost=len(expected - set(got)))
        count("mail", doubled=sum(times > 1 for times in got.values()))
        assert settled == {MailState.SENT: mails}, f"{call} {number}"
        assert set(sink[0].got.values()) == {1}, f"{call} {number}"
        assert set(sink[0].got) == expected, f"{call} {number}"
        if not cut:
            break
        number, points = number + step, points + 1
    assert points >= 1
    tell(f"{mails} mails, {call} killed at {points} points: 0 lost, 0 doubled")


@pytest.mark.every_engine
def test_eight_senders_at_once_send_each_mail_once(
    database_url: str,
    sink: Relay,
    fill: Callable[..., list[str]],
    states: Callable[[Database], dict[str, int]],
    tell: Callable[[str], None],
) -> None:
    handler, port = sink
    database = Database.open(database_url)
    expected = fill(database, 50, NOW)
    codes: list[int] = []
    senders = [
        threading.Thread(target=lambda: codes.append(sending(database_url, port, handler.log, NOW)))
        for _ in range(8)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    settled = states(database)
    database.close()
    assert codes == [0] * 8
    assert settled == {MailState.SENT: 50}
    assert handler.got == Counter(expected)
    tell(f"8 senders, 50 mails: each once, {len(handler.got)} arrived")
