"""What is asked before anything of a request is read: whose it is, from where, and who pays."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request

from api.access import SignInNeeded, admit
from api.access_table import Cost
from api.faults import Refused
from matcher.scope import Role, Scope, Session

KEY, COOKIE = "syn_key", "a-cookie"
PORTAL = Scope(Role.PORTAL, "portal-key")
EMBED = Scope(Role.EMBED, "embed-token", ("department:95",))
DESK = Scope(Role.ADMIN, "admin-key")
OPEN, QUESTION, PAGE = "/health/live", "/recommendations", "/territoire"


@dataclass
class Installation:
    """An installation that knows one key and one cookie, and notes what it was asked."""

    scope: Scope = PORTAL
    asks_keys: bool = True
    known_before: bool = False
    spent: list[tuple[Any, Cost, str | None]] = field(default_factory=list)
    shown: list[tuple[str, str | None]] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)

    def spend(self, request: Request, cost: Cost, who: str | None) -> None:
        self.spent.append((request.url.path, cost, who))

    def remembers(self, credential: str) -> bool:
        return self.known_before

    def admit(self, credential: str, origin: str | None = None) -> Scope | None:
        self.shown.append((credential, origin))
        return self.scope if credential == KEY else None

    def recognise(self, cookie: str) -> Session | None:
        self.cookies.append(cookie)
        return Session("digest", "ici@exemple.fr", DESK) if cookie == COOKIE else None

    def ask(self, path: str, route: bool = True, **headers: str) -> Request:
        settings = SimpleNamespace(asks_keys=self.asks_keys, base_url=None)
        application = SimpleNamespace(settings=settings, gate=self, sessions=self)
        app = SimpleNamespace(state=SimpleNamespace(rate_limits=self, application=application))
        told = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": path, "headers": told, "app": app}
        scope |= {"query_string": b"", "server": ("127.0.0.1", 80), "scheme": "http"}
        if route:
            scope["route"] = SimpleNamespace(path=path)
        request = Request(scope)
        asyncio.run(admit(request))
        return request


def refusal(installation: Installation, path: str, **how: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        installation.ask(path, **how)
    return refused.value.status, refused.value.faults[0].code


@pytest.mark.parametrize("route", [True, False])
def test_what_the_table_does_not_declare_is_refused_to_everybody(route: bool) -> None:
    told = refusal(Installation(), "/elsewhere", route=route, authorization=f"Bearer {KEY}")
    assert told == (403, "not-allowed")


def test_an_open_route_counts_what_it_costs() -> None:
    here = Installation()
    here.ask(OPEN)
    assert here.spent == [(OPEN, Cost.OPEN, None)]


@pytest.mark.parametrize("header", [f"Basic {KEY}", KEY, ""])
def test_only_a_bearer_shows_a_key(header: str) -> None:
    here = Installation()
    assert refusal(here, QUESTION, authorization=header) == (401, "key-required")
    assert here.shown == []


@pytest.mark.parametrize("header", [f"Bearer {KEY}", f"bearer  {KEY} "])
def test_a_key_is_read_however_it_is_spaced(header: str) -> None:
    assert Installation().ask(QUESTION, authorization=header).state.scope == PORTAL


@pytest.mark.parametrize("known_before", [True, False])
def test_the_gate_is_told_which_page_asks(known_before: bool) -> None:
    here = Installation(known_before=known_before)
    here.ask(QUESTION, authorization=f"Bearer {KEY}", origin="https://elsewhere.test")
    assert here.shown == [(KEY, "https://elsewhere.test")]


def test_a_key_pays_for_itself_and_a_token_that_all_can_read_for_nobody() -> None:
    portal, embed, open_to_all = Installation(), Installation(EMBED), Installation(asks_keys=False)
    for here in (portal, embed, open_to_all):
        here.ask(QUESTION, authorization=f"Bearer {KEY}")
    assert [here.spent[0][2] for here in (portal, embed, open_to_all)] == ["portal-key", None, None]


def test_where_no_keys_are_asked_for_nobody_is_signed_in_and_everything_is_open() -> None:
    here = Installation(asks_keys=False)
    asked = here.ask(PAGE, cookie=f"synergies={COOKIE}")
    assert (asked.state.session, asked.state.scope) == (None, Scope.everything("open"))


def test_a_cookie_signs_in_to_a_page_unless_a_key_is_shown() -> None:
    here = Installation(DESK)
    assert here.ask(PAGE, cookie=f"synergies={COOKIE}").state.session
    both = here.ask(PAGE, cookie=f"synergies={COOKIE}", authorization=f"Bearer {KEY}")
    assert both.state.session is None
    assert here.shown == [(KEY, None)]


def test_without_a_cookie_no_session_is_looked_for() -> None:
    here = Installation(DESK)
    here.ask(PAGE, authorization=f"Bearer {KEY}")
    with pytest.raises(SignInNeeded):
        here.ask(PAGE)
    assert here.cookies == []
