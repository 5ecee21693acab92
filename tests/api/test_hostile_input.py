"""An evil corpus: whatever is sent, the answer is a problem that names the place, never a 500."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CANARY = "canari-7f3a@exemple.fr"
JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
MEGABYTE = 1024 * 1024

HOSTILE_VALUES = {
    '"\\ud800"': "text-with-surrogate",
    '"a\\udfffb"': "text-with-surrogate",
    '"\\u0000"': "text-with-nul",
    "NaN": "number-not-finite",
    "-Infinity": "number-not-finite",
    "1e400": "number-too-large",
    "-1e400": "number-too-large",
    "1" + "0" * 400: "number-too-large",
    "1" + "0" * 5000: "number-too-large",
    "9223372036854775808": "number-too-large",
    "9007199254740993": "number-too-large",
    '{"a": 1, "a": 2}': "duplicate-key",
    "[" * 40 + "]" * 40: "json-too-deep",
}
PLACES = {
    "#/profile": '{"profile": %s}',
    "#/profile/kind": '{"profile": {"kind": %s}}',
    "#/profile/name": '{"profile": {"kind": "social_worker", "name": %s}}',
    "#/profile/email": '{"profile": {"kind": "social_worker", "email": %s}}',
    "#/profile/commune": '{"profile": {"kind": "social_worker", "commune": %s}}',
    "#/profile/radius_km": '{"profile": {"kind": "social_worker", "radius_km": %s}}',
    "#/profile/capacity_per_month": '{"profile": {"kind": "x", "capacity_per_month": %s}}',
    "#/profile/needs/0": '{"profile": {"kind": "social_worker", "needs": [%s]}}',
    "#/profile/offers/1/text": '{"profile": {"offers": ["a", {"text": %s}]}}',
    "#/profile/zone/0": '{"profile": {"kind": "social_worker", "zone": [%s]}}',
    "#/profile/known/0": '{"profile": {"kind": "social_worker", "known": [%s]}}',
    "#/weights/territory": '{"profile": {"kind": "x"}, "weights": {"territory": %s}}',
    "#/limit": '{"profile": {"kind": "x"}, "limit": %s}',
    "#/department": '{"profile": {"kind": "x"}, "department": %s}',
    "#/domain/0": '{"profile": {"kind": "x"}, "domain": [%s]}',
    "#/minimum_score": '{"profile": {"kind": "x"}, "minimum_score": %s}',
    "#/cursor": '{"profile": {"kind": "x"}, "cursor": %s}',
    "#/unknown_field": '{"unknown_field": %s}',
}

HOSTILE_BODIES = [
    b"",
    b" \n\t",
    b"\xef\xbb\xbf",
    b"\xff\xfe{\x00}\x00",
    b'{"profile": "\xff"}',
    b'{"profile": "\xed\xa0\x80"}',
    b'{"profile": "\xc0\x80"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b"null",
    b"true",
    b"[]",
    b"1",
    b'"text"',
    b"NaN",
    b'{"profile":',
    b'{"profile": {}} {"profile": {}}',
    b'{"profile": {},}',
    b"{'profile': {}}",
    b"{profile: {}}",
    b'{"profile": {} /* comment */}',
    b'{"profile": "a\nb"}',
    b'{"profile": "\\x41"}',
    b'{"profile": 01}',
    b'{"profile": +1}',
    b'{"profile": .5}',
    b'{"\\ud800": 1}',
    b'{"\\u0000": 1}',
    b'{"profile": {"kind": "social_worker", "\\ud83d": {"\\u0000": "x"}}}',
    b'{"__proto__": {"kind": "x"}}',
    b'{"profile": {"kind": "social_worker", "needs": "' + b"x" * 500_000 + b'"}}',
    b'{"profile": {"kind": "social_worker", "needs": [' + b'"a",' * 100_000 + b'"a"]}}',
    b'{"profile": {"kind": "social_worker"}, "weights": {'
    + b",".join(b'"w%d": 1' % number for number in range(5000))
    + b"}}",
    b"{" + b",".join(b'"k%d": 1' % number for number in range(20_000)) + b"}",
    b'{"x": "' + b"\\ud800" * 50_000 + b'"}',
]

HOSTILE_QUERIES = [
    "actor_id=%00",
    "actor_id=a%00b",
    "actor_id=%ED%A0%80",
    "actor_id=%FF%FE",
    "actor_id=%C0%80",
    "actor_id=%F0%9F%98%80",
    "actor_id=",
    "actor_id=" + "x" * 201,
    "actor_id=" + "x" * 9000,
    "actor_id=..%2F..%2Fetc%2Fpasswd",
    "actor_id=%E2%80%AE%0D%0AX-Evil:%201",
    "actor_id='%20OR%201=1%20--",
    "actor_id=1&actor_id=2",
    "%00=1",
    "%ED%A0%80=1",
    "=1",
    "a[]=1",
    "__proto__=1",
    "department=95;limit=1",
    "department=%F0%9F%98%80",
    "department=" + "9" * 200,
    "department=95&department=95",
    "department=95&commune=",
    "commune=99999",
    "commune=%00",
    "commune=" + "(" * 200,
    "commune=" + "%CC%81" * 100,
    "commune=.*",
    "epci=%25%25%25",
    "region=%5B%5D",
    "department=95&limit=",
    "department=95&limit=0",
    "department=95&limit=-1",
    "department=95&limit=1e3",
    "department=95&limit=1e400",
    "department=95&limit=NaN",
    "department=95&limit=0x10",
    "department=95&limit=1.5",
    "department=95&limit=99999999999999999999",
    "department=95&limit=" + "9" * 5000,
    "department=95&minimum_score=nan",
    "department=95&minimum_score=inf",
    "department=95&minimum_score=-0.1",
    "department=95&minimum_score=1.0000001",
    "department=95&minimum_score=1e400",
    "department=95&radius_km=nan",
    "department=95&radius_km=-inf",
    "department=95&radius_km=0",
    "department=95&radius_km=-3",
    "department=95&radius_km=1e9",
    "department=95&sides=",
    "department=95&sides=CROSS",
    "department=95&direction=",
    "department=95&exclude_known=2",
    "department=95&domain=",
    "department=95&domain=%00",
    "department=95&domain=zzz",
    "department=95&" + "&".join(["domain=mobilite"] * 51),
    "&".join(["domain=mobilite"] * 101),
    "department=95&public=zzz",
    "department=95&cursor=",
    "department=95&cursor=%00",
    "department=95&cursor=AAAA",
    "department=95&cursor=" + "A" * 501,
    "department=95&cursor=bnVsbA",
    "department=95&cursor=WyJhIiwiYiIsMV0",
    "department=95&cursor=%F0%9F%98%80",
]

HOSTILE_LINES = [
    b"{",
    b"null",
    b"[]",
    b"{}",
    b"\xff\xfe",
    b"\x00",
    b'{"kind": "social_worker", "name": "a\\ud800", "commune": "95018"}',
    b'{"kind": "social_worker", "name": "a\\u0000", "commune": "95018"}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "radius_km": NaN}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "radius_km": 1e400}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "radius_km": 1'
    + b"0" * 400
    + b"}",
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "needs": ' + b"[" * 2000,
    b'{"kind": "social_worker", "name": "a", "name": "b", "commune": "95018"}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "capacity_per_month": 1e300}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "updated": "0000-00-00"}',
    b'{"kind": "social_worker", "name": "a", "commune": "95018", "needs": [{"text": 3}]}',
    b'{"kind": "social_worker", "name": "a", "commune": {"x": 1}}',
    b'{"kind": ["social_worker"], "name": "a", "commune": "95018"}',
    b'{"id": "a/b", "kind": "social_worker", "name": "a", "commune": "95018"}',
    b'{"id": "' + b"x" * 201 + b'", "kind": "social_worker", "name": "a", "commune": "95018"}',
    b'"' + b"\\u0041" * 100_000 + b'"',
]


def is_a_problem(response: Any, *statuses: int) -> dict[str, Any]:
    """The problem document of a response, which must be complete, small and in words."""
    assert response.status_code in statuses, response.text[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert len(response.content) < 8000
    for text in (problem["title"], problem["detail"], *details(problem)):
        assert not text.startswith(("error.", "problem.", "import.")), text
    return problem


def details(problem: dict[str, Any]) -> Iterator[str]:
    for error in problem.get("errors", []):
        assert {"pointer", "parameter", "line"} & set(error)
        yield error["detail"]


@pytest.mark.parametrize(("place", "value"), list(product(PLACES, HOSTILE_VALUES)))
def test_a_value_nobody_can_store_is_refused_where_it_stands(
    client: TestClient, place: str, value: str
) -> None:
    content = (PLACES[place] % value).encode()
    problem = is_a_problem(client.post("/recommendations", content=content, headers=JSON), 422)
    code = HOSTILE_VALUES[value]
    assert problem["code"] == code
    expected = f"{place}/a" if code == "duplicate-key" else place
    if code != "json-too-deep":
        assert problem["errors"][0]["pointer"] == expected


@pytest.mark.parametrize("content", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
def test_a_body_that_is_not_a_question_is_refused(client: TestClient, content: bytes) -> None:
    is_a_problem(client.post("/recommendations", content=content, headers=JSON), 422)


@pytest.mark.parametrize("query", HOSTILE_QUERIES, ids=range(len(HOSTILE_QUERIES)))
def test_a_query_that_is_not_a_question_is_refused(client: TestClient, query: str) -> None:
    is_a_problem(client.get(f"/recommendations?{query}"), 404, 414, 422)


@pytest.mark.parametrize("line", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_a_line_that_is_not_an_actor_is_refused(client: TestClient, line: bytes) -> None:
    response = client.post("/actors/import", content=line, headers=NDJSON)
    problem = is_a_problem(response, 422)
    assert problem["errors"][0]["line"] == 1


@pytest.mark.parametrize("code", ["%00", "%ED%A0%80", "x" * 201, "%E2%80%AE", "a%0D%0Ab", "(((("])
@pytest.mark.parametrize("path", ["actors", "territories", "problems"])
def test_a_hostile_path_is_refused(client: TestClient, path: str, code: str) -> None:
    is_a_problem(client.get(f"/{path}/{code}"), 404, 422)


@pytest.mark.parametrize(
    "body",
    [
        {"profile": {"kind": CANARY, "email": CANARY, "needs": [CANARY]}},
        {"profile": {"kind": "social_worker", "courriel": CANARY}},
        {"profile": {"kind": "social_worker", "description": {CANARY: CANARY}}},
        {"profile": {"kind": "social_worker"}, CANARY: CANARY},
        {"profile": {"kind": "social_worker"}, "weights": {CANARY: 1}},
        {"profile": {"kind": "social_worker"}, "limit": CANARY},
        {"profile": {"kind": "social_worker"}, "minimum_score": [CANARY]},
        {"profile": {"kind": "social_worker", CANARY: "\ud800"}},
    ],
)
def test_a_problem_never_repeats_what_it_was_sent(client: TestClient, body: Any) -> None:
    response = client.post("/recommendations", content=json.dumps(body), headers=JSON)
    is_a_problem(response, 422)
    assert CANARY not in response.text


def test_an_unknown_parameter_that_is_an_address_is_not_repeated(client: TestClient) -> None:
    response = client.get("/recommendations", params={CANARY: "1"})
    assert is_a_problem_without_place(response)["code"] == "unknown-parameter-at-all"


def is_a_problem_without_place(response: Any) -> dict[str, Any]:
    assert response.status_code == 422
    assert CANARY not in response.text
    problem: dict[str, Any] = response.json()
    return problem


def test_a_body_that_says_it_is_too_large_is_not_read(client: TestClient) -> None:
    content = b'{"profile": "' + b"x" * MEGABYTE + b'"}'
    problem = is_a_problem(client.post("/recommendations", content=content, headers=JSON), 413)
    assert problem["code"] == "body-too-large"


def test_a_body_that_does_not_say_its_length_is_counted(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 1
            yield b" " * (MEGABYTE // 8)

    response = client.post("/recommendations", content=chunks(), headers=JSON)
    assert is_a_problem(response, 413)["code"] == "body-too-large"


def test_an_import_may_be_larger_but_not_endless(client: TestClient) -> None:
    lines = (b" " * (MEGABYTE - 1) + b"\n" for _ in range(2))
    response = client.post("/actors/import", content=b"".join(lines), headers=NDJSON)
    assert is_a_problem(response, 422)["code"] == "import-empty"
    headers = {**NDJSON, "Content-Length": str(51 * MEGABYTE)}
    response = client.post("/actors/import", content=b"{}", headers=headers)
    assert is_a_problem(response, 413)["code"] == "body-too-large"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": "application/xml"},
    ],
)
def test_another_media_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/recommendations", content=b'{"profile": {}}', headers=headers)
    is_a_problem(response, 415)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_random_bytes_are_refused(client: TestClient, content: bytes) -> None:
    is_a_problem(client.post("/recommendations", content=content, headers=JSON), 422)


MEMBERS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(["kind", "needs", "offers", "zone", "commune", "radius_km", "known"])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(profile=st.dictionaries(FIELDS, MEMBERS), limit=MEMBERS)
def test_random_profiles_are_answered_or_refused(
    client: TestClient, profile: dict[str, Any], limit: Any
) -> None:
    body = {"profile": {"kind": "social_worker", **profile}, "limit": limit}
    response = client.post("/recommendations", content=json.dumps(body), headers=JSON)
    if response.status_code != 200:
        is_a_problem(response, 422)
