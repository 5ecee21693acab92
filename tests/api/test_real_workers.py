"""Several workers, as they are served: what one of them knows of a caller, all of them know."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from matcher.bootstrap import bootstrap
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.usecases.manage_keys import create_key

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0
WORKERS = 4


@pytest.mark.slow
def test_a_key_that_is_ended_opens_nothing_within_a_second_whichever_worker_answers(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    url = f"sqlite:///{tmp_path / 'served.db'}"
    with closing(bootstrap(Settings(database_url=url, model="hashing"))) as installation:
        made = create_key(installation, Role.PORTAL, {}, "", Scope.everything())
    with (
        served(url, WORKERS, auth="on", rate_limits="off") as (port, server),
        one_of_each_worker(port, server.pid) as callers,
    ):
        assert {status(caller, made.key) for caller in callers} == {200}

        ending = subprocess.Popen(
            [sys.executable, "-m", "matcher.cli", "keys", "revoke", made.id],
            env=os.environ | environment(url),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        while ending.poll() is None:  # the key is in the memory of all of them to the last moment
            for caller in callers:
                status(caller, made.key)
        acknowledged = time.monotonic()
        assert ending.returncode == 0
        while 200 in {status(caller, made.key) for caller in callers}:
            assert time.monotonic() - acknowledged < PATIENCE_SECONDS
        seconds = time.monotonic() - acknowledged
        after = {status(caller, made.key) for _ in range(10) for caller in callers}
    assert after == {401}
    assert seconds < 1
    tell(f"refused by all of {WORKERS} workers {seconds:.2f} s after the command had ended")


def test_a_limit_holds_over_all_workers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'served.db'}"
    with (
        served(url, 2, rate_limits="reading=20/day") as (port, server),
        one_of_each_worker(port, server.pid, workers=2) as callers,
    ):
        answers = Counter(status(callers[number % 2]) for number in range(60))
    assert answers.keys() == {200, 429}
    assert answers[200] in {20, 21}  # one more where a new day begins meanwhile


def environment(url: str, **settings: str) -> dict[str, str]:
    told = {"database_url": url, "model": "hashing", **settings}
    return {f"SYNERGIES_{name.upper()}": value for name, value in told.items()}


@contextmanager
def served(
    url: str, workers: int, **settings: str
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The real service on a free port, once each of its workers answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--port", str(port), "--workers", str(workers))
    process = subprocess.Popen(
        [sys.executable, "-m", "matcher.cli", "serve", *options],
        env=os.environ | environment(url, **settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port, process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def one_of_each_worker(
    port: int, server: int, workers: int = WORKERS
) -> Iterator[list[HTTPConnection]]:
    """A connection that stays open to each worker: the system says who holds its other end."""
    found: dict[int, HTTPConnection] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    with ExitStack() as stack:
        while len(found) < workers:
            assert time.monotonic() < deadline, "some worker never answered"
            caller = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            stack.callback(caller.close)
            with suppress(OSError, HTTPException):
                ready = status(caller, path="/health/ready")
                mine = caller.sock.getsockname()[1]
                worker = who_holds(socket_of(port, mine), children_of(server))
                if ready == 200 and worker is not None:
                    found.setdefault(worker, caller)
            for known in found.values():  # one that nothing is asked on is closed after a while
                status(known, path="/health/ready")
            time.sleep(0.05)
        yield list(found.values())


def children_of(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in told.split()]


def socket_of(port: int, caller: int) -> str:
    """What the system calls the server's end of a connection from port ``caller``."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ends = [int(fields[place].rpartition(":")[2], 16) for place in (1, 2)]
        if ends == [port, caller]:
            return f"socket:[{fields[9]}]"
    return ""


def who_holds(name: str, processes: list[int]) -> int | None:
    for process in processes:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                if os.readlink(descriptor) == name:
                    return process
    return None


def status(caller: HTTPConnection, key: str = "", path: str = "/algorithm") -> int:
    """What a worker answers on a connection that stays open."""
    caller.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
    answer = caller.getresponse()
    answer.read()
    return answer.status
