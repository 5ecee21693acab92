"""Evil lines: what is not an actor is refused by its line, never with a 500."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

ProblemOf = Callable[..., dict[str, Any]]

NDJSON = {"Content-Type": "application/x-ndjson"}
MEGABYTE = 1024 * 1024

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


@pytest.mark.parametrize("line", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_a_line_that_is_not_an_actor_is_refused(
    client: TestClient, problem_of: ProblemOf, line: bytes
) -> None:
    response = client.post("/actors/import", content=line, headers=NDJSON)
    problem = problem_of(response, 422)
    assert problem["errors"][0]["line"] == 1


def test_an_import_may_be_larger_but_not_endless(client: TestClient, problem_of: ProblemOf) -> None:
    lines = (b" " * (MEGABYTE - 1) + b"\n" for _ in range(2))
    response = client.post("/actors/import", content=b"".join(lines), headers=NDJSON)
    assert problem_of(response, 422)["code"] == "import-empty"
    headers = {**NDJSON, "Content-Length": str(51 * MEGABYTE)}
    response = client.post("/actors/import", content=b"{}", headers=headers)
    assert problem_of(response, 413)["code"] == "body-too-large"
