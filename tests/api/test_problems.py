import logging
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application

SECRET = "secret-que-personne-ne-doit-lire"


def test_problems_speak_french_unless_english_is_asked(client: TestClient) -> None:
    french = client.get("/actors/nobody")
    english = client.get("/actors/nobody", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (french.json()["title"], english.json()["title"]) == ("Introuvable", "Not found")
    assert (french.headers["Content-Language"], english.headers["Content-Language"]) == ("fr", "en")


def test_a_problem_has_the_shape_of_the_standard(client: TestClient) -> None:
    response = client.get("/actors/nobody")
    problem = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code == 404
    assert problem["type"] == "/problems/unknown-actor"
    assert problem["request_id"] == response.headers["X-Request-ID"]


def test_the_type_of_a_problem_leads_to_its_explanation(client: TestClient) -> None:
    problem = client.get("/recommendations?department=95&limit=0").json()
    assert "limit" in client.get(problem["type"]).json()["text"]
    assert client.get("/problems/no-such-thing").status_code == 404


def test_an_address_that_does_not_exist_is_a_problem(client: TestClient) -> None:
    response = client.get("/recommandations")
    assert (response.status_code, response.json()["code"]) == (404, "unknown-path")
    assert client.get("/recommendations/").json()["code"] == "unknown-path"


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    response = client.delete("/recommendations")
    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, POST"


def test_a_request_id_that_is_given_comes_back(client: TestClient) -> None:
    given = client.get("/health/live", headers={"X-Request-ID": "portail-000042"})
    forged = client.get("/health/live", headers={"X-Request-ID": "<script>alert(1)</script>"})
    assert given.headers["X-Request-ID"] == "portail-000042"
    assert "script" not in forged.headers["X-Request-ID"]


@pytest.mark.parametrize("address", ["/algorithm", "/actors/nobody", "/nothing", "/docs"])
def test_every_answer_is_locked_down(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == (
        "private, no-cache" if address == "/algorithm" else "no-store"
    )
    assert "Access-Control-Allow-Origin" not in headers


def test_another_site_is_not_allowed_to_read_answers(client: TestClient) -> None:
    headers = {"Origin": "https://autre.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/actors/import", headers=headers)
    assert response.status_code == 405
    assert "Access-Control-Allow-Origin" not in response.headers


def test_an_unexpected_error_says_nothing_and_is_logged(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="api.envelope"):
        response = TestClient(broken(application)).get("/broken")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.json()["request_id"] in {vars(line)["request_id"] for line in caplog.records}
    assert "RuntimeError in GET /broken" in caplog.text
    assert SECRET not in caplog.text + response.text


def broken(application: Application) -> Any:
    app, router = create_app(application), APIRouter()

    @router.get("/broken")
    def fail() -> None:
        raise RuntimeError(SECRET)

    app.include_router(router)
    return app
