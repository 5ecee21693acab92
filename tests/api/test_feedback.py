"""What came of a pair counts: a declined one is proposed to neither again."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

PAIR = {"actor_id": "ccas-argenteuil", "partner_id": "velo-argenteuil"}
BOTH_WAYS = ["actor_id=ccas-argenteuil", "actor_id=velo-argenteuil", "department=95"]


def items(client: TestClient, asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/recommendations?{asked}&limit=100").json()["items"]
    return found


def pair_of(client: TestClient) -> str:
    return next(
        str(item["id"])
        for item in items(client, "actor_id=ccas-argenteuil")
        if item["partner"]["id"] == "velo-argenteuil"
    )


def say(client: TestClient, pair: str, verdict: str, **said: Any) -> Any:
    body = PAIR | {"verdict": verdict} | said
    return client.post(f"/recommendations/{pair}/feedback", json=body)


def shown(client: TestClient, pair: str, more: str = "") -> list[str | None]:
    """The relation of the pair in each of the three ways to ask, where it is shown."""
    found = [{i["id"]: i["relation"] for i in items(client, asked + more)} for asked in BOTH_WAYS]
    return [relations.get(pair) for relations in found]


def test_a_declined_pair_is_proposed_to_neither_again(client: TestClient) -> None:
    pair = pair_of(client)
    before = len(items(client, "department=95"))
    tag = client.get("/recommendations?department=95").headers["ETag"]

    response = say(client, pair, "declined", reason="Trop loin")

    assert (response.status_code, response.json()["verdict"]) == (200, "declined")
    assert shown(client, pair) == [None] * 3
    assert len(items(client, "department=95")) == before - 1
    again = client.get("/recommendations?department=95", headers={"If-None-Match": tag})
    assert again.status_code == 200


@pytest.mark.parametrize("verdict", ["accepted", "known"])
def test_a_pair_that_met_is_in_contact_and_left_out_on_request(
    client: TestClient, verdict: str
) -> None:
    pair = pair_of(client)
    say(client, pair, verdict)
    assert shown(client, pair) == ["in_contact"] * 3
    assert shown(client, pair, "&exclude_known=true") == [None] * 3


def test_a_note_changes_nothing_and_the_last_verdict_counts(client: TestClient) -> None:
    pair = pair_of(client)
    say(client, pair, "note", reason="À rappeler")
    assert shown(client, pair) == ["unknown"] * 3
    say(client, pair, "declined")
    say(client, pair, "accepted")
    assert shown(client, pair) == ["in_contact"] * 3


def test_the_order_of_the_two_does_not_matter(client: TestClient) -> None:
    pair = pair_of(client)
    turned = {"actor_id": PAIR["partner_id"], "partner_id": PAIR["actor_id"]}
    assert say(client, pair, "declined", **turned).status_code == 200
    assert shown(client, pair) == [None] * 3


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"partner_id": "bois-cergy"}, 404),
        ({"partner_id": "personne"}, 404),
        ({"partner_id": "ccas-argenteuil"}, 422),
        ({"verdict": "peut-être"}, 422),
        ({"reason": "x" * 3000}, 422),
        ({"autre": 1}, 422),
    ],
)
def test_feedback_of_another_pair_is_refused(
    client: TestClient, problem_of: Callable[..., Any], said: dict[str, Any], status: int
) -> None:
    pair = pair_of(client)
    problem_of(say(client, pair, **({"verdict": "declined"} | said)), status)
    assert shown(client, pair) == ["unknown"] * 3
