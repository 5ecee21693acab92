from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

pytestmark = pytest.mark.every_engine


def asked(client: TestClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def partners(body: dict[str, Any]) -> list[str]:
    return [item["partner"]["id"] for item in body["items"]]


def test_an_actor_gets_its_partners_best_first(client: TestClient) -> None:
    body = asked(client, "/recommendations?actor_id=ccas-argenteuil")
    scores = [item["score"] for item in body["items"]]
    assert partners(body)[0] == "velo-argenteuil"
    assert scores == sorted(scores, reverse=True)


def test_the_envelope_says_what_it_was_computed_with(client: TestClient) -> None:
    body = asked(client, "/recommendations?actor_id=ccas-argenteuil&limit=1")
    assert set(body) == {"items", "next_cursor", "index_version", "model", "weights", "advice"}
    assert body["model"].startswith("hashing")
    assert "territory" in body["weights"]


def test_an_item_has_every_promised_field(client: TestClient) -> None:
    item = asked(client, "/recommendations?actor_id=ccas-argenteuil")["items"][0]
    assert set(item) == {
        *("id", "actor", "partner", "kind", "score", "scores", "contributions", "reasons"),
        *("distance_km", "relation", "availability"),
    }
    assert set(item["actor"]) == {"id", "kind", "name", "organization", "commune", "department"}
    assert set(item["scores"]) == {"territory", "domain", "complementarity", "a_to_b", "b_to_a"}
    assert set(item["reasons"][0]) == {"code", "direction", "text", "evidence", "glossary"}
    evidence = item["reasons"][0]["evidence"][0]
    assert set(evidence) == {"actor_id", "field", "start", "end", "quote"}


@pytest.mark.parametrize("typed", ["95", "val-d-oise", "Val d'Oise", "VAL D’OISE"])
def test_a_territory_is_written_as_one_likes(client: TestClient, typed: str) -> None:
    response = client.get("/recommendations", params={"department": typed})
    pairs = [(item["actor"]["id"], item["partner"]["id"]) for item in response.json()["items"]]
    assert ("ccas-argenteuil", "velo-argenteuil") in pairs


def test_an_actor_and_a_territory_give_partners_who_act_there(client: TestClient) -> None:
    body = asked(client, "/recommendations?actor_id=ccas-argenteuil&department=75")
    assert partners(body) == ["velo-paris"]


def test_a_domain_keeps_the_partners_of_that_domain(client: TestClient) -> None:
    body = asked(client, "/recommendations?actor_id=ccas-argenteuil&domain=mobilite&public=jeunes")
    assert partners(body) == []
    body = asked(client, "/recommendations?actor_id=ccas-argenteuil&domain=mobilite&domain=sante")
    assert set(partners(body)) == {"velo-argenteuil", "velo-paris"}


def test_a_minimum_score_that_nobody_reaches_leaves_advice(client: TestClient) -> None:
    body = asked(client, "/recommendations?department=95&minimum_score=1")
    assert body["items"] == []
    assert body["advice"][0]["text"]


@pytest.mark.parametrize(
    ("query", "status", "code", "parameter"),
    [
        ("", 422, "question-empty", "actor_id"),
        ("actor_id=nobody", 404, "unknown-actor", "actor_id"),
        ("commune=Nullepart-sur-Rien", 422, "unknown-territory-at-all", "commune"),
        ("department=Val-doize", 422, "unknown-territory", "department"),
        ("commune=Saint-Denis", 422, "ambiguous-territory", "commune"),
        ("department=95&limit=0", 422, "limit-out-of-range", "limit"),
        ("department=95&limit=101", 422, "limit-out-of-range", "limit"),
        ("department=95&limit=dix", 422, "not-an-integer", "limit"),
        ("department=95&minimum_score=1.5", 422, "minimum-score-out-of-range", "minimum_score"),
        ("department=95&minimum_score=nan", 422, "number-not-finite", "minimum_score"),
        ("department=95&radius_km=0", 422, "radius-out-of-range", "radius_km"),
        ("department=95&radius_km=20001", 422, "radius-out-of-range", "radius_km"),
        ("department=95&sides=both", 422, "not-one-of", "sides"),
        ("department=95&direction=up", 422, "not-one-of", "direction"),
        ("department=95&exclude_known=perhaps", 422, "not-a-boolean", "exclude_known"),
        ("department=95&domain=cuisine-moleculaire", 422, "unknown-domain", "domain"),
        ("department=95&public=martiens", 422, "unknown-public", "public"),
        ("department=", 422, "text-empty", "department"),
        ("departement=95", 422, "unknown-parameter", "departement"),
        ("department=95&zzz=1", 422, "unknown-parameter-at-all", "zzz"),
        ("department=95&department=93", 422, "parameter-repeated", "department"),
    ],
)
def test_each_mistake_is_its_own_problem(
    client: TestClient, query: str, status: int, code: str, parameter: str
) -> None:
    response = client.get(f"/recommendations?{query}")
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert [error["parameter"] for error in body["errors"]] == [parameter]
    assert body["type"] == f"/problems/{code}"
    assert not body["detail"].startswith("error.")


def test_a_misspelled_parameter_is_told_its_closest_name(client: TestClient) -> None:
    problem = client.get("/recommendations?departement=95").json()
    assert "department" in problem["detail"]


def test_an_actor_who_refused_profiling_gets_no_recommendation(
    client: TestClient, add_actors: Any
) -> None:
    person = {"id": "discret", "kind": "social_worker", "name": "Discret", "commune": "95018"}
    add_actors([{**person, "needs": ["Réparer des vélos"], "profiling": False}])
    response = client.get("/recommendations?actor_id=discret")
    assert (response.status_code, response.json()["code"]) == (422, "actor-opted-out")


def test_a_refusal_is_told_to_who_may_write_it_down_and_is_nobody_to_a_portal(
    application: Application, add_actors: Any
) -> None:
    person = {"id": "discret", "kind": "social_worker", "name": "Discret", "commune": "95018"}
    add_actors([{**person, "needs": ["Réparer des vélos"], "profiling": False}])
    settings = replace(application.settings, auth="on", rate_limits="off")
    app = create_app(Application(settings, application.database, application.today))
    told = {}
    for role, departments in (("portal", []), ("coordinator", ["95"]), ("coordinator", ["75"])):
        territories = {"department": departments}
        key = create_key(application, Role(role), territories, "", Scope.everything()).key
        caller = TestClient(app, headers={"Authorization": f"Bearer {key}"})
        answers = [
            caller.get(f"/recommendations?actor_id={name}").json()
            for name in ("discret", "personne")
        ]
        told[role, *departments] = [(one["code"], one["detail"]) for one in answers]
    assert told["portal",][0] == told["portal",][1]
    assert told["coordinator", "75"][0] == told["coordinator", "75"][1]
    assert [code for code, _ in told["coordinator", "95"]] == ["actor-opted-out", "unknown-actor"]
