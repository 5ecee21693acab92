from pathlib import Path

import pytest

from matcher.errors import UnusableFile
from models.labelled import read_labelled_set

CORPUS = '{"id": "d1", "title": "Vélo", "text": "Un atelier"}\n{"id": "d2", "text": "Une salle"}\n'
QUERIES = '{"id": "q1", "text": "Réparer"}\n{"id": "q2", "text": "Se réunir"}\n'
QRELS = 'query_id\tdoc_id\trelevance\tnote\nq1\td1\t2\tun "bon\nq1\td2\t0\t\nq2\td2\t1\t\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (
        ("corpus.jsonl", CORPUS),
        ("queries.jsonl", QUERIES),
        ("qrels.tsv", QRELS),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def rewritten(folder: Path, name: str, content: str | bytes) -> Path:
    as_bytes = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(as_bytes)
    return folder


def refused(folder: Path) -> UnusableFile:
    with pytest.raises(UnusableFile) as raised:
        read_labelled_set(folder)
    return raised.value


def test_documents_queries_and_grades_are_read(folder: Path) -> None:
    labelled = read_labelled_set(folder)
    assert [document.text for document in labelled.corpus] == ["Vélo. Un atelier", "Une salle"]
    assert [query.id for query in labelled.queries] == ["q1", "q2"]
    assert labelled.relevance == {"q1": {"d1": 2.0}, "q2": {"d2": 1.0}}
    assert labelled.name == folder.name


def test_a_mark_of_windows_at_the_start_and_its_line_ends_are_read(folder: Path) -> None:
    for name, content in (("corpus.jsonl", CORPUS), ("qrels.tsv", QRELS)):
        rewritten(folder, name, b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    assert read_labelled_set(folder).relevance["q1"] == {"d1": 2.0}


@pytest.mark.parametrize(
    ("title", "text", "read"),
    [
        ("Vélo", "Atelier vélo", "Vélo. Atelier vélo"),
        ("Vélo", "Vélo pour tous", "Vélo pour tous"),
        ("Vélo", "", "Vélo"),
        ("Vélo. ", "Atelier", "Vélo. Atelier"),
        ("", "Atelier", "Atelier"),
    ],
)
def test_a_title_goes_in_front_unless_the_text_has_it(
    folder: Path, title: str, text: str, read: str
) -> None:
    row = f'{{"id": "d1", "title": "{title}", "text": "{text}"}}\n'
    assert read_labelled_set(rewritten(folder, "corpus.jsonl", row)).corpus[0].text == read


def test_a_number_is_an_identifier_as_the_judgements_write_it(folder: Path) -> None:
    rewritten(folder, "corpus.jsonl", '{"id": 7, "text": "Une salle"}\n')
    rewritten(folder, "qrels.tsv", "query_id\tdoc_id\trelevance\nq1\t7\t1\n")
    assert read_labelled_set(folder).relevance == {"q1": {"7": 1.0}}


def test_a_judged_document_that_is_not_there_stays_judged(folder: Path) -> None:
    rewritten(folder, "qrels.tsv", "query_id\tdoc_id\trelevance\nq1\tabsent\t1\nzz\td1\t1\n")
    assert read_labelled_set(folder).relevance == {"q1": {"absent": 1.0}}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '{"text": "sans identifiant"}',
        '{"id": "d1", "text": 3}',
        '{"id": "", "text": "vide"}',
        '{"id": true, "text": "vrai"}',
        '{"id": "a\\tb", "text": "tabulation"}',
        '{"id": "\\ud800", "text": "demi-caractère"}',
        "[" * 100_000,
    ],
)
def test_a_broken_line_is_named(folder: Path, name: str, line: str) -> None:
    error = refused(rewritten(folder, name, f'{{"id": "x", "text": "bon"}}\n\n{line}\n'))
    assert (error.code, error.parameters["line"]) == ("line-unreadable", 3)
    assert error.parameters["path"] == str(folder / name)


def test_an_identifier_given_twice_is_a_broken_line(folder: Path) -> None:
    error = refused(rewritten(folder, "corpus.jsonl", CORPUS + '{"id": "d1", "text": "encore"}'))
    assert (error.code, error.parameters["line"]) == ("line-unreadable", 3)


@pytest.mark.parametrize("line", ["q1\td1", "q1\td1\tbeaucoup", "q1\td1\tnan", "q1", "q1\td1\tinf"])
def test_a_broken_judgement_is_named_by_the_line_an_editor_shows(folder: Path, line: str) -> None:
    error = refused(rewritten(folder, "qrels.tsv", f"query_id\tdoc_id\trelevance\n\n\n{line}\n"))
    assert (error.code, error.parameters["line"]) == ("line-unreadable", 4)


def test_a_very_long_cell_is_read(folder: Path) -> None:
    rewritten(folder, "qrels.tsv", QRELS + f"q1\td2\t1\t{'long ' * 50_000}\n")
    assert read_labelled_set(folder).relevance["q1"] == {"d1": 2.0, "d2": 1.0}


def test_a_line_that_is_not_utf8_is_named(folder: Path) -> None:
    error = refused(rewritten(folder, "queries.jsonl", QUERIES.encode() + b'{"id": "\xe9"}'))
    assert (error.code, error.parameters["line"]) == ("line-not-utf8", 3)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_file_that_is_not_there_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    error = refused(folder)
    assert (error.code, error.parameters["path"]) == ("file-absent", str(folder / name))


def test_what_cannot_be_measured_is_refused(folder: Path) -> None:
    assert refused(folder / "absent").code == "folder-absent"
    assert refused(rewritten(folder, "qrels.tsv", "query_id\tdoc_id\trelevance\n")).code == (
        "nothing-judged"
    )
    assert refused(rewritten(folder, "corpus.jsonl", "\n")).code == "file-empty"
