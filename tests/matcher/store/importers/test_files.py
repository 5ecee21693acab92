"""Whole files: unusable ones, folders, arrays, chunks."""

import json
from typing import Any

import pytest

from matcher.errors import UnusableFile
from matcher.usecases.import_actors import ImportReport, read_ndjson

Desk = Any  # the class in conftest.py: tests do not import one another
GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS d’Argenteuil", "commune": "95018"}


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.csv", None, "file-absent"),
        ("a.csv", b"", "file-empty"),
        ("a.csv", b"\n\n", "file-empty"),
        ("a.jsonl", b"\n  \n", "file-empty"),
        ("a.json", b"[]", "file-empty"),
        ("a.json", b"12", "file-format-unknown"),
        ("a.docx", b"x", "file-format-unknown"),
        ("a.csv", "kind,name\nACI,é\n".encode("utf-16"), "file-not-utf8"),
        ("a.csv", "kind,pr\xe9nom\n".encode("cp1252"), "file-not-utf8"),
        ("a.jsonl", b'{"name": "\xe9"}\n', "file-not-utf8"),
        ("a.csv", b"name,Name\nx,y\n", "file-duplicate-column"),
        ("a.xlsx", b"not a spreadsheet", "workbook-unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    desk: Desk, name: str, content: bytes | None, code: str
) -> None:
    path = desk.folder / name
    if content is not None:
        desk.file(name, content)
    with pytest.raises(UnusableFile) as raised:
        desk.imported(path)
    assert raised.value.code == code
    assert raised.value.parameters["path"] == str(path)


def test_a_folder_keeps_its_good_files_and_names_the_bad_ones(desk: Desk) -> None:
    desk.lines(GOOD, name="dossier/a.jsonl")
    bad = desk.file("dossier/b.csv", b"")
    desk.file("dossier/lisez-moi.txt", "ignoré")
    report = desk.imported(desk.folder / "dossier")
    assert (report.created, len(report.files)) == (1, 2)
    assert (report.rejected[0].file, report.rejected[0].line) == (str(bad), 0)
    assert report.rejected[0].code == "file-empty"


def test_an_empty_folder_is_said(desk: Desk) -> None:
    (desk.folder / "vide").mkdir()
    with pytest.raises(UnusableFile) as raised:
        desk.imported(desk.folder / "vide")
    assert raised.value.code == "folder-empty"


def test_a_json_array_keeps_the_lines_of_its_rows(desk: Desk) -> None:
    text = "[\n" + json.dumps(GOOD) + ",\n" + json.dumps({**GOOD, "id": "x", "kind": "?"}) + "\n]"
    assert refusal(desk.imported(desk.file("a.json", text))) == (3, "kind", "unknown-kind")


def test_a_json_array_that_breaks_off_keeps_what_came_before(desk: Desk) -> None:
    text = "[\n" + json.dumps(GOOD) + ',\n{"id": "x", '
    report = desk.imported(desk.file("a.json", text))
    assert refusal(report) == (3, None, "json-cut")
    assert list(desk.actors()) == ["bon"]


def test_progress_reaches_its_end(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    path = desk.lines(*({**GOOD, "id": f"n{number}"} for number in range(300)))
    desk.imported(path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_reader_of_rows_may_give_them_in_any_chunks(desk: Desk) -> None:
    content = b"\n".join(json.dumps({**GOOD, "id": f"n{n}"}).encode() for n in range(3))

    def chunks(size: int) -> list[bytes]:
        return [content[start : start + size] for start in range(0, len(content), size)]

    assert [list(read_ndjson(chunks(size))) for size in (1, 7, 10_000)] == [
        list(read_ndjson([content]))
    ] * 3
