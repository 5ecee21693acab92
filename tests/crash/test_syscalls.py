"""What is really asked of the disk, and what happens when it refuses: seen and done by strace."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from matcher.store.actors import all_actors
from matcher.store.database import Database

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace") or ""
OPENED = 12
"""The first of these calls that is surely of a commit: opening makes a few."""
WRITER = """
import os, sys
from datetime import date
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.store.actors import save_actors
from matcher.store.database import Database
database = Database.open(sys.argv[1])
os.write(1, b"begin\\n")
for number in range(int(sys.argv[2])):
    name = sys.argv[3] + str(number)
    try:
        with database.write() as connection:
            person = Actor(name, Kind.SOCIAL_WORKER, "x" * 3000)
            save_actors(connection, [person], today=date(2026, 11, 23))
    except NotReady as error:
        os.write(1, f"refused {name} {error.code}\\n".encode())
    else:
        os.write(1, f"acked {name}\\n".encode())
os._exit(0)
"""

pytestmark = pytest.mark.skipif(not STRACE, reason="strace is absent: apt-get install strace")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store of its own, made beforehand: only writes of actors are counted."""
    url = f"sqlite:///{tmp_path}/synergies.db"
    Database.open(url).close()
    return url


def traced(url: str, writes: int, *options: str, prefix: str = "a") -> tuple[int, list[str], str]:
    """Write actors under strace: its exit code, what it said, and the calls that were traced."""
    log = Path(url.removeprefix("sqlite:///")).with_name("calls")
    done = subprocess.run(
        [
            *(STRACE, "-f", "-qq", "-o", str(log)),
            *("-e", "trace=write,pwrite64,fdatasync,fsync", *options),
            *(sys.executable, "-c", WRITER, url, str(writes), prefix),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.splitlines(), log.read_text()


def names(said: list[str], word: str) -> set[str]:
    return {line.split()[1] for line in said if line.startswith(word)}


def kept(url: str) -> set[str]:
    """Who is in the store when it is opened again; it must be whole."""
    with closing(Database.open(url)) as database, database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        return {actor.id for actor in all_actors(connection)}


def test_every_acknowledged_commit_was_synced_first(
    url: str, tell: Callable[[str], None], count: Callable[..., None]
) -> None:
    _, said, calls = traced(url, 20)
    assert len(names(said, "acked")) == 20
    between = re.split(r'write\(1, "(?:begin|acked)', calls)[1:-1]
    syncs = [len(re.findall(r"fd?a?t?a?sync\(", part)) for part in between]
    assert len(syncs) == 20
    assert min(syncs) >= 1
    lost = names(said, "acked") - kept(url)
    count("crash", acknowledged_changes_looked_for=20, lost=len(lost))
    assert not lost
    tell(f"20 acked commits, {sum(syncs)} syncs, at least {min(syncs)} before each ack")


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("every", [7, *(pytest.param(n, marks=pytest.mark.slow) for n in (4, 9))])
def test_a_disk_that_refuses_is_an_error_and_what_was_acked_stays(
    url: str,
    call: str,
    error: str,
    every: int,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    calls_of_a_commit = {"pwrite64": 12, "fdatasync": 1}
    when = f"{OPENED}+{every * calls_of_a_commit[call]}"
    code, said, calls = traced(url, 40, "-e", f"inject={call}:error={error}:when={when}")
    acked, refused = names(said, "acked"), names(said, "refused")
    assert code == 0
    assert len(acked) + len(refused) == 40
    assert calls.count("(INJECTED)") >= len(refused) > 0
    assert {line.split()[2] for line in said if line.startswith("refused")} <= {
        "database-unreachable"
    }
    assert acked
    lost = acked - kept(url)
    count("crash", refused_by_the_disk=len(refused))
    count("crash", acknowledged_changes_looked_for=len(acked), lost=len(lost))
    assert not lost
    code, said, _ = traced(url, 3, prefix="after")
    assert len(names(said, "acked")) == 3
    tell(f"{calls.count('(INJECTED)')} injected, {len(refused)} refused, 0 of {len(acked)} lost")


def killed_at(url: str, number: int, writes: int, count: Callable[..., None]) -> bool:
    """Kill the writer at its ``number``-th write to the store; False where it made fewer."""
    inject = f"inject=pwrite64:signal=KILL:when={number}"
    code, said, _ = traced(url, writes, "-e", inject, prefix=f"{number}-")
    acked = names(said, "acked")
    lost, killed = acked - kept(url), code in {-signal.SIGKILL, 128 + signal.SIGKILL}
    count("crash", kills_stops_and_cuts=killed)
    count("crash", acknowledged_changes_looked_for=len(acked), lost=len(lost))
    assert not lost
    return killed


@pytest.mark.parametrize(("writes", "step"), [(2, 13), pytest.param(4, 1, marks=pytest.mark.slow)])
def test_a_process_killed_at_any_of_its_writes_loses_nothing_acked(
    url: str, writes: int, step: int, tell: Callable[[str], None], count: Callable[..., None]
) -> None:
    number = 1
    while killed_at(url, number, writes, count):
        number += step
    assert number > OPENED
    tell(f"killed at {(number - 1) // step} writes, 0 acked lost, 0 damaged")
