"""Rights of people, as an operator exercises them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
WHO = "ts-argenteuil-hotel-01"


def test_an_erasure_asks_first(fixtures: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = fixtures("erase", WHO)
    assert refused.code == 1
    assert fixtures("export-actor", WHO).code == 0


def test_an_erasure_is_done_and_said(fixtures: Run) -> None:
    done = fixtures("erase", WHO, "--yes")
    assert (done.code, done.err) == (0, "")
    assert "1 personne effacée" in done.out
    assert fixtures("recommend", "--actor", WHO).code == 2


def test_nobody_unknown_is_erased(fixtures: Run, one_line: Run) -> None:
    assert fixtures("erase", "personne", "--yes").code == 2
    assert "personne" in one_line(fixtures("erase", "personne", "--yes"))


def test_the_next_import_says_that_a_row_was_left_out(fixtures: Run) -> None:
    fixtures("erase", WHO, "--yes")
    again = fixtures("import", Path("data/fixtures/actors.jsonl").resolve())
    assert again.code == 0
    assert "a demandé son effacement" in again.err
    assert WHO not in again.err


def test_an_export_is_json_or_csv(fixtures: Run) -> None:
    told = fixtures("export-actor", WHO).json
    assert told["tables"]["actors"][0]["id"] == WHO
    assert told["recommendations"]
    rows = list(csv.DictReader(io.StringIO(fixtures("export-actor", WHO, "--format", "csv").out)))
    assert {"part": "actors", "row": "1", "field": "id", "value": WHO} in rows


def test_a_refusal_is_noted_and_taken_back(fixtures: Run) -> None:
    noted = fixtures("oppose", WHO, "--profiling", "--mail")
    assert "Opposition au profilage depuis le" in noted.out
    assert fixtures("recommend", "--actor", WHO).code == 2
    back = fixtures("oppose", WHO, "--no-profiling", "--json").json
    assert (back["profiling"], back["mail"]) == (False, True)
    assert fixtures("recommend", "--actor", WHO).code == 0


def test_a_purge_counts_first(fixtures: Run) -> None:
    assert "Rien n’a été effacé" in fixtures("purge", "--dry-run").out
    assert "Effacés" in fixtures("purge").out
    assert fixtures("purge", "--actor-months", "0").code == 2


def test_the_register_is_printed_as_the_document_has_it(fixtures: Run) -> None:
    assert fixtures("register").out in Path("docs/privacy.md").read_text("utf-8")
