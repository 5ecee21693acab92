"""Evil bodies: whatever is sent, the answer is a problem that names the place, never a 500."""

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ProblemOf = Callable[..., dict[str, Any]]

CANARY = "canari-7f3a@exemple.fr"
JSON = {"Content-Type": "application/json"}
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


@pytest.mark.parametrize(("place", "value"), list(product(PLACES, HOSTILE_VALUES)))
def test_a_value_nobody_can_store_is_refused_where_it_stands(
    client: TestClient, problem_of: ProblemOf, place: str, value: str
) -> None:
    content = (PLACES[place] % value).encode()
    problem = problem_of(client.post("/recommendations", content=content, headers=JSON), 422)
    code = HOSTILE_VALUES[value]
    assert problem["code"] == code
    expected = f"{place}/a" if code == "duplicate-key" else place
    if code != "json-too-deep":
        assert problem["errors"][0]["pointer"] == expected


@pytest.mark.parametrize("content", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
def test_a_body_that_is_not_a_question_is_refused(
    client: TestClient, problem_of: ProblemOf, content: bytes
) -> None:
    problem_of(client.post("/recommendations", content=content, headers=JSON), 422)


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
def test_a_problem_never_repeats_what_it_was_sent(
    client: TestClient, problem_of: ProblemOf, body: Any
) -> None:
    response = client.post("/recommendations", content=json.dumps(body), headers=JSON)
    problem_of(response, 422)
    assert CANARY not in response.text


def test_a_body_that_says_it_is_too_large_is_not_read(
    client: TestClient, problem_of: ProblemOf
) -> None:
    content = b'{"profile": "' + b"x" * 4 * MEGABYTE + b'"}'
    problem = problem_of(client.post("/recommendations", content=content, headers=JSON), 413)
    assert problem["code"] == "body-too-large"


def test_a_body_that_does_not_say_its_length_is_counted(
    client: TestClient, problem_of: ProblemOf
) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 1
            yield b" " * MEGABYTE

    response = client.post("/recommendations", content=chunks(), headers=JSON)
    assert problem_of(response, 413)["code"] == "body-too-large"


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
def test_another_media_type_is_refused(
    client: TestClient, problem_of: ProblemOf, headers: dict[str, str]
) -> None:
    response = client.post("/recommendations", content=b'{"profile": {}}', headers=headers)
    problem_of(response, 415)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_random_bytes_are_refused(
    client: TestClient, problem_of: ProblemOf, content: bytes
) -> None:
    problem_of(client.post("/recommendations", content=content, headers=JSON), 422)


MEMBERS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(["kind", "needs", "offers", "zone", "commune", "radius_km", "known"])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(profile=st.dictionaries(FIELDS, MEMBERS), limit=MEMBERS)
def test_random_profiles_are_answered_or_refused(
    client: TestClient, problem_of: ProblemOf, profile: dict[str, Any], limit: Any
) -> None:
    body = {"profile": {"kind": "social_worker", **profile}, "limit": limit}
    response = client.post("/recommendations", content=json.dumps(body), headers=JSON)
    if response.status_code != 200:
        problem_of(response, 422)
