"""What one may drop on the page of imports by mistake or by malice: words, and nothing is kept."""

import io
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook
from sqlalchemy import func, select

from matcher.bootstrap import Application
from matcher.store.desk_tables import staged_imports
from matcher.store.importers import limits
from matcher.usecases.forget_uploads import keep_forgetting_uploads
from matcher.usecases.purge import Retention, purge

pytestmark = pytest.mark.sqlite_only

ROOT = Path(__file__).parents[3]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW = "<row><c><v>1</v></c></row>"
HEAD = '<row r="1"><c t="inlineStr"><is><t>nom</t></is></c></row>'
PARTS = {
    "sheet": "xl/worksheets/sheet1.xml",
    "strings": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
}
STRINGS = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SLOWEST_SECONDS = 12.0


def workbook(**parts: str) -> bytes:
    """An XLSX whose ``sheet``, ``strings`` or ``styles`` are these, over those of an empty one."""
    empty, made = io.BytesIO(), io.BytesIO()
    Workbook().save(empty)
    given = {PARTS[name]: text for name, text in ({"strings": strings("")} | parts).items()}
    with (
        zipfile.ZipFile(empty) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        told = source.read("[Content_Types].xml").decode()
        given["[Content_Types].xml"] = told.replace("</Types>", f"{STRINGS}</Types>")
        for name in {*source.namelist(), *given}:
            target.writestr(name, given[name] if name in given else source.read(name))
    return made.getvalue()


def sheet(rows: str, before: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{rows}</sheetData></worksheet>'


def strings(said: str) -> str:
    return f'<sst xmlns="{MAIN}">{said}</sst>'


def laughing() -> str:
    """A text that would be ten million times itself."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 8))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]>'


def filled(rows: int, columns: int) -> bytes:
    """An honest list, as large as one may send."""
    book = Workbook(write_only=True)
    made = book.create_sheet()
    made.append(["nom", "côté", "commune", *(f"colonne {number}" for number in range(columns - 3))])
    for number in range(rows):
        made.append([f"Acteur {number}", "travailleur social", "Cergy", *["x"] * (columns - 3)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
SECRET = OLD + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
XFD = '<c r="XFD{0}"/>'
UNSAFE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "a text of 70 MB": (lambda: workbook(strings=strings("a" * 70_000_000)), "beaucoup plus"),
    "a row of a million cells": (lambda: workbook(sheet=sheet("<row>" + "<c/>" * 10**6)), "plus"),
    "millions of rows": (lambda: workbook(sheet=sheet("<row/>" * 2_600_000)), "beaucoup plus"),
    "a row far down": (lambda: workbook(sheet=sheet('<row r="99999999999"/>')), "beaucoup plus"),
    "a row at no number": (lambda: workbook(sheet=sheet('<row r="1e300"/>')), "beaucoup plus"),
    "entities in entities": (
        lambda: workbook(sheet=sheet('<row r="2"><c><v>&a7;</v></c></row>', laughing())),
        "puisse lire",
    ),
    "entities among texts": (
        lambda: workbook(strings=laughing() + strings("<si><t>&a7;</t></si>")),
        "puisse lire",
    ),
    "a tag of 40 MB": (lambda: workbook(sheet=sheet(f'<row x="{"a" * 40_000_000}"/>')), "plus"),
    "boxes in boxes": (lambda: workbook(sheet=sheet("<a>" * 10**6)), "beaucoup plus"),
    "a million styles": (
        lambda: workbook(
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 10**6}</cellXfs></styleSheet>'
        ),
        "beaucoup plus",
    ),
    "a text that is not there": (
        lambda: workbook(sheet=sheet('<row r="2"><c t="s"><v>77</v></c></row>')),
        "puisse lire",
    ),
    "a cell nowhere": (
        lambda: workbook(sheet=sheet('<row r="2"><c r="ZZZZ2"><v>1</v></c></row>')),
        "puisse lire",
    ),
    "an archive of something else": (lambda: _zipped({"lettre.txt": "Bonjour"}), "puisse lire"),
    "an archive cut short": (lambda: filled(50, 4)[:2000], "puisse lire"),
    "not an archive": (lambda: b"<html><table><tr><td>nom</td></tr></table></html>", "puisse lire"),
    "an old workbook renamed": (lambda: OLD, "ancien format"),
    "a workbook under a password": (lambda: SECRET, "mot de passe"),
    "more than 10 MB": (lambda: b"PK" + b"\0" * (10 * 1024 * 1024), "10 Mo"),
    "headers by the thousand": (lambda: filled(1, 700), "500 colonnes"),
    "too many rows": (lambda: workbook(sheet=sheet(ROW * 20_001)), "20 000 lignes"),
}


def _zipped(parts: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


@cache
def built(name: str) -> bytes:
    """One of these files, made once."""
    return UNSAFE[name][0]()


def send(client: TestClient, content: bytes, name: str = "liste.xlsx") -> Any:
    return client.post("/import", files={"fichier": (name, content)}, data={"cote": ""})


def told(page: Any) -> str:
    """What the page says is wrong."""
    found = re.search(r'role="alert"[^>]*>(.*?)</p>', page.text, re.S)
    assert found, page.text
    return unescape(found[1]).replace("\u00a0", " ").replace("\u202f", " ")


def waiting(application: Application) -> int:
    with application.database.read() as connection:
        return int(
            connection.execute(select(func.count()).select_from(staged_imports)).scalar_one()
        )


@pytest.mark.parametrize("name", UNSAFE)
def test_a_workbook_that_cannot_be_one_is_refused_in_words_and_soon(
    client: TestClient, application: Application, name: str
) -> None:
    content, words = built(name), UNSAFE[name][1]
    begun = time.process_time()
    page = send(client, content)
    taken = time.process_time() - begun
    assert page.status_code == 422
    assert "liste.xlsx" in told(page)
    assert words in told(page)
    assert waiting(application) == 0
    assert taken < SLOWEST_SECONDS


MEASURE = """
import sys
from pathlib import Path
from matcher.errors import UnusableFile
from matcher.store.importers.reading import read_upload

def most():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

for path in sys.argv[1:]:
    content = Path(path).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before = most()
    try:
        read_upload(Path(path).name, content)
    except UnusableFile as error:
        print(error.code, end=" ")
    print(path, most() - before)
"""


def megabytes_grown(folder: Path, contents: list[bytes], suffix: str = ".xlsx") -> list[float]:
    """How much memory reading each of these took at most, in a process of their own."""
    files = [folder / f"{number}{suffix}" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    asked = [sys.executable, "-c", MEASURE, *map(str, files)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    grown = [float(line.split()[-1]) for line in done.stdout.splitlines()]
    assert len(grown) == len(files)
    return grown


def test_what_is_refused_takes_no_memory(tmp_path: Path, tell: Callable[[str], None]) -> None:
    grown = megabytes_grown(tmp_path, [built(name) for name in UNSAFE])
    tell(f"{len(grown)} workbooks refused, at most {max(grown):.0f} MB more")
    assert max(grown) < 60


@pytest.mark.parametrize(
    ("suffix", "begins", "again", "ends"),
    [
        (".csv", b"a;b\n", b";", b"\n"),
        (".csv", b"a;b\n", b'"\n', b""),
        (".json", b'{"items":[', b"1,", b"1]}"),
        (".json", b"[", b"[", b""),
        (".json", b"[", b"{},", b"{}]"),
        (".jsonl", b"", b"{}\n", b""),
        (".jsonl", b"", b'{"a":', b""),
    ],
)
def test_ten_megabytes_of_text_take_about_as_much_memory(
    tmp_path: Path, suffix: str, begins: bytes, again: bytes, ends: bytes
) -> None:
    many = (limits.UPLOAD_BYTES - len(begins + ends)) // len(again)
    assert megabytes_grown(tmp_path, [begins + again * many + ends], suffix)[0] < 200


@pytest.mark.slow(minutes=1)
def test_what_is_just_not_refused_takes_a_bounded_memory(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    texts = "".join(f"<si><t>a{number}</t></si>" for number in range(1_200_000))
    boxes = f'<worksheet xmlns="{MAIN}">{"<z/>" * 2_400_000}<sheetData/></worksheet>'
    largest = [
        workbook(strings=strings(texts)),
        workbook(sheet=boxes),
        workbook(sheet=sheet("<row/>" * 1_000_000)),
        filled(20_000, 30),
    ]
    grown = megabytes_grown(tmp_path, largest)
    tell(f"{len(grown)} workbooks just below the limits, at most {max(grown):.0f} MB more")
    assert max(grown) < 500


HEADERS = "nom;côté;commune\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("liste.csv", f"{HEADERS}Élise;travailleur social;Cergy\n".encode("utf-16"), "UTF-8"),
        ("liste.csv", f"{HEADERS}Élise;ACI;Cergy\n".encode("utf-16-le"), "UTF-8"),
        ("liste.csv", f"{HEADERS}Élise;ACI;Cergy\n".encode("latin-1"), "UTF-8"),
        ("liste.csv", (";" * 10**6 + "\n").encode(), "est vide"),
        ("liste.csv", (";".join(map(str, range(10**6))) + "\n").encode(), "500 colonnes"),
        ("liste.csv", b"nom;nom\nA;B\n", "deux colonnes"),
        ("liste.csv", b"nom\n" + b"a\n" * 3_000_000, "lignes"),
        ("liste.csv", b"a" * (10 * 1024 * 1024 + 1), "10 Mo"),
        ("liste.xls", OLD, "format connu"),
        ("liste.ods", b"PK\x03\x04", "format connu"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_words(
    client: TestClient, application: Application, name: str, content: bytes, words: str
) -> None:
    page = send(client, content, name)
    assert page.status_code == 422
    assert words in told(page)
    assert waiting(application) == 0


def test_more_than_the_page_takes_is_told_on_a_page(client: TestClient) -> None:
    client.headers["Accept"] = "text/html,application/xhtml+xml"
    page = send(client, b"a" * (12 * 1024 * 1024), "liste.csv")
    assert page.status_code == 413
    assert page.headers["Content-Type"].startswith("text/html")
    assert "11 Mo" in unescape(page.text).replace("\u00a0", " ")


def test_formulas_are_read_as_what_they_last_showed_and_never_kept(client: TestClient) -> None:
    """A spreadsheet keeps a formula with its value; one that was never opened has no value.

    The row of a formula without a value is told, and never taken for a row with an empty cell.
    """
    cells = (
        '<row r="1"><c t="inlineStr"><is><t>nom</t></is></c><c t="inlineStr"><is><t>commune</t>'
        '</is></c></row><row r="2"><c t="str"><f>HYPERLINK("http://evil.test";"x")</f>'
        "<v>Le quai</v></c></row>"
        '<row r="3"><c t="inlineStr"><is><t>Le pont</t></is></c><c><f>1+1</f></c></row>'
    )
    text = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    page = send(client, workbook(sheet=text))
    assert page.status_code == 200
    assert "Le quai" in page.text
    assert "HYPERLINK" not in page.text
    assert "1+1" not in page.text
    assert "Ligne 3" in unescape(page.text)
    assert "formule sans résultat enregistré" in unescape(page.text)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(application: Application) -> Clock:
    made = Clock()
    application.now = made
    return made


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'name="(depot|edition)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


def test_a_file_waits_an_hour_and_whoever_comes_later_is_told_so(
    client: TestClient, application: Application, clock: Clock
) -> None:
    fields = hidden(send(client, f"{HEADERS}Zoé;travailleur social;Cergy\n".encode(), "l.csv").text)
    clock.moment += timedelta(minutes=60)
    assert client.get("/import/verification", params=fields).status_code == 200
    clock.moment += timedelta(seconds=1)
    late = client.get("/import/verification", params=fields)
    assert late.status_code == 404
    assert "son délai d’une heure est passé" in told(late)
    assert "Déposez-le de nouveau" in told(late)
    for path in ("/import/confirmation", "/import/verification"):
        assert client.post(path, data=fields).status_code == 404
    assert "/acteur?id=" not in client.get("/acteurs?nom=Zoé").text


def test_what_waited_too_long_goes_though_nobody_comes_by(
    client: TestClient, application: Application, clock: Clock, tmp_path: Path
) -> None:
    send(client, f"{HEADERS}Zoé;travailleur social;Cergy\n".encode(), "zzcanari.csv")
    clock.moment += timedelta(minutes=50)
    send(client, f"{HEADERS}Léa;travailleur social;Cergy\n".encode(), "young.csv")
    clock.moment += timedelta(minutes=11)
    stop = Event()
    application.aside.do("stopping", lambda: _until(lambda: waiting(application) == 1, stop))
    keep_forgetting_uploads(application, stop, every=0.01)
    application.aside.finish()
    assert waiting(application) == 1
    left = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    assert b"young.csv" in left
    assert b"zzcanari.csv" not in left


def _until(happened: Callable[[], bool], stop: Event) -> None:
    limit = time.monotonic() + 20
    while not happened() and time.monotonic() < limit:
        time.sleep(0.01)
    stop.set()


def test_a_purge_takes_what_waited_too_long_and_a_new_file_does_too(
    client: TestClient, application: Application, clock: Clock
) -> None:
    for go in (lambda: purge(application, Retention()), lambda: send(client, b"nom\na\n", "b.csv")):
        send(client, f"{HEADERS}Zoé;travailleur social;Cergy\n".encode(), "old.csv")
        clock.moment += timedelta(hours=1, seconds=1)
        go()
        with application.database.read() as connection:
            assert "old.csv" not in connection.execute(select(staged_imports.c.file)).scalars()
