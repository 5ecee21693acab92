"""Callers that keep their connections, all in one thread: cheap, not to be what is measured.

Each sends a request, reads the whole answer, and sends the next at once. Only what the measure
needs is read of an answer: its status, its ``ETag``, its length.
"""

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)


@dataclass
class Run:
    """What one phase saw: seconds until each answer, statuses, bytes received."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    received: int = 0
    lasted: float = 0.0
    busy: float = 0.0

    def figures(self) -> dict[str, object]:
        """Rates a second, percentiles in milliseconds, bytes of an answer, processor per answer."""
        count = len(self.seconds)
        p50, p95, p99 = (
            round(1000 * float(np.percentile(self.seconds, q)), 2) for q in (50, 95, 99)
        )
        return {
            "requests_per_second": round(count / self.lasted, 1),
            **{"p50_ms": round(p50, 2), "p95_ms": round(p95, 2), "p99_ms": round(p99, 2)},
            "mean_bytes": round(self.received / count),
            "server_cpu_ms": round(1000 * self.busy / count, 2),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
        }


class Caller:
    """One connection: what it asks now, since when, and what has come of the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.path, self.since, self.received = "", 0.0, bytearray()

    def ask(self, path: str, tag: bytes | None = None) -> None:
        """Send a request; a tag makes it conditional."""
        condition = b"If-None-Match: " + tag + b"\r\n" if tag else b""
        self.path, self.received, self.since = path, bytearray(), time.perf_counter()
        start = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
        self.socket.sendall(start + condition + b"\r\n")

    def answer(self) -> tuple[int, bytes | None] | None:
        """Read what is there; status and tag once it is the whole answer."""
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError("the server closed a connection")
        self.received += more
        end = self.received.find(HEAD_END)
        if end < 0:
            return None
        head = bytes(self.received[:end])
        status, length, tag = int(head[9:12]), LENGTH.search(head), TAG.search(head)
        body = int(length[1]) if length and status != 304 else 0
        whole = len(self.received) >= end + len(HEAD_END) + body
        return (status, tag[1] if tag else None) if whole else None

    def whole(self, path: str) -> tuple[int, bytes]:
        """Ask and wait, then hang up: status and body."""
        self.ask(path)
        while (answered := self.answer()) is None:
            pass
        self.socket.close()
        return answered[0], bytes(self.received.partition(HEAD_END)[2])


def load(
    port: int,
    paths: Sequence[str],
    *,
    seconds: float,
    clients: int,
    tags: dict[str, bytes] | None = None,
) -> Run:
    """Ask ``paths`` in turn for ``seconds``; with ``tags``, keep and send the ETag of each."""
    run, asked = Run(), 0
    callers = [Caller(port) for _ in range(clients)]
    with selectors.DefaultSelector() as waiting:
        started = now = time.perf_counter()
        for caller in callers:
            waiting.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask(paths[asked % len(paths)])
            asked += 1
        while now - started < seconds:
            for key, _ in waiting.select(timeout=1):
                caller = key.data
                if (answered := caller.answer()) is None:
                    continue
                status, tag = answered
                run.seconds.append(time.perf_counter() - caller.since)
                run.statuses[status] += 1
                run.received += len(caller.received)
                if tags is not None and tag is not None:
                    tags[caller.path] = tag
                path = paths[asked % len(paths)]
                caller.ask(path, tags.get(path) if tags is not None else None)
                asked += 1
            now = time.perf_counter()
        run.lasted = now - started
    for caller in callers:
        caller.socket.close()
    return run
