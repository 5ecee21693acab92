import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.documentation_page import page_of
from api.openapi import text_of

SNAPSHOT = Path(__file__).with_name("openapi.json")


class Page(HTMLParser):
    """Everything in a page that could need something else than the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def having(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.tags if name in attributes]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    described: dict[str, Any] = create_app().openapi()
    return described


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", content)
        for path, methods in schema["paths"].items()
        for method, content in methods.items()
    ]


def test_the_description_is_the_one_that_was_reviewed(schema: dict[str, Any]) -> None:
    """When it changed on purpose: python -m api.openapi > tests/api/openapi.json"""
    assert text_of(schema) == SNAPSHOT.read_text(encoding="utf-8")


def test_what_is_served_is_the_description(client: TestClient, schema: dict[str, Any]) -> None:
    assert client.get("/openapi.json").json() == json.loads(json.dumps(schema))


def test_every_operation_is_described_with_its_problems(schema: dict[str, Any]) -> None:
    for name, content in operations(schema):
        assert content["summary"], name
        assert content["description"], name
        assert {"422", "503", "5XX"} <= set(content["responses"]), name


def test_every_reference_of_the_description_leads_somewhere(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    named = {piece.split('"')[0] for piece in text.split('"#/components/schemas/')[1:]}
    assert named <= set(schema["components"]["schemas"])


def test_the_page_lists_every_operation(client: TestClient, schema: dict[str, Any]) -> None:
    text = client.get("/docs").text
    for name, content in operations(schema):
        assert name in text
        assert content["summary"] in text


def test_the_page_needs_no_script_and_nothing_from_elsewhere(client: TestClient) -> None:
    response = client.get("/docs")
    page = Page(response.text)
    assert "script" not in {tag for tag, _ in page.tags}
    assert not page.having("style")
    assert not page.having("src")
    assert all(link.startswith(("#", "/")) for link in page.having("href"))
    assert client.get("/docs/style.css").headers["Content-Type"].startswith("text/css")


def test_links_of_the_page_lead_somewhere(client: TestClient) -> None:
    page = Page(client.get("/docs").text)
    anchors = {link[1:] for link in page.having("href") if link.startswith("#")}
    identifiers = page.having("id")
    assert anchors <= set(identifiers)
    assert len(identifiers) == len(set(identifiers))


def test_texts_of_the_description_are_inert_on_the_page(schema: dict[str, Any]) -> None:
    hostile = json.loads(json.dumps(schema).replace("Un territoire", "<img src=x onerror=y()>"))
    assert "<img" not in page_of(hostile)


def test_every_route_refuses_a_parameter_that_it_does_not_know(
    client: TestClient, schema: dict[str, Any]
) -> None:
    addresses = [path for path, methods in schema["paths"].items() if "get" in methods]
    for path in [*addresses, "/docs", "/docs/style.css"]:
        address = path.replace("{actor_id}", "ccas-argenteuil").replace("{code}", "95")
        assert client.get(f"{address}?zzz=1").status_code == 422, path
