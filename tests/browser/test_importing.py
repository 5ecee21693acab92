"""Dropping a file on the page of imports: too large, expired, abandoned; what one reads then."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from matcher.store.desk_tables import staged_imports

LIST = "nom;côté;commune\nMaison des ponts (fictive);travailleur social;Argenteuil\n"
MEGABYTE = 1024 * 1024


def send(page: Any, content: bytes, name: str = "liste.csv") -> None:
    sent = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Fichier à importer").set_input_files(sent)
    page.get_by_role("button", name="Vérifier le fichier").click()


@pytest.mark.parametrize(("megabytes", "words"), [(10.5, "10 Mo"), (30, "11 Mo")])
def test_a_file_that_is_too_large_is_told_on_a_page(
    shared_desk: Any, tmp_path: Path, megabytes: float, words: str
) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(b"a;b\n" * int(megabytes * MEGABYTE / 4))
    page = shared_desk.open("/import")
    page.get_by_label("Fichier à importer").set_input_files(file)
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.get_by_text(words.replace(" ", "\u00a0")).or_(page.get_by_text(words)).first.wait_for()
    page.context.close()


def test_a_file_that_waited_too_long_is_told_and_can_be_sent_again(shared_desk: Any) -> None:
    page = shared_desk.open("/import")
    send(page, LIST.encode())
    page.get_by_role("heading", name="Vérifier avant d’importer").wait_for()
    with shared_desk.application.database.write() as connection:
        connection.execute(update(staged_imports).values(made=staged_imports.c.made - 3_601))
    page.get_by_role("button", name="Importer cet acteur").click()
    assert "son délai d’une heure est passé" in page.get_by_role("alert").inner_text()
    send(page, LIST.encode())
    page.get_by_role("button", name="Abandonner ce fichier").click()
    assert "Rien n’a été enregistré" in page.get_by_role("status").inner_text()
    page.context.close()
