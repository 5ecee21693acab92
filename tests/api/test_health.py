from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.usecases.manage_accounts import create_account, end_account


def with_settings(application: Application, **changes: object) -> TestClient:
    settings: Settings = replace(application.settings, **changes)  # type: ignore[arg-type]
    return TestClient(create_app(Application(settings, application.database, application.today)))


def test_the_process_says_that_it_is_alive(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "alive"}


def test_a_complete_installation_is_ready(client: TestClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert [check["name"] for check in response.json()["checks"] if check["ok"]] == [
        "access",
        "database",
        "model",
        "index",
    ]


def test_a_missing_model_is_named_without_its_folder(
    application: Application, tmp_path: Path
) -> None:
    client = with_settings(application, model=None, model_directory=tmp_path / "nowhere")
    response = client.get("/health/ready")
    failed = [check["name"] for check in response.json()["checks"] if not check["ok"]]
    assert (response.status_code, failed) == (503, ["model", "index"])
    assert "nowhere" not in response.text


def test_a_question_before_the_model_is_there_is_a_problem_without_its_folder(
    application: Application, tmp_path: Path
) -> None:
    client = with_settings(application, model=None, model_directory=tmp_path / "nowhere")
    response = client.get("/recommendations?department=95")
    assert (response.status_code, response.json()["code"]) == (503, "not-ready")
    assert response.headers["Retry-After"]
    assert "nowhere" not in response.text


def test_an_installation_that_asks_for_keys_and_has_none_is_not_ready(
    application: Application,
) -> None:
    client = with_settings(application, auth="on")
    response = client.get("/health/ready")
    failed = [check["name"] for check in response.json()["checks"] if not check["ok"]]
    assert (response.status_code, failed) == (503, ["access"])
    assert client.get("/health/live").status_code == 200


def test_an_installation_where_people_sign_in_needs_no_key_to_be_ready(
    application: Application,
) -> None:
    client, local = with_settings(application, auth="on"), Scope.everything()
    create_account(application, "a@exemple.fr", Role.ADMIN, {}, local)
    assert client.get("/health/ready").status_code == 200
    end_account(application, "a@exemple.fr", local)
    assert client.get("/health/ready").status_code == 503


def test_the_environment_is_read_when_the_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        "SYNERGIES_DATABASE_URL": f"sqlite:///{tmp_path / 'served.db'}",
        "SYNERGIES_MODEL": "hashing",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with TestClient(create_app()) as client:
        assert client.get("/health/ready").json()["ready"]
