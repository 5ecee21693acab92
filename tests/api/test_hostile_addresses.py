"""Evil addresses: hostile queries and paths are refused as problems, never with a 500."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

ProblemOf = Callable[..., dict[str, Any]]

CANARY = "canari-7f3a@exemple.fr"

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


@pytest.mark.parametrize("query", HOSTILE_QUERIES, ids=range(len(HOSTILE_QUERIES)))
def test_a_query_that_is_not_a_question_is_refused(
    client: TestClient, problem_of: ProblemOf, query: str
) -> None:
    problem_of(client.get(f"/recommendations?{query}"), 404, 414, 422)


@pytest.mark.parametrize("code", ["%00", "%ED%A0%80", "x" * 201, "%E2%80%AE", "a%0D%0Ab", "(((("])
@pytest.mark.parametrize("path", ["actors", "territories", "problems"])
def test_a_hostile_path_is_refused(
    client: TestClient, problem_of: ProblemOf, path: str, code: str
) -> None:
    problem_of(client.get(f"/{path}/{code}"), 404, 422)


def test_an_unknown_parameter_that_is_an_address_is_not_repeated(
    client: TestClient, problem_of: ProblemOf
) -> None:
    response = client.get("/recommendations", params={CANARY: "1"})
    assert problem_of(response, 422)["code"] == "unknown-parameter-at-all"
    assert CANARY not in response.text
