"""The page of imports: what is wrong by line, mended in place, stored once it is confirmed."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.actors import find_actors
from matcher.store.desk_tables import staged_imports
from matcher.usecases.manage_keys import create_key

CSV = """nom;côté;commune;besoins;Téléphone
Maison des ponts;travailleur social;Argenteuil;Un atelier vélo;01
<script>alert(1)</script>;travailleur social;Nullepart;=1+1;02
"""


def names(application: Application) -> set[str]:
    with application.database.read() as connection:
        return {one.name for one in find_actors(connection, _ids(connection)).values()}


def _ids(connection: Any) -> list[str]:
    return list(connection.exec_driver_sql("SELECT id FROM actors").scalars())


def send(client: TestClient, content: bytes | str, name: str = "liste.csv", side: str = "") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/import", files={"fichier": (name, raw)}, data={"cote": side})


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'name="(depot|edition)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


def test_each_problem_is_shown_with_its_line_and_field_and_nothing_is_stored(
    client: TestClient, application: Application
) -> None:
    before = names(application)
    page = send(client, CSV)

    assert page.status_code == 200
    assert "Ligne 3" in page.text
    assert "« Nullepart » est inconnu" in page.text.replace("\u00a0", " ")
    assert 'name="ligne.3.commune"' in page.text
    assert '<option value="">(ignorée)</option>' in page.text
    assert names(application) == before


def test_hostile_cells_are_inert(client: TestClient) -> None:
    page = send(client, CSV).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_line_is_mended_in_the_page_and_stored_as_it_was_shown(
    client: TestClient, application: Application
) -> None:
    fields = hidden(send(client, CSV).text)
    mended = client.post(
        "/import/verification",
        data=fields | {"ligne.3.commune": "Cergy", "ligne.3.name": "Les quais"},
    )
    assert "Lignes à corriger" not in mended.text
    assert "Les quais" not in names(application)

    late = client.post("/import/confirmation", data=fields)
    assert late.status_code == 422
    assert "Les quais" not in names(application)

    done = client.post("/import/confirmation", data=hidden(mended.text))
    assert "Import terminé" in done.text
    assert {"Les quais", "Maison des ponts"} <= names(application)
    with application.database.read() as connection:
        kept = connection.execute(staged_imports.select()).one()
    assert kept.content is None

    again = client.post("/import/confirmation", data=hidden(mended.text))
    assert "Import terminé" in again.text
    assert "<strong>2</strong> déjà" in unescape(send(client, _mended(CSV)).text)


def _mended(text: str) -> str:
    return text.replace("Nullepart", "Cergy").replace("<script>alert(1)</script>", "Les quais")


def test_a_column_that_nobody_knows_can_be_told(client: TestClient) -> None:
    text = "nom;côté;commune;Ce qu’il faut\nA;travailleur social;Cergy;Un atelier vélo\n"
    page = send(client, text).text
    fields = hidden(page) | {"entete.4": "Ce qu’il faut", "champ.4": "needs"}
    assert "0 besoin" in page.replace("\u00a0", " ")
    told = client.post("/import/verification", data=fields).text
    assert "1 besoin " in told.replace("\u00a0", " ")


def test_the_side_is_chosen_where_the_file_does_not_tell(client: TestClient) -> None:
    text = "nom;commune\nAtelier;Cergy\n"
    assert "Lignes à corriger" in send(client, text).text
    assert "Lignes à corriger" not in send(client, text, side="social_entrepreneur").text


def test_a_spreadsheet_is_read(client: TestClient) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (("nom", "côté", "commune"), ("Le quai", "travailleur social", "Cergy")):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    assert "Le quai" in send(client, file.getvalue(), "liste.xlsx").text


@pytest.mark.parametrize(
    ("name", "content"),
    [("liste.pdf", b"%PDF"), ("liste.csv", b""), ("liste.xlsx", b"PK\x03\x04"), ("", b"")],
)
def test_what_is_no_list_is_refused_in_words(client: TestClient, name: str, content: bytes) -> None:
    page = send(client, content, name)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_what_another_sent_cannot_be_reached_and_a_coordinator_imports_at_home_only(
    application: Application,
) -> None:
    locked = Application(
        replace(application.settings, auth="on", rate_limits="off"),
        application.database,
        application.today,
    )
    app = create_app(locked)

    def caller(code: str) -> TestClient:
        made = create_key(locked, Role.COORDINATOR, {"department": [code]}, "", Scope.everything())
        return TestClient(app, headers={"Authorization": f"Bearer {made.key}"})

    mine, other = caller("95"), caller("75")
    page = send(mine, CSV.replace("Nullepart", "Marseille 1er Arrondissement"))
    assert "Ligne 3" in page.text
    fields = hidden(page.text)
    assert other.get("/import/verification", params=fields).status_code == 404
    assert other.post("/import/confirmation", data=fields).status_code == 404
    other.post("/import/abandon", data=fields)
    assert mine.get("/import/verification", params=fields).status_code == 200
    mine.post("/import/abandon", data=fields)
    assert mine.get("/import/verification", params=fields).status_code == 404
    locked.recorder.close()
