"""Two services with an index each, as on two hosts, behind a proxy, on one PostgreSQL."""

import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from matcher.bootstrap import bootstrap
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.usecases.manage_keys import create_key, end_key

pytestmark = [pytest.mark.slow, pytest.mark.postgresql_only]

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "data" / "fixtures" / "actors.jsonl"
PATIENCE_S = 120.0
NEWCOMER = {
    "id": "nouvelle",
    "kind": "social_worker",
    "name": "Noémie Neuve",
    "commune": "Argenteuil",
    "needs": ["un lieu pour un atelier cuisine avec des familles hébergées à l’hôtel"],
}
WARM = "/recommendations?actor_id=ts-argenteuil-hotel-01&limit=3"
PARTNERS = "/recommendations?actor_id=nouvelle&limit=3"


class Proxy(socketserver.ThreadingTCPServer):
    """Gives each connection to the next host that accepts it."""

    daemon_threads = True

    def __init__(self, ports: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Relay)
        self.ports = ports
        self.turns = count()

    def next_host(self) -> socket.socket:
        """A connection to the host whose turn it is, or to the one after."""
        turn = next(self.turns)
        for step in range(len(self.ports)):
            port = self.ports[(turn + step) % len(self.ports)]
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        raise OSError("no host")


class Relay(socketserver.BaseRequestHandler):
    """Copies bytes both ways until the host has answered and closed."""

    server: Proxy

    def handle(self) -> None:
        """Relay one connection."""
        with self.server.next_host() as host:
            there = threading.Thread(target=_copy, args=(self.request, host), daemon=True)
            there.start()
            _copy(host, self.request)
            there.join(PATIENCE_S)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for side in (source, target):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


def test_two_hosts_follow_one_database_and_one_suffices(
    database_url: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    keys = _keys(database_url)
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(_served(database_url, tmp_path / name, keys["admin"]))
            for name in ("one", "two")
        ]
        ports = [port for port, _ in hosts]
        proxy = stack.enter_context(_proxied(ports))
        imported = _ask(proxy, "/actors/import", keys["admin"], "POST", FIXTURES.read_bytes())
        assert imported[0] == 200
        _seconds_until(lambda: all(_answers(port, WARM, keys["portal"]) for port in ports))
        newcomer = json.dumps(NEWCOMER).encode()
        assert _ask(proxy, "/actors/import", keys["admin"], "POST", newcomer)[0] == 200
        seen = _seconds_until(lambda: all(_answers(p, PARTNERS, keys["portal"]) for p in ports))
        told = [_ask(port, PARTNERS, keys["portal"])[1] for port in (*ports, proxy, proxy)]
        assert all(answer == told[0] for answer in told)
        assert told[0]["items"]

        with closing(bootstrap(Settings(database_url=database_url, model="hashing"))) as ours:
            end_key(ours, keys["portal"][:12], Scope.everything())
        refused = _seconds_until(
            lambda: {_status(p, PARTNERS, keys["portal"]) for p in ports} == {401}
        )

        assert _ask(proxy, "/actors/nouvelle", keys["admin"], "DELETE")[0] == 204
        erased = _seconds_until(
            lambda: {_status(p, PARTNERS, keys["admin"]) for p in ports} == {404}
        )
        again = _ask(proxy, "/actors/import", keys["admin"], "POST", newcomer)
        assert again[1]["skipped"]

        hosts[0][1].kill()
        hosts[0][1].wait()
        left = [
            _status(proxy, "/recommendations?department=95&limit=3", keys["admin"])
            for _ in range(20)
        ]
    assert left == [200] * 20
    assert seen < 2
    assert refused < 1
    assert erased < 1
    tell(
        f"import seen by both after {seen:.2f} s, "
        f"key refused after {refused:.2f} s, erased after {erased:.2f} s"
    )


def _keys(url: str) -> dict[str, str]:
    with closing(bootstrap(Settings(database_url=url, model="hashing"))) as application:
        return {
            role.value: create_key(application, role, {}, "", Scope.everything()).key
            for role in (Role.ADMIN, Role.PORTAL)
        }


@contextmanager
def _proxied(ports: list[int]) -> Iterator[int]:
    with Proxy(ports) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy.server_address[1]
        proxy.shutdown()


@contextmanager
def _served(url: str, folder: Path, key: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A service on a free port with an index folder of its own, once it is ready."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "SYNERGIES_DATABASE_URL": url,
        "SYNERGIES_MODEL": "hashing",
        "SYNERGIES_INDEX_DIR": str(folder / "index"),
        "SYNERGIES_AUTH": "on",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "matcher.cli", "serve", "--port", str(port)],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        _seconds_until(lambda: _answers(port, "/health/ready", key))
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _ask(
    port: int, path: str, key: str, method: str = "GET", body: bytes | None = None
) -> tuple[int, Any]:
    headers: Mapping[str, str] = {
        "Authorization": f"Bearer {key}",
        "Connection": "close",
        "Content-Type": "application/x-ndjson",
    }
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None


def _status(port: int, path: str, key: str) -> int:
    return _ask(port, path, key)[0]


def _answers(port: int, path: str, key: str) -> bool:
    with suppress(OSError, HTTPException):
        return _status(port, path, key) == 200
    return False


def _seconds_until(happens: Callable[[], bool]) -> float:
    start = time.monotonic()
    while not happens():
        assert time.monotonic() - start < PATIENCE_S, "nothing happened"
        time.sleep(0.02)
    return time.monotonic() - start
