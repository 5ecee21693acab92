"""Rights over HTTP, and what no answer ever holds."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.usecases.answers import Answer
from matcher.usecases.export_actor import ActorExport, export_as_csv

LONGEST_RUN_OF_NUMBERS = 8
SECRET_WORDS = ("vector", "embedding", "email", "courriel")


@pytest.fixture
def client(application: Application) -> TestClient:
    return TestClient(create_app(application))


def test_an_export_gives_rows_sources_and_suggestions_with_reasons(
    client: TestClient, canary: str
) -> None:
    response = client.get(f"/actors/{canary}/export")
    told = response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert told["tables"]["actors"][0]["email"] == "zzcanari.courriel@exemple.fr"
    assert [row["text"][:9] for row in told["tables"]["statements"]] == [
        "Zzcanarib",
        "Zzcanariv",
        "Zzcanario",
    ]
    assert {row["file"] for row in told["tables"]["origins"]} == {"annuaire.jsonl"}
    assert told["named_by"] == ["ami"]
    assert told["recommendations"][0]["reasons"][0]["evidence"]
    assert told["vectors"] == [{"model": told["vectors"][0]["model"], "count": 3}]


def test_an_export_as_csv_holds_the_same_and_no_formula(client: TestClient, canary: str) -> None:
    response = client.get(f"/actors/{canary}/export?format=csv")
    assert response.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    told = client.get(f"/actors/{canary}/export").json()
    written = {(row["part"], row["field"]) for row in rows}
    for table, held in told["tables"].items():
        assert {(table, column) for row in held for column in row} <= written
    assert {part for part, _ in written} >= {"recommendations", "vectors", "named_by"}


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@x", "\tx", "\rx"])
def test_no_cell_of_an_export_is_run_by_a_spreadsheet(text: str) -> None:
    export = ActorExport.model_validate(
        {
            "actor_id": text,
            "exported": "2026-11-23",
            "tables": {"actors": [{"name": text}]},
            **{part: [] for part in ("vectors", "named_by", "recommendations", "notes")},
        }
    )
    cells = [cell for line in csv.reader(io.StringIO(export_as_csv(export))) for cell in line]
    assert text not in cells
    assert f"'{text}" in cells


def test_erasing_answers_204_then_nobody_is_found(client: TestClient, canary: str) -> None:
    response = client.delete(f"/actors/{canary}")
    assert (response.status_code, response.content) == (204, b"")
    for ask in (client.get, client.delete):
        assert ask(f"/actors/{canary}").status_code == 404
    for path in (f"/actors/{canary}/export", f"/recommendations?actor_id={canary}"):
        assert client.get(path).status_code == 404


def test_an_erased_row_is_skipped_and_said(client: TestClient, canary: str) -> None:
    client.delete(f"/actors/{canary}")
    row = {"id": canary, "kind": "social_worker", "name": "Zzcanari", "commune": "Argenteuil"}
    told = client.post(
        "/actors/import",
        content=json.dumps(row),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert told.status_code == 200
    assert told.json()["skipped_count"] == 1
    assert "effacement" in told.json()["skipped"][0]["reason"]
    assert canary not in told.text


def test_refusing_is_obeyed_by_the_next_question(client: TestClient, canary: str) -> None:
    asked = f"/recommendations?actor_id={canary}"
    assert client.get(asked).json()["items"]
    state = client.put(f"/actors/{canary}/opposition", json={"profiling": True, "mail": False})
    assert state.json() == {
        "profiling": True,
        "mail": False,
        "profiling_since": "2026-11-23",
        "mail_since": None,
    }
    assert client.get(asked).status_code == 422
    assert canary not in client.get("/recommendations?actor_id=ami&limit=50").text


@pytest.mark.parametrize("body", [{}, {"profiling": "yes", "mail": True}, {"profiling": True}, []])
def test_a_refusal_must_be_clear(client: TestClient, canary: str, body: Any) -> None:
    assert client.put(f"/actors/{canary}/opposition", json=body).status_code == 422


def test_nobody_unknown_is_exported_erased_or_heard(client: TestClient) -> None:
    refusing = {"profiling": True, "mail": True}
    assert client.get("/actors/personne/export").status_code == 404
    assert client.delete("/actors/personne").status_code == 404
    assert client.put("/actors/personne/opposition", json=refusing).status_code == 404


def test_a_card_says_where_it_comes_from(client: TestClient, canary: str) -> None:
    card = client.get(f"/actors/{canary}").json()
    assert (card["source"], card["imported"]) == ("Zzcanarisource", "2026-11-23")
    assert card["imported_from"] == "annuaire.jsonl"


def test_no_answer_holds_a_vector(client: TestClient, canary: str) -> None:
    client.get(f"/recommendations?actor_id={canary}")
    asked = [
        f"/actors/{canary}",
        f"/actors/{canary}/export",
        f"/recommendations?actor_id={canary}&limit=50",
        "/recommendations?department=95&limit=50",
        "/territories/department:95",
        "/algorithm",
    ]
    for path in asked:
        response = client.get(path)
        assert response.status_code == 200, path
        assert max(_runs_of_numbers(response.json()), default=0) < LONGEST_RUN_OF_NUMBERS, path
    profile = {"kind": "social_worker", "commune": "Argenteuil", "needs": ["un atelier cuisine"]}
    answer = client.post("/recommendations", json={"profile": profile}).json()
    assert max(_runs_of_numbers(answer), default=0) < LONGEST_RUN_OF_NUMBERS


def test_no_answer_is_described_with_a_vector_and_only_exports_with_an_address(
    client: TestClient,
) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    given = {name for name in schemas if not name.endswith(("Body", "Request"))}
    named = {
        f"{name}.{field}"
        for name in given
        for field in schemas[name].get("properties", {})
        if any(word in field.lower() for word in SECRET_WORDS)
    }
    assert named == {"ActorExport.vectors"}
    assert set(schemas["VectorsHeld"]["properties"]) == {"model", "count"}
    numbers = {
        f"{name}.{field}"
        for name in given
        for field, told in schemas[name].get("properties", {}).items()
        if told.get("type") == "array" and told["items"].get("type") in {"number", "integer"}
    }
    assert numbers == set()
    assert issubclass(ActorExport, Answer)


def _runs_of_numbers(value: Any) -> Iterator[int]:
    """Lengths of the lists of numbers anywhere in an answer."""
    if isinstance(value, list):
        yield sum(isinstance(one, int | float) for one in value)
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for one in inside:
            yield from _runs_of_numbers(one)
