"""Pages are set as French is printed, and leave what people wrote in their hands as it was."""

import re
from collections.abc import Callable
from html import unescape
from importlib.resources import files
from typing import Any

import pytest
from fastapi.testclient import TestClient

Import = Callable[[list[dict[str, Any]]], None]
NOT_SAID = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}|<[^>]*>", re.S)

pytestmark = pytest.mark.sqlite_only


def test_no_mark_begins_a_line_in_any_template() -> None:
    folder = files("api.web") / "templates"
    names = [".", "parts"]
    written = [
        one for name in names for one in (folder / name).iterdir() if one.name.endswith(".html")
    ]
    assert len(written) > 40
    for one in written:
        said = NOT_SAID.sub("\u2026", one.read_text("utf-8"))
        assert re.findall(r"\S [:;?!»](?=\s|$)|« ", said) == [], one.name


def test_a_name_has_typographic_apostrophes_where_it_is_shown_and_its_own_where_it_is_kept(
    client: TestClient, add_actors: Import
) -> None:
    typed = "L'Atelier d'à côté"
    who = {"id": "atelier", "kind": "social_entrepreneur", "name": typed, "commune": "95018"}
    add_actors([who | {"offers": ["Atelier de réparation de vélos encadré pour des jeunes"]}])
    for page in ("/acteur?id=atelier", "/acteurs?nom=atelier", "/territoire?department=95"):
        shown = unescape(client.get(page).text)
        assert "L’Atelier d’à côté" in shown, page
        assert typed not in shown, page
    assert f'value="{typed}"' in unescape(client.get("/acteur/modifier?id=atelier").text)
    assert typed in client.get("/territoire.csv?department=95").text
