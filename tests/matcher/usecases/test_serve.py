import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from matcher.errors import InvalidInput, NotReady
from matcher.usecases.listening import open_listener
from matcher.usecases.serve import serve

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 90.0


def test_an_address_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput) as refused:
            serve(host="127.0.0.1", port=port, workers=1)
    assert (refused.value.code, refused.value.parameters["port"]) == ("address-in-use", str(port))


def test_an_address_that_another_of_our_servers_shares_among_its_workers_is_taken_too() -> None:
    with open_listener("127.0.0.1", 0) as ours:
        ours.listen()
        with pytest.raises(InvalidInput):
            open_listener(*ours.address)


def test_an_address_that_is_not_of_this_machine_is_refused() -> None:
    """192.0.2.0/24 is for documentation: no machine bears such an address."""
    with pytest.raises(InvalidInput):
        serve(host="192.0.2.1", port=0, workers=1)


def test_a_database_that_cannot_be_opened_is_told_before_anything_starts() -> None:
    with pytest.raises(NotReady) as refused:
        serve(host="127.0.0.1", port=0, workers=2, database_url="nope://nowhere")
    assert refused.value.code == "database-url"


def test_workers_answer_alike_and_stop_when_asked(tmp_path: Path) -> None:
    with served(tmp_path) as (port, process):
        seen = {answer_of(port, "/algorithm") for _ in range(12)}
        assert len({tag for _, tag in seen}) == 1
        assert {status for status, _ in seen} == {200}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert nobody_listens(port)


def test_workers_do_not_outlive_their_supervisor(tmp_path: Path) -> None:
    with served(tmp_path) as (port, process):
        process.kill()
        process.wait()
        assert eventually(lambda: nobody_listens(port))


def test_workers_count_together_and_log_a_json_object_a_line(tmp_path: Path) -> None:
    with served(tmp_path) as (port, _process):
        for _ in range(8):
            answer_of(port, "/territories/95")
        told = {body_of(port, "/metrics") for _ in range(4)}
    counted = 'synergies_http_requests_total{method="GET",route="/territories/{code}",status="200"}'
    assert all(f"{counted} 8.0\n" in text for text in told)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    asked = [line for line in lines if line.get("route") == "/territories/{code}"]
    assert len({line["request_id"] for line in asked}) == 8
    assert not any("/territories/95" in line["message"] for line in lines)


def test_every_worker_warms_up_as_it_starts(tmp_path: Path) -> None:
    with served(tmp_path):
        log = tmp_path / "log"
        assert eventually(lambda: log.read_text().count("warmed up in") == 2)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Two workers on a free port and an empty database, once both are ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "SYNERGIES_DATABASE_URL": f"sqlite:///{folder / 'served.db'}",
        "SYNERGIES_MODEL": "hashing",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "matcher.cli", "serve", "--port", str(port), "--workers", "2"],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        assert eventually(lambda: all(is_ready(port) for _ in range(12))), "it did not start"
        yield port, process
    finally:
        process.terminate()
        process.wait()


def answer_of(port: int, path: str) -> tuple[int, str | None]:
    """Status and tag of an answer on a new connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        json.loads(response.read())
        return response.status, response.headers["ETag"]
    finally:
        connection.close()


def body_of(port: int, path: str) -> str:
    """An answer as text, on a new connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def is_ready(port: int) -> bool:
    with suppress(OSError, HTTPException):
        return answer_of(port, "/health/ready")[0] == 200
    return False


def nobody_listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


def eventually(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.1)
    return False
