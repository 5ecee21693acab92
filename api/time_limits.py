"""How long a request may take: to arrive, and to be answered."""

import asyncio
from collections.abc import Mapping

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.faults import Refused, refuse
from api.problems import problem_response

USUAL_SECONDS = 60.0
RETRY_SECONDS = "10"


class TimeLimit:
    """ASGI middleware that answers 408 or 504 once ``usual`` seconds have passed.

    ``exceptions`` maps a path to seconds of its own. Work in a thread cannot be stopped: it ends
    by itself, in one of a bounded number of threads, and nobody waits for it. An answer that has
    begun is left to end.
    """

    def __init__(
        self, app: ASGIApp, exceptions: Mapping[str, float], usual: float = USUAL_SECONDS
    ) -> None:
        self._app, self._exceptions, self._usual = app, exceptions, usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say that it took too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrived = started = given_up = False

        async def receive_noticed() -> Message:
            nonlocal arrived
            message = await receive()
            arrived = arrived or not message.get("more_body", False)
            return message

        async def send_in_time(message: Message) -> None:
            nonlocal started
            if not given_up:
                started = True
                await send(message)

        work = asyncio.ensure_future(self._app(scope, receive_noticed, send_in_time))
        try:
            await asyncio.wait({work}, timeout=self._exceptions.get(scope["path"], self._usual))
            if work.done() or started:
                await work
                return
        except asyncio.CancelledError:
            work.cancel()
            raise
        given_up = True
        work.cancel()
        work.add_done_callback(_forget)
        waits_for_body = not arrived and scope["method"] in {"POST", "PUT", "PATCH"}
        response = problem_response(Request(scope), _late(waits_for_body))
        await response(scope, receive, send)


def _late(waits_for_body: bool) -> Refused:
    if waits_for_body:
        refused = refuse(408, "request-too-slow")
        refused.headers["Connection"] = "close"
    else:
        refused = refuse(504, "took-too-long")
        refused.headers["Retry-After"] = RETRY_SECONDS
    return refused


def _forget(work: "asyncio.Future[None]") -> None:
    """What comes of work that nobody waits for any more is nobody's concern."""
    if not work.cancelled():
        work.exception()
