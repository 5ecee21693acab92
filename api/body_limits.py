"""A cap on what is read of a body, counted as it arrives: a length can be absent, or a lie."""

from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.faults import Refused, refuse
from api.problems import problem_response

MEGABYTE = 1024 * 1024
USUAL_BYTES = 4 * MEGABYTE


class BodyLimit:
    """ASGI middleware that answers 413 before a body too large is parsed, or even read.

    ``exceptions`` maps a path to the bytes that it accepts instead of ``usual``.
    """

    def __init__(
        self, app: ASGIApp, exceptions: Mapping[str, int], usual: int = USUAL_BYTES
    ) -> None:
        self._app = app
        self._exceptions = exceptions
        self._usual = usual

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
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self._app(scope, receive_counted, send)


def _too_large(limit: int) -> Refused:
    refused = refuse(413, "body-too-large", maximum=limit // MEGABYTE)
    refused.headers["Connection"] = "close"
    return refused
