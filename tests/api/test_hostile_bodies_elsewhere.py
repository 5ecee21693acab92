"""The other routes that take a body refuse what nobody can store, as problems, never with a 500."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

ProblemOf = Callable[..., dict[str, Any]]

HOSTILE_VALUES = [
    *('"\\ud800"', '"a\\udfffb"', '"\\u0000"', "NaN", "-Infinity", "1e400", "-1e400"),
    *("1" + "0" * 400, "9223372036854775808", "18446744073709551616", "9007199254740993"),
    *('{"a": 1, "a": 2}', "[" * 40 + "]" * 40, '{"__proto__": {"x": 1}}', "[[[]]]", '{"x": [{}]}'),
]
NOT_OBJECTS = [
    *(b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe{\x00}\x00", b'{"name": "\xff"}', b"null", b"[]"),
    *(b'"text"', b"NaN", b'{"name":', b"{} {}", b"{'name': 1}", b"{name: 1}", b"[" * 100_000),
    *(b'{"a":' * 50_000, b"[" * 50_000 + b"]" * 50_000, b'{"\\ud800": 1}', b'{"\\u0000": 1}'),
    *(b"{" + b",".join(b'"k%d": 1' % n for n in range(20_000)) + b"}", b'{"a": "b\nc"}', b"1"),
    *(b'{"x": "' + b"\\ud800" * 50_000 + b'"}', b'{"name": "\\x41"}', b'{"name": 01}', b"true"),
]
PROFILE = '"kind": "social_worker", "name": "a", "commune": "95018"'
PLACES = {
    "PUT /actors/velo-argenteuil": [
        *('{"kind": %s}', '{"kind": "social_worker", "commune": %s}', '{"kind": "x", "%%s": %s}'),
        *(
            f"{{{PROFILE}, {more}}}"
            for more in ('"radius_km": %s', '"needs": [%s]', '"zone": [%s]')
        ),
        *(f"{{{PROFILE}, {more}}}" for more in ('"offers": [{"text": %s}]', '"known": [%s]')),
        *(f"{{{PROFILE}, {more}}}" for more in ('"capacity_per_month": %s', '"nowhere": %s')),
        *(f"{{{PROFILE}, {more}}}" for more in ('"email": %s', '"profiling": %s')),
    ],
    "PUT /actors/velo-argenteuil/opposition": [
        *('{"profiling": %s, "mail": false}', '{"profiling": true, "mail": %s}'),
        '{"profiling": true, "mail": true, "nowhere": %s}',
    ],
    "POST /recommendations/syn-0123456789abcdef01/feedback": [
        '{"actor_id": %s, "partner_id": "b", "verdict": "note"}',
        '{"actor_id": "a", "partner_id": %s, "verdict": "note"}',
        '{"actor_id": "a", "partner_id": "b", "verdict": %s}',
        '{"actor_id": "a", "partner_id": "b", "verdict": "note", "reason": %s}',
    ],
    "POST /actors/import": [
        *('{"kind": %s}', '{"id": %s, "kind": "social_worker", "name": "a", "commune": "95018"}'),
        *(f"{{{PROFILE}, {more}}}" for more in ('"radius_km": [%s, 1]', '"needs": [[%s]]')),
        *(f"{{{PROFILE}, {more}}}" for more in ('"offers": [{"text": [%s]}]', '"zone": [[%s]]')),
        *(f"{{{PROFILE}, {more}}}" for more in ('"updated": [%s]', '"description": [%s]')),
    ],
}


@pytest.mark.parametrize("route", PLACES)
def test_a_value_nobody_can_store_is_refused_everywhere(
    client: TestClient,
    problem_of: ProblemOf,
    route: str,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    bodies = [(place % value).encode() for place, value in product(PLACES[route], HOSTILE_VALUES)]
    for body in bodies + NOT_OBJECTS:
        problem = problem_of(sent(client, route, body), 422)
        assert len(problem["detail"]) < 500, body[:80]
    tell(f"{len(bodies) + len(NOT_OBJECTS)} hostile bodies refused")
    count("fuzz", hostile_bodies=len(bodies) + len(NOT_OBJECTS))
    assert client.get("/actors/velo-argenteuil").json()["name"] == "velo-argenteuil"


@pytest.mark.parametrize("route", PLACES)
def test_a_body_of_another_type_or_packed_or_too_large_is_not_read(
    client: TestClient, problem_of: ProblemOf, route: str
) -> None:
    for kind in ("text/plain", "", "application/xml", "multipart/form-data; boundary=x"):
        problem_of(sent(client, route, b"{}", {"Content-Type": kind}), 415)
    problem_of(sent(client, route, b"{}", {"Content-Encoding": "gzip"}), 415)
    declared = {"Content-Length": str(60 * 1024 * 1024)}
    assert problem_of(sent(client, route, b"{}", declared), 413)["code"] == "body-too-large"


def sent(client: TestClient, route: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    method, _, path = route.partition(" ")
    media = "application/x-ndjson" if path.endswith("import") else "application/json"
    return client.request(
        method, path, content=body, headers={"Content-Type": media, **(headers or {})}
    )
