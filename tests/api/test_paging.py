import base64
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient


def many(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"atelier-{number:02}",
            "kind": "social_entrepreneur",
            "name": f"Atelier {number}",
            "commune": "95018",
            "offers": [f"Réparation de vélos, créneau {number}"],
        }
        for number in range(count)
    ]


def page(client: TestClient, cursor: str | None = None, **parameters: Any) -> dict[str, Any]:
    asked = {"actor_id": "ccas-argenteuil", "limit": 4, **parameters}
    response = client.get("/recommendations", params=asked | ({"cursor": cursor} if cursor else {}))
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def ids(body: dict[str, Any]) -> list[str]:
    return [item["partner"]["id"] for item in body["items"]]


def test_pages_have_neither_duplicate_nor_gap(client: TestClient, add_actors: Any) -> None:
    add_actors(many(9))
    whole = ids(page(client, limit=100))
    found, body = [], page(client)
    found += ids(body)
    while body["next_cursor"]:
        body = page(client, body["next_cursor"])
        found += ids(body)
    assert found == whole


def test_an_actor_added_between_two_pages_changes_neither(
    client: TestClient, add_actors: Any
) -> None:
    add_actors(many(9))
    whole = ids(page(client, limit=100))
    first = page(client)
    add_actors([{**many(1)[0], "id": "aaa-nouveau", "offers": ["Réparation de vélos, jeunes"]}])
    second = page(client, first["next_cursor"])
    assert ids(first) + ids(second) == whole[:8]
    assert second["index_version"] == first["index_version"]
    assert "aaa-nouveau" in ids(page(client, limit=100))


def test_a_profile_that_is_not_stored_is_paged_too(client: TestClient, add_actors: Any) -> None:
    add_actors(many(9))
    profile = {"kind": "social_worker", "commune": "95018", "needs": ["Réparation de vélos"]}
    first = client.post("/recommendations", json={"profile": profile, "limit": 3}).json()
    body = {"profile": profile, "limit": 3, "cursor": first["next_cursor"]}
    second = client.post("/recommendations", json=body).json()
    assert len(ids(second)) == 3
    assert not set(ids(first)) & set(ids(second))


def test_a_cursor_of_another_index_is_outdated(client: TestClient) -> None:
    _, question, offset = decoded(page(client, limit=1)["next_cursor"])
    response = refused(client, encoded(["99-deadbeef", question, offset]))
    assert response.json()["code"] == "cursor-outdated"


def test_a_cursor_is_outdated_once_its_snapshot_is_forgotten(
    client: TestClient, add_actors: Any
) -> None:
    cursor = page(client, limit=1)["next_cursor"]
    for actor in many(6):
        add_actors([actor])
        page(client)
    response = refused(client, cursor)
    assert response.json()["code"] == "cursor-outdated"


def test_a_cursor_does_not_serve_another_question(client: TestClient) -> None:
    cursor = page(client, limit=1)["next_cursor"]
    response = client.get(
        "/recommendations", params={"actor_id": "bois-cergy", "limit": 1, "cursor": cursor}
    )
    assert response.json()["code"] == "cursor-of-another-question"


@pytest.mark.parametrize(
    "forge",
    [
        lambda cursor: cursor[:-5],
        lambda cursor: "é" + cursor,
        lambda cursor: encoded([]),
        lambda cursor: encoded([*decoded(cursor)[:2], -1]),
        lambda cursor: encoded([*decoded(cursor)[:2], True]),
        lambda cursor: encoded([*decoded(cursor)[:2], 0.5]),
        lambda cursor: encoded({"index_version": "x"}),
        lambda cursor: encoded(["[" * 300]),
        lambda cursor: "null",
    ],
)
def test_a_cursor_that_we_did_not_write_is_refused(client: TestClient, forge: Any) -> None:
    response = refused(client, forge(page(client, limit=1)["next_cursor"]))
    assert response.json()["code"] == "cursor-invalid"
    assert response.json()["errors"][0]["parameter"] == "cursor"


def refused(client: TestClient, cursor: str) -> Any:
    parameters: dict[str, Any] = {"actor_id": "ccas-argenteuil", "limit": 1, "cursor": cursor}
    response = client.get("/recommendations", params=parameters)
    assert response.status_code == 422
    return response


def decoded(cursor: str) -> list[Any]:
    content: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return content


def encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
