import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.every_engine

NDJSON = {"Content-Type": "application/x-ndjson"}
GOOD = {
    "id": "resto-bezons",
    "kind": "social_entrepreneur",
    "name": "Restaurant d’insertion de Bezons",
    "commune": "Bezons",
    "offers": ["Des repas chauds livrés le soir"],
}


def imported(client: TestClient, *rows: Any, query: str = "") -> Any:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    content = "\n".join(lines).encode()
    return client.post(f"/actors/import{query}", content=content, headers=NDJSON)


def test_a_card_shows_what_others_may_see(client: TestClient) -> None:
    card = client.get("/actors/ccas-argenteuil").json()
    assert card["commune"]["name"] == "Argenteuil"
    assert card["department"] == {
        "id": "department:95",
        "level": "department",
        "code": "95",
        "name": "Val-d'Oise",
    }
    assert card["needs"][0]["text"].startswith("Un atelier")
    assert card["updated"] == "2026-11-23"


def test_a_card_never_shows_an_address(client: TestClient) -> None:
    assert "exemple.fr" not in client.get("/actors/ccas-argenteuil").text


def test_domains_come_with_their_labels(client: TestClient) -> None:
    domain = client.get("/actors/velo-argenteuil").json()["domains"][0]
    assert domain["code"] == "mobilite"
    assert domain["label"] not in {"", "mobilite"}


@pytest.mark.parametrize("unknown", ["nobody", "%F0%9F%9A%B2", "..%2e", "%ED%A0%80"])
def test_an_unknown_actor_is_not_found(client: TestClient, unknown: str) -> None:
    response = client.get(f"/actors/{unknown}")
    assert (response.status_code, response.json()["code"]) == (404, "unknown-actor")


def test_an_import_reports_what_changed(client: TestClient) -> None:
    first = imported(client, GOOD)
    assert first.status_code == 200
    assert (first.json()["created"], first.json()["unchanged"]) == (1, 0)
    again = imported(client, GOOD).json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert client.get("/actors/resto-bezons").json()["name"] == GOOD["name"]


def test_an_imported_actor_is_recommended_at_once(client: TestClient) -> None:
    imported(client, GOOD)
    query = "/recommendations?actor_id=chrs-sarcelles&radius_km=50"
    found = [item["partner"]["id"] for item in client.get(query).json()["items"]]
    assert "resto-bezons" in found


def test_bad_rows_are_named_and_good_ones_kept(client: TestClient) -> None:
    bad = {**GOOD, "id": "x", "commune": "Nullepart-sur-Rien"}
    response = imported(client, GOOD, bad, "{not json", '{"id": "y", "name": "\\ud800"}')
    report = response.json()
    assert response.status_code == 200
    assert (report["created"], report["rejected_count"]) == (1, 3)
    assert {row["line"] for row in report["rejected"]} == {2, 3, 4}
    assert {"file", "line", "field", "code", "reason"} == set(report["rejected"][0])
    assert report["rejected"][0]["field"] == "commune"


def test_nothing_usable_is_a_problem_with_lines(client: TestClient) -> None:
    response = imported(client, {**GOOD, "kind": None}, {**GOOD, "name": ""})
    problem = response.json()
    assert response.status_code == 422
    assert [error["line"] for error in problem["errors"]] == [1, 2]
    assert problem["errors"][1]["pointer"] == "#/name"


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_nothing_to_import_is_a_problem(client: TestClient, content: bytes) -> None:
    response = client.post("/actors/import", content=content, headers=NDJSON)
    assert response.status_code == 422


def test_a_trial_writes_nothing(client: TestClient) -> None:
    assert imported(client, GOOD, query="?dry_run=true").json()["created"] == 1
    assert client.get("/actors/resto-bezons").status_code == 404


def test_a_side_can_be_told_for_all_rows(client: TestClient) -> None:
    silent = {name: value for name, value in GOOD.items() if name != "kind"}
    assert imported(client, silent, query="?side=social_entrepreneur").json()["created"] == 1
    response = imported(client, silent, query="?side=neither")
    assert response.json()["errors"][0]["parameter"] == "side"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_of_another_site_cannot_import(client: TestClient, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    response = client.post("/actors/import", content=json.dumps(GOOD), headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "content-type-unsupported")
