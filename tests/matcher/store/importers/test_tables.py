"""CSV and spreadsheets, as people save them."""

import re
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from matcher.engine.profiles import Kind
from matcher.usecases.import_actors import ImportReport

Desk = Any  # the class in conftest.py: tests do not import one another
GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS d’Argenteuil", "commune": "95018"}


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_with_any_delimiter_and_lists_split(
    desk: Desk, delimiter: str, mark: str
) -> None:
    headers = ["kind", "name", "commune", "zone", "needs", "radius_km", "profiling"]
    cells = ["ACI", '"Roues, libres; etc"', "95018", "95|93", "Des vélos|Une salle", "12", "non"]
    text = mark + delimiter.join(headers) + "\r\n" + delimiter.join(cells) + "\r\n\r\n"
    assert desk.imported(desk.file("a.csv", text)).rejected == ()
    (actor,) = desk.actors().values()
    assert actor.name == "Roues, libres; etc"
    assert actor.zone == ("department:95", "department:93")
    assert [need.text for need in actor.needs] == ["Des vélos", "Une salle"]
    assert (actor.radius_km, actor.profiling) == (12.0, False)


def test_csv_headers_may_be_french(desk: Desk) -> None:
    text = "Nom;Type;Ville;Besoins;Thématiques\nMission locale;ML;Bondy;Des vélos;Mobilité\n"
    assert desk.imported(desk.file("a.csv", text)).rejected == ()
    (actor,) = desk.actors().values()
    assert (actor.kind, actor.commune) == (Kind.SOCIAL_WORKER, "93010")
    assert (actor.needs[0].text, actor.domains) == ("Des vélos", ("mobilite",))


def test_bad_csv_rows_are_named_by_the_line_where_they_begin(desk: Desk) -> None:
    text = (
        "id,kind,name,commune,description\n"  # 1
        'a,ACI,Un,95018,"deux\nlignes"\n'  # 2 and 3
        "b,banane,Deux,95018,\n"  # 4
        "c,ACI,Trois,Atlantide,\n"  # 5
        "d,ACI,Quatre,95018,x,de trop\n"  # 6
        "e,ACI,Cinq,95018,bien\n"  # 7
        'f,ACI,Six,95018,"jamais fermé\n'  # 8
        "g,ACI,Sept,95018,bien\n"  # 9
    )
    report = desk.imported(desk.file("a.csv", text))
    found = [(problem.line, problem.field, problem.code) for problem in report.rejected]
    assert found == [
        (4, "kind", "unknown-kind"),
        (5, "commune", "territory-unknown"),
        (6, None, "too-many-cells"),
        (8, None, "csv-broken"),
    ]
    assert sorted(desk.actors()) == ["a", "e", "g"]


def test_a_csv_cell_that_is_not_utf8_refuses_its_row_alone(desk: Desk) -> None:
    text = b"id,kind,name,commune\na,ACI,Caf\xe9,95018\nb,ACI,Caf\xc3\xa9,95018\n"
    report = desk.imported(desk.file("a.csv", text))
    assert refusal(report) == (2, "name", "invalid-utf8")
    assert desk.actors()["b"].name == "Café"


def test_a_huge_csv_cell_and_a_nul_are_refused(desk: Desk) -> None:
    text = f"id,kind,name,commune,description\na,ACI,x,95018,{'x' * 2_000_000}\nb,ACI,x\0y,95018,\n"
    report = desk.imported(desk.file("a.csv", text + "c,ACI,x,95018,\n"))
    found = [(problem.line, problem.field, problem.code) for problem in report.rejected]
    assert found == [(2, "description", "too-long"), (3, "name", "forbidden-character")]
    assert list(desk.actors()) == ["c"]


def test_a_spreadsheet_gives_codes_their_zeros_back(desk: Desk) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Identifiant", "Type", "Nom", "Commune", "Zone", "Besoins", "updated"])
    sheet.append(["a", "ACI", "Roues libres", 1004, 1, "Des vélos|Une salle", date(2026, 5, 1)])
    sheet.append(["b", "banane", "Autre", 95018, None, None, None])
    book.create_sheet("Notes").append(["rien"])
    book.save(desk.folder / "a.xlsx")
    report = desk.imported(desk.folder / "a.xlsx")
    assert refusal(report) == (3, "kind", "unknown-kind")
    assert [warning.code for warning in report.warnings] == ["sheet-ignored"]
    actor = desk.actors()["a"]
    assert (actor.commune, actor.zone) == ("01004", ("department:01",))
    assert (len(actor.needs), actor.updated) == (2, date(2026, 5, 1))


def test_a_formula_nobody_calculated_is_told_by_its_row_and_column(desk: Desk) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "kind", "name", "commune", "description"])
    sheet.append(["a", "ACI", "Roues libres", "95018", None])
    sheet.append(["b", "ACI", '=CONCATENATE("Vélos ","libres")', "95018", "Des vélos"])
    sheet["D5"] = "=D2"  # nothing else in its row
    book.create_sheet("Notes").append(["=1+1"])
    book.save(desk.folder / "a.xlsx")
    report = desk.imported(desk.folder / "a.xlsx")
    assert [(one.line, one.field, one.code) for one in report.rejected] == [
        (3, "name", "formula-without-result"),
        (5, "commune", "formula-without-result"),
    ]
    assert list(desk.actors()) == ["a"]


@pytest.mark.parametrize("stored", ['t="str"><f>"Ve"</f><v>Vélo</v>', 't="str"><f>""</f><v></v>'])
def test_a_formula_that_was_calculated_counts_by_its_result(desk: Desk, stored: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "kind", "name", "commune", "description"])
    sheet.append(["a", "ACI", "Roues libres", "95018", "remplacée"])
    book.save(desk.folder / "whole.xlsx")
    with (
        ZipFile(desk.folder / "whole.xlsx") as whole,
        ZipFile(desk.folder / "a.xlsx", "w") as changed,
    ):
        for part in whole.namelist():
            said = whole.read(part).decode("utf-8")
            said = re.sub(r'(<c r="E2") [^>]*>.*?(</c>)', rf"\1 {stored}\2", said)
            changed.writestr(part, said)
    assert desk.imported(desk.folder / "a.xlsx").rejected == ()
    assert desk.actors()["a"].description == ("Vélo" if "Vélo" in stored else "")


def test_a_file_full_of_stray_quotes_names_each_bad_line_and_ends(desk: Desk) -> None:
    bad = '"a" b,ACI,x,95018\n'
    text = "id,kind,name,commune\n" + bad * 3000 + "z,ACI,x,95018\n"
    report = desk.imported(desk.file("a.csv", text))
    assert [problem.line for problem in report.rejected] == list(range(2, 3002))
    assert list(desk.actors()) == ["z"]
