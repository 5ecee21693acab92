"""What surrounds every answer: a request id, security headers, a line in the log, and a net."""

import logging
import re
import time
import traceback
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.faults import refuse
from api.language import words_of
from api.observing import observe
from api.problems import problem_response
from matcher.logs import REQUEST_ID

LOG = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Defaults; a route that serves a page sets its own policy before they are added."""

ABANDONED = 499
"""What is counted for a caller who left before the answer; nobody receives it."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Envelope:
    """ASGI middleware, outermost: whatever happens inside, a complete answer leaves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an exception that nobody expected becomes a problem (500)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.request_id = request_id(Headers(scope=scope))
        REQUEST_ID.set(request.state.request_id)
        begun, status = time.perf_counter(), 0

        async def send_completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), request, unchanged=status == 304)
            await send(message)

        try:
            await self._app(scope, receive, send_completed)
        except ClientDisconnect:
            return
        except Exception as error:
            _log(request, error)
            if status:
                raise
            response = problem_response(request, refuse(500, "internal"))
            await response(scope, receive, send_completed)
        finally:
            observe(request, status or ABANDONED, time.perf_counter() - begun)


def request_id(headers: Headers) -> str:
    """The caller's ``X-Request-ID`` when it is a plain one and no key, else a new one."""
    given = headers.get("x-request-id", "")
    plain = _REQUEST_ID.fullmatch(given) and not given.startswith("syn_")
    return given if plain else uuid4().hex


def _complete(headers: MutableHeaders, request: Request, *, unchanged: bool) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if "frame-ancestors 'none'" not in headers["Content-Security-Policy"]:
        del headers["X-Frame-Options"]  # it knows no list: the policy alone says who may frame
    for name, value in getattr(request.state, "added_headers", {}).items():
        headers[name] = value
    headers["X-Request-ID"] = request.state.request_id
    if not unchanged:  # a 304 has no content to tell the language of
        headers.setdefault("Content-Language", words_of(request).language)
    headers.add_vary_header("Accept-Language")


def _log(request: Request, error: Exception) -> None:
    """Log where it broke. Not the message: it may quote what a person wrote."""
    route = getattr(request.scope.get("route"), "path", "?")
    frames = "".join(traceback.format_tb(error.__traceback__))
    LOG.error(
        "unexpected %s in %s %s\n%s",
        type(error).__name__,
        request.method,
        route,
        frames,
        extra={"request_id": request.state.request_id},
    )
