"""Nothing that was sent in error comes back, is logged or is counted: an address, a name, a key.

Canaries go wherever a request has room, one place at a time: path, names and values of the query
and of headers, names and values at every depth of a body.
"""

import io
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from api.access_table import ACCESS
from api.app import create_app
from matcher.bootstrap import Application
from matcher.logs import JsonFormatter, PlainFormatter, WithRequest, log_config
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

CANARIES = (
    "canari-7f3a@exemple.fr",
    "Canariela Cuicuitte",
    "syn_canari00_" + "c" * 43,
    "+33 6 99 99 70 70",
)
SPOKEN = re.compile("canari-?7f3a|cuicuitte|syn_canari00|c{43}|99 99 70 70", re.IGNORECASE)
HEADERS = (
    *("Authorization", "X-Request-ID", "Accept-Language", "Accept", "Content-Type", "Cookie"),
    *("If-None-Match", "User-Agent", "Referer", "Origin", "Content-Encoding", "X-Forwarded-For"),
    *("Forwarded", "Host", "Transfer-Encoding-Of", "Content-Language", "Range"),
)
QUERY = (
    *("department", "commune", "epci", "region", "actor_id", "domain", "public", "sides", "limit"),
    *("direction", "minimum_score", "radius_km", "exclude_known", "cursor", "side", "dry_run"),
    *("format", "nowhere"),
)
BODIES = {
    "POST /recommendations": [
        *('{"profile": {"kind": "social_worker", "%s": ["x"]}}', '{"profile": {"kind": "%s"}}'),
        *('{"profile": {"kind": "social_worker", "commune": "%s"}}', '{"profile": "%s"}', '"%s"'),
        '{"profile": {"kind": "social_worker", "department": "%s"}}',
        '{"profile": {"kind": "social_worker", "zone": ["%s"]}}',
        '{"profile": {"kind": "social_worker", "domains": ["%s"], "publics": ["%s"]}}',
        '{"profile": {"kind": "social_worker", "needs": [{"text": "a", "expires": "%s"}]}}',
        '{"profile": {"kind": "social_worker", "needs": [{"text": "a", "%s": "%s"}]}}',
        '{"profile": {"kind": "social_worker", "radius_km": "%s"}}',
        '{"profile": {"kind": "social_worker", "updated": "%s", "email": "%s"}}',
        *('{"profile": {"kind": "social_worker"}, "%s": 1}', "%s", '{"profile": %s}'),
        '{"profile": {"kind": "social_worker"}, "weights": {"%s": 1}}',
        '{"profile": {"kind": "social_worker"}, "domain": ["%s"], "public": ["%s"]}',
        '{"profile": {"kind": "social_worker"}, "cursor": "%s"}',
        '{"profile": {"kind": "social_worker"}, "department": "%s"}',
        '{"profile": {"kind": "social_worker"}, "sides": "%s", "direction": "%s"}',
        '{"%s": "\\ud800"}',
        '{"profile": {"%s": 1, "%s": 2}}',
    ],
    "PUT /actors/{actor_id}": [
        *('{"kind": "%s"}', '{"kind": "social_worker", "name": 3, "%s": "%s"}', "[%s]"),
        '{"kind": "social_worker", "name": "a", "commune": "%s"}',
        '{"kind": "social_worker", "name": "%s"}',
        '{"kind": "social_worker", "name": "a", "commune": "95018", "zone": ["%s"]}',
        '{"kind": "social_worker", "name": "a", "commune": "95018", "domains": ["%s"]}',
        '{"kind": "social_worker", "name": "a", "commune": "95018", "updated": "%s"}',
        '{"kind": "social_worker", "name": "%s", "email": "%s", "id": "%s"}',
    ],
    "PUT /actors/{actor_id}/opposition": ['{"profiling": "%s"}', '{"%s": true}', "%s"],
    "POST /recommendations/{pair_id}/feedback": [
        '{"actor_id": "%s", "partner_id": "b", "verdict": "accepted"}',
        '{"actor_id": "velo-argenteuil", "partner_id": "%s", "verdict": "accepted"}',
        '{"actor_id": "a", "partner_id": "b", "verdict": "%s"}',
        '{"actor_id": "a", "partner_id": "b", "verdict": "note", "reason": "%s", "%s": 1}',
    ],
    "POST /actors/import": [
        *('{"kind": "%s"}', "%s", '{"%s": 1}', '"%s"', '{"kind": "social_worker", "name": "%s"}'),
        '{"kind": "social_worker", "name": "%s", "commune": "%s", "email": "%s"}',
        '{"kind": "social_worker", "name": "a", "commune": "Bondy", "zone": ["%s"]}',
        '{"kind": "social_worker", "name": "a", "commune": "Bondy", "email": "%s", "domains": 3}',
        '{"kind": "social_worker", "name": "a", "commune": "Bondy", "domains": ["%s"]}',
        '{"kind": "social_worker", "name": "a", "commune": "Bondy", "updated": "%s"}',
        '{"id": "%s", "kind": "social_worker", "name": "a", "commune": "Bondy"}',
        '{"id": "/%s/", "kind": "social_worker", "name": "a"}',
    ],
}


@dataclass(frozen=True)
class Sent:
    """One request; ``place`` says where its canary is."""

    place: str
    method: str
    address: str
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def written() -> Iterator[Callable[[], str]]:
    """What the log says, as JSON and as text, at the levels of the service."""
    streams = [io.StringIO(), io.StringIO()]
    handlers = []
    for stream, formatter in zip(streams, (JsonFormatter(), PlainFormatter()), strict=True):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(WithRequest())
        handlers.append(handler)
    root, levels = logging.getLogger(), log_config("json")["loggers"]
    before = {name: logging.getLogger(name).level for name in levels}
    for name, asked in levels.items():
        logging.getLogger(name).setLevel(asked["level"])
    root.handlers += handlers
    yield lambda: "".join(stream.getvalue() for stream in streams)
    root.handlers = [one for one in root.handlers if one not in handlers]
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


ABLE_TO_MAIL: dict[str, Any] = {
    "smtp_url": "smtp://127.0.0.1:1",
    "mail_from": "a@synergies.test",
    "mail_contact": "c@synergies.test",
    "base_url": "http://testserver",
}
"""Nothing leaves: no address of a canary has an account."""


@pytest.mark.sqlite_only
@pytest.mark.parametrize("auth", ["off", "on"])
def test_no_canary_is_answered_logged_or_counted(
    application: Application, written: Callable[[], str], auth: str, tell: Callable[[str], None]
) -> None:
    settings = replace(application.settings, auth=auth, rate_limits="off", **ABLE_TO_MAIL)
    opened = Application(settings, application.database, application.today)
    key = create_key(opened, Role.ADMIN, {}, "", Scope.everything()).key
    client = TestClient(create_app(opened), headers={"Authorization": f"Bearer {key}"})
    hits, count = [], 0
    for canary in CANARIES:
        for sent in _requests(canary):
            response = client.request(
                sent.method, sent.address, headers=sent.headers, content=sent.body
            )
            count += 1
            assert response.status_code < 500
            if response.status_code >= 400:
                told = f"{dict(response.headers)} {_but_for_fields(response.text)}"
                hits += [(sent.place, told)] if SPOKEN.search(told) else []
    tell(f"{count} requests with canaries, {len(hits)} repeated by a refusal")
    assert hits == []
    assert "/recommendations" in written()
    assert not SPOKEN.search(written())
    assert not SPOKEN.search(client.get("/metrics").text)
    assert count > 1_000
    opened.aside.close()
    opened.recorder.close()


def _but_for_fields(page: str) -> str:
    """A page without the fields of its form, where what was typed stands to be corrected."""
    return re.sub(r"<input [^>]*>|<option selected>[^<]*</option>", "", page)


def _requests(canary: str) -> Iterator[Sent]:
    for route in ACCESS:
        method, _, path = route.partition(" ")
        known = re.sub(r"\{\w+\}", "velo-argenteuil", path)
        if method != "DELETE":
            yield from _in_headers(route, method, known, canary)
        if method == "GET":
            yield from _in_query(route, known, canary)
        if "{" in path:
            address = re.sub(r"\{\w+\}", lambda _: quote(canary, safe=""), path)
            yield Sent(f"path of {route}", method, address, _typed(route), b"{}")
            yield Sent(f"below {route}", method, f"{address}/{quote(canary)}", {}, b"")
        for body in BODIES.get(route, []):
            content = body.replace("%s", canary).encode()
            yield Sent(f"{body} of {route}", method, known, _typed(route), content)


def _in_headers(route: str, method: str, known: str, canary: str) -> Iterator[Sent]:
    for name in HEADERS:
        value = f"Bearer {canary}" if name == "Authorization" else canary
        yield Sent(f"{name} of {route}", method, known, {**_typed(route), name: value}, b"{")
    named = {**_typed(route), re.sub(r"[^\w-]", "-", canary): "1"}
    yield Sent(f"a header of {route}", method, known, named, b"{")


def _in_query(route: str, known: str, canary: str) -> Iterator[Sent]:
    for name in QUERY:
        yield Sent(f"{name} of {route}", "GET", f"{known}?{name}={quote(canary)}", {}, b"")
    yield Sent(f"a name of {route}", "GET", f"{known}?{quote(canary)}=1", {}, b"")


def _typed(route: str) -> dict[str, str]:
    media = "application/x-ndjson" if route.endswith("import") else "application/json"
    return {"Content-Type": media}
