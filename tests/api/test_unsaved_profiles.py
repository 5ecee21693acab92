from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from matcher.bootstrap import Application
from matcher.store.tables import metadata

PROFILE: dict[str, Any] = {
    "kind": "social_worker",
    "commune": "Argenteuil",
    "needs": ["Réparation de vélos pour des jeunes"],
}


def answer(client: TestClient, **body: Any) -> Any:
    return client.post("/recommendations", json=body)


def test_a_profile_that_is_not_stored_gets_partners(client: TestClient) -> None:
    response = answer(client, profile=PROFILE, limit=1)
    item = response.json()["items"][0]
    assert item["partner"]["id"] == "velo-argenteuil"
    assert item["actor"]["id"] == "unsaved"


def test_asking_stores_neither_the_profile_nor_its_vectors(
    client: TestClient, application: Application
) -> None:
    answer(client, profile=PROFILE)
    before = stored(application)
    answer(client, profile={**PROFILE, "id": "de-passage", "needs": ["Vélos cargos à prêter"]})
    assert stored(application) == before


def stored(application: Application) -> list[int]:
    with application.database.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        ]


def test_filters_are_those_of_the_addresses(client: TestClient) -> None:
    response = answer(client, profile=PROFILE, department="75", domain="mobilite", sides="cross")
    assert [item["partner"]["id"] for item in response.json()["items"]] == ["velo-paris"]


def test_weights_change_the_score_of_this_question_alone(client: TestClient) -> None:
    usual = answer(client, profile=PROFILE).json()
    changed = answer(client, profile=PROFILE, weights={"territory": 3}).json()
    assert changed["weights"]["territory"] == 3
    assert changed["items"][0]["score"] > usual["items"][0]["score"]
    assert answer(client, profile=PROFILE).json() == usual


def test_a_statement_may_be_an_object_with_its_own_codes(client: TestClient) -> None:
    need = {"text": "Réparation de vélos", "domains": ["mobilite"], "expires": "2027-01-31"}
    assert answer(client, profile={**PROFILE, "needs": [need]}).status_code == 200


def test_a_null_field_is_as_good_as_none(client: TestClient) -> None:
    assert answer(client, profile={**PROFILE, "name": None, "radius_km": None}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "field-missing", "#/profile"),
        ({"profile": {}}, "field-missing", "#/profile/kind"),
        ({"profile": {"kind": "wizard"}}, "value-not-accepted", "#/profile/kind"),
        ({"profile": {**PROFILE, "needs": [3]}}, "not-an-object", "#/profile/needs/0"),
        ({"profile": {**PROFILE, "needs": "x"}}, "not-a-list", "#/profile/needs"),
        ({"profile": {**PROFILE, "needs": ["x"] * 31}}, "list-too-long", "#/profile/needs"),
        (
            {"profile": {**PROFILE, "needs": ["x" * 3000] * 7}},
            "profile-too-long",
            "#/profile",
        ),
        ({"profile": {**PROFILE, "zone": [95]}}, "not-a-text", "#/profile/zone/0"),
        ({"profile": {**PROFILE, "besoins": []}}, "unknown-field", "#/profile/besoins"),
        ({"profile": PROFILE, "actor_id": "x"}, "unknown-field", "#/actor_id"),
        ({"profile": PROFILE, "limit": "10"}, "not-an-integer", "#/limit"),
        ({"profile": PROFILE, "limit": True}, "not-an-integer", "#/limit"),
        ({"profile": PROFILE, "limit": 0}, "limit-out-of-range", "#/limit"),
        ({"profile": PROFILE, "department": "zzz"}, "unknown-territory-at-all", "#/department"),
        ({"profile": PROFILE, "weights": {"charme": 1}}, "unknown-weight", "#/weights/charme"),
        ({"profile": PROFILE, "weights": {"base": 99}}, "weight-out-of-range", "#/weights/base"),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(
    client: TestClient, body: dict[str, Any], code: str, pointer: str
) -> None:
    response = answer(client, **body)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, code)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_commune_that_does_not_exist_points_into_the_profile(client: TestClient) -> None:
    problem = answer(client, profile={**PROFILE, "commune": "Nullepart-sur-Rien"}).json()
    assert problem["errors"][0]["pointer"] == "#/profile/commune"


def test_several_mistakes_are_all_named(client: TestClient) -> None:
    problem = answer(client, profile={"kind": "wizard", "zone": [1]}, limit="x").json()
    assert problem["code"] == "several-faults"
    assert {error["pointer"] for error in problem["errors"]} == {
        "#/profile/kind",
        "#/profile/zone/0",
        "#/limit",
    }
