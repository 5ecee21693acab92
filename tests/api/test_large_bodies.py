"""Many large bodies at once take the memory of a few, in the process that really serves."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.body_limits import LARGE_AT_ONCE, MEGABYTE, SMALL_BYTES, BodyLimit

ROOT = Path(__file__).parents[2]
CALLERS = 200
SIZE = 10 * MEGABYTE
CHUNK = b"x" * 65_536
MOST_MORE = 160
"""MiB: what the system has delivered of two hundred bodies before anybody reads is most of it."""
WAYS = {
    "a length that is told": ("/recommendations", "application/json", True),
    "no length": ("/recommendations", "application/json", False),
    "an import of this length": ("/actors/import", "application/x-ndjson", True),
}


@pytest.mark.slow(minutes=2)
@pytest.mark.parametrize("way", WAYS)
def test_two_hundred_bodies_of_ten_megabytes_take_the_memory_of_a_few(
    tmp_path: Path, way: str, tell: Callable[[str], None]
) -> None:
    path, media_type, says_length = WAYS[way]
    with served(tmp_path) as (port, process):
        before = memory(process, "VmRSS")
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the peak is counted from here on
        asyncio.run(send_all(port, path, media_type, says_length))
        assert answers(port)
        more = memory(process, "VmHWM") - before
    tell(f"{CALLERS} bodies of 10 MiB at once, {way}: {more} MiB more at the peak")
    assert more <= MOST_MORE


def test_few_large_bodies_are_read_at_once_and_small_ones_never_wait() -> None:
    reading: list[int] = []
    most, small_ones = 0, 0

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        nonlocal most, small_ones
        while True:
            message = await receive()
            if len(message["body"]) > 1:
                reading.append(1)
                most = max(most, len(reading))
                await asyncio.sleep(0.02)
                reading.pop()
            else:
                small_ones += 1
            if not message["more_body"]:
                return

    limited = BodyLimit(app, {})

    async def ask(large: bool) -> None:
        parts = [bytes(SMALL_BYTES), b"xx", b"x"] if large else [b"x"]
        headers = [(b"content-length", b"%d" % sum(map(len, parts)))] if large else []

        async def receive() -> Any:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
        await limited(scope | {"app": FastAPI()}, receive, None)  # type: ignore[arg-type]

    async def all_at_once() -> None:
        waiting = [asyncio.ensure_future(ask(True)) for _ in range(20)]
        await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.gather(*(ask(False) for _ in range(20))), 0.05)
        await asyncio.gather(*waiting)

    asyncio.run(all_at_once())
    assert most == LARGE_AT_ONCE
    assert small_ones == 20 + 20  # the last part of each large one is small


async def send_all(port: int, path: str, media_type: str, says_length: bool) -> None:
    """Send them all at once; nobody has to be glad of the answer."""
    await asyncio.gather(*(send(port, path, media_type, says_length) for _ in range(CALLERS)))


async def send(port: int, path: str, media_type: str, says_length: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    length = f"Content-Length: {SIZE}" if says_length else "Transfer-Encoding: chunked"
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {media_type}\r\n{length}\r\n\r\n"
    part = CHUNK if says_length else b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK)
    with suppress(OSError):
        writer.write(head.encode())
        for _ in range(SIZE // len(CHUNK)):
            writer.write(part)
            await writer.drain()
        if not says_length:
            writer.write(b"0\r\n\r\n")
        await reader.readline()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """The real service: its port and its process, once it has answered a few times."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"SYNERGIES_DATABASE_URL": f"sqlite:///{folder}/a.db", "SYNERGIES_MODEL": "hashing"}
    process = subprocess.Popen(
        [sys.executable, "-m", "matcher.cli", "serve", "--port", str(port)],
        env=os.environ | told,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 90
        while not answers(port):
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.1)
        assert all(answers(port) for _ in range(20))
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 90) as caller:
        caller.sendall(b"GET /algorithm HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return caller.recv(12) == b"HTTP/1.1 200"
    return False


def memory(process: int, name: str) -> int:
    """MiB of a process, as the system counts them."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024
