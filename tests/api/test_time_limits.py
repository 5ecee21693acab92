"""A request that takes too long is answered all the same, and holds nobody else up."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api.time_limits import TimeLimit

Ask = Callable[..., Any]
LIMIT = 0.2


async def asked(app: Any, method: str = "GET", path: str = "/", *bodies: bytes | None) -> Any:
    """One request; a body of ``None`` never comes."""
    coming = list(bodies)
    sent: list[Any] = []

    async def receive() -> Any:
        body = coming.pop(0) if coming else b""
        if body is None:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": body, "more_body": bool(coming)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        **{"type": "http", "method": method, "path": path, "query_string": b"", "headers": []},
        "app": FastAPI(),
    }
    started = time.perf_counter()
    await TimeLimit(app, {"/long": 5.0}, LIMIT)(scope, receive, send)
    return sent, time.perf_counter() - started


def status_and_code(sent: list[Any]) -> tuple[int, str]:
    return sent[0]["status"], json.loads(sent[1]["body"])["code"]


async def answer(send: Any, text: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text})


def test_work_in_a_thread_that_takes_too_long_is_504_at_once() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.shield(asyncio.to_thread(time.sleep, 0.6))
        await answer(send, b"late")

    sent, seconds = asyncio.run(asked(slow))
    assert status_and_code(sent) == (504, "took-too-long")
    assert seconds < 0.55
    assert dict(sent[0]["headers"])[b"retry-after"] == b"10"


def test_a_body_that_does_not_come_is_408() -> None:
    async def reads(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await answer(send, b"whole")

    sent, _ = asyncio.run(asked(reads, "POST", "/", b"half", None))
    assert status_and_code(sent) == (408, "request-too-slow")
    assert asyncio.run(asked(reads, "POST", "/", b"half", b"rest"))[0][1]["body"] == b"whole"


def test_an_answer_that_has_begun_is_left_to_end() -> None:
    async def trickles(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(2 * LIMIT)
        await send({"type": "http.response.body", "body": b"whole"})

    sent, _ = asyncio.run(asked(trickles))
    assert (sent[0]["status"], sent[1]["body"]) == (200, b"whole")


def test_a_path_may_have_a_limit_of_its_own() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(2 * LIMIT)
        await answer(send, b"done")

    assert asyncio.run(asked(slow, "GET", "/long"))[0][0]["status"] == 200
