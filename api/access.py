"""The dependency of every route: who asks, may they, how often, and whom may they see."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.access_table import ACCESS, Cost
from api.faults import refuse
from api.rate_limits import RateLimits
from matcher.bootstrap import Application
from matcher.scope import Role, Scope, Session
from matcher.settings import Settings

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="synergies"'}


class SignInNeeded(Exception):
    """Nobody has signed in: a page of the desk leads to where one does."""


async def admit(request: Request) -> None:
    """Leave the scope of the caller in ``request.state.scope``, or refuse (401, 403, 429).

    It comes before parameters and bodies are read, so that a refusal costs nothing. A route that
    :data:`ACCESS` does not declare is refused to everybody. Raises :class:`SignInNeeded` for a
    page of the desk where nobody has signed in.
    """
    path = getattr(request.scope.get("route"), "path", "")
    access = ACCESS.get(f"{request.method} {path}")
    if access is None:
        raise refuse(403, "not-allowed")
    limits: RateLimits = request.app.state.rate_limits
    if access.is_open:
        limits.spend(request, access.cost, None)
        return
    session = await _session_of(request) if access.page else None
    scope = session.scope if session else await _scope_of(request)
    if scope is None:
        limits.spend(request, Cost.REFUSED, None)
        if access.page:
            raise SignInNeeded
        refused = refuse(401, "key-required")
        refused.headers |= CHALLENGE
        raise refused
    limits.spend(request, access.cost, _payer(request, scope))
    if scope.role not in access.roles:
        raise refuse(403, "page-not-allowed" if access.page else "not-allowed")
    request.state.scope = scope
    request.state.session = session


def cookie_name(settings: Settings) -> str:
    """What the cookie of a session is called: where pages are on https, no other host sets it."""
    return "__Host-synergies" if is_on_https(settings) else "synergies"


def is_on_https(settings: Settings) -> bool:
    """Whether browsers reach the pages over https, as the settings say."""
    return (settings.base_url or "").casefold().startswith("https://")


async def scope_of(request: Request) -> Scope:
    """The scope that :func:`admit` gave the caller."""
    scope: Scope = request.state.scope
    return scope


async def _session_of(request: Request) -> Session | None:
    """Who is signed in, where somebody must; a key that is shown counts before a cookie."""
    application: Application = request.app.state.application
    cookie = request.cookies.get(cookie_name(application.settings), "")
    if not application.settings.asks_keys or not cookie or _credential(request):
        return None
    return await run_in_threadpool(application.sessions.recognise, cookie)


async def _scope_of(request: Request) -> Scope | None:
    application: Application = request.app.state.application
    if not application.settings.asks_keys:
        return Scope.everything("open")
    credential = _credential(request)
    if not credential:
        return None
    gate = application.gate
    origin = request.headers.get("origin")
    if gate.remembers(credential):
        return gate.admit(credential, origin)
    return await run_in_threadpool(gate.admit, credential, origin)


def _payer(request: Request, scope: Scope) -> str | None:
    """Whose limit a request spends: its key's, else its address's.

    All who look at a portal's page show the same token: none of them uses up what others have.
    """
    asks_keys = request.app.state.application.settings.asks_keys
    return scope.who if asks_keys and scope.role is not Role.EMBED else None


def _credential(request: Request) -> str:
    kind, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if kind.casefold() == "bearer" else ""
