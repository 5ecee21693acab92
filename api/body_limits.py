"""Caps on what is read of bodies, counted as they arrive: a length can be absent, or a lie.

Each body has a limit, and few of the large ones are read at once: the others wait, unread, so that
two hundred callers take no more memory than a few.
"""

from asyncio import Semaphore
from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.faults import Refused, refuse
from api.problems import problem_response

MEGABYTE = 1024 * 1024
USUAL_BYTES = 4 * MEGABYTE
SMALL_BYTES = 64 * 1024
"""What is read of any body without waiting; forms that need no key are not longer."""
LARGE_AT_ONCE = 4
IMPORTS_AT_ONCE = 2
"""Bodies with a limit of their own, of one path: they are longer, and take longer."""


class BodyLimit:
    """ASGI middleware that answers 413 before a body too large is parsed, or even read.

    ``exceptions`` maps a path to the bytes that it accepts instead of ``usual``. What is longer
    than :data:`SMALL_BYTES` waits for its turn, and keeps it until it is answered.
    """

    def __init__(
        self, app: ASGIApp, exceptions: Mapping[str, int], usual: int = USUAL_BYTES
    ) -> None:
        self._app = app
        self._exceptions = exceptions
        self._usual = usual
        self._turns = {path: Semaphore(IMPORTS_AT_ONCE) for path in exceptions}
        self._usual_turns = Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a declared length at once; count what comes otherwise."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._exceptions.get(scope["path"], self._usual)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
            response = problem_response(Request(scope, receive), _too_large(limit))
            await response(scope, receive, send)
            return
        received, has_turn = 0, False
        told_large = declared.isdecimal() and int(declared) > SMALL_BYTES
        turns = self._turns.get(scope["path"], self._usual_turns)

        async def receive_counted() -> Message:
            nonlocal received, has_turn
            if not has_turn and (told_large or received > SMALL_BYTES):
                has_turn = await turns.acquire()
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        try:
            await self._app(scope, receive_counted, send)
        finally:
            if has_turn:
                turns.release()


def _too_large(limit: int) -> Refused:
    refused = refuse(413, "body-too-large", maximum=limit // MEGABYTE)
    refused.headers["Connection"] = "close"
    return refused
