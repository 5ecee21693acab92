"""A territory's synergies as a file: everything that is on screen, nothing that runs."""

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.audit import read_entries
from matcher.usecases.answers import ActorSummary, RecommendationItem
from matcher.usecases.export_synergies import (
    COLUMNS,
    SynergiesExport,
    export_synergies,
    synergies_as_csv,
)
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.synergies_workbook import synergies_as_xlsx
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
OF_95 = RecommendationQuery(territories={"department": "95"})
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
HOSTILE = (
    *('=HYPERLINK("http://evil.test","x")', "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1", "\r=1", "\n=1"),
    *("'=1", '"; =1', "a;b", "<script>alert(1)</script>", "bell\x07", "x" * 40_000, "\u202e=1"),
)


@pytest.fixture
def first_hundred(application: Application) -> SynergiesExport:
    return export_synergies(application, OF_95, FRENCH, ME, most=100)


def lines_of(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def hostile(export: SynergiesExport, said: str) -> SynergiesExport:
    """The first item, with one text in every place that a person writes."""

    def of(actor: ActorSummary) -> ActorSummary:
        told = {"name": said, "organization": said, "commune": said}
        return actor.model_copy(update=told)

    first = export.items[0]
    reason = first.reasons[0]
    evidence = [one.model_copy(update={"quote": said}) for one in reason.evidence]
    reasons = [reason.model_copy(update={"text": said, "evidence": evidence})]
    told = {"actor": of(first.actor), "partner": of(first.partner), "reasons": reasons}
    return SynergiesExport((first.model_copy(update=told),), cut=False)


def test_the_file_follows_every_page_of_the_list_in_order(application: Application) -> None:
    listed: list[RecommendationItem] = []
    query = replace(OF_95, limit=50)
    for _ in range(3):
        page = recommend(application, query, FRENCH, ME)
        listed += page.items
        query = replace(query, cursor=page.next_cursor)

    export = export_synergies(application, replace(OF_95, limit=7), FRENCH, ME, most=110)

    assert [item.id for item in export.items] == [item.id for item in listed[:110]]
    assert export.cut


def test_a_list_that_fits_is_not_said_to_be_cut(application: Application) -> None:
    query = replace(OF_95, minimum_score=0.9)
    export = export_synergies(application, query, FRENCH, ME)
    assert 1 < export.count < 500
    assert not export.cut
    assert len(lines_of(synergies_as_csv(export, FRENCH))) == export.count + 1


def test_a_coordinator_exports_nobody_of_elsewhere(application: Application) -> None:
    scope = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:93",))
    everybody = RecommendationQuery(territories={"region": "11"}, sides="any")

    export = export_synergies(application, everybody, FRENCH, scope, most=100)

    ends = [end for item in export.items for end in (item.actor, item.partner)]
    assert ends
    assert {end.department for end in ends} <= {"93", None}
    application.recorder.flush()
    with application.database.read() as connection:
        told = read_entries(connection, actor_id=None, since=None, limit=10)
    assert "export" in {entry.what for entry in told}


def test_a_french_spreadsheet_opens_the_csv_as_it_is(first_hundred: SynergiesExport) -> None:
    content = synergies_as_csv(first_hundred, FRENCH)
    lines = lines_of(content)
    assert content.startswith(b"\xef\xbb\xbf")
    assert lines[0][:2] == ["Acteur", "Organisation de l’acteur"]
    assert {len(line) for line in lines[:-1]} == {len(COLUMNS)}
    told = dict(zip(COLUMNS, lines[1], strict=True))
    assert told["word"] == "très prometteur"
    assert told["score"].startswith("0,")
    assert told["actor_quote"]
    assert told["partner_quote"]


def test_a_list_that_is_cut_says_so_at_its_end(first_hundred: SynergiesExport) -> None:
    last = lines_of(synergies_as_csv(first_hundred, FRENCH))[-1]
    assert len(last) == 1
    assert "100 premières" in last[0]
    sheet = load_workbook(io.BytesIO(synergies_as_xlsx(first_hundred, {}, FRENCH)))["À propos"]
    assert any("100 premières" in str(row[1].value) for row in sheet.iter_rows())


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_that_a_profile_says_is_run(first_hundred: SynergiesExport, said: str) -> None:
    export = hostile(first_hundred, said)

    lines = lines_of(synergies_as_csv(export, FRENCH))
    assert len(lines) == 2
    assert [cell for cell in lines[1] if cell.startswith(FORMULAS)] == []

    about = {"Question": said}
    workbook = load_workbook(io.BytesIO(synergies_as_xlsx(export, about, FRENCH)))
    cells = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    name = workbook["Synergies"].cell(2, 1)
    assert name.quotePrefix is said.startswith(FORMULAS)


def test_the_workbook_is_ready_to_read_and_to_print(first_hundred: SynergiesExport) -> None:
    workbook = load_workbook(io.BytesIO(synergies_as_xlsx(first_hundred, {"Q": "95"}, FRENCH)))
    sheet = workbook["Synergies"]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == first_hundred.count + 1
    assert sheet.print_title_rows == "$1:$1"
    score = sheet.cell(2, COLUMNS.index("score") + 1)
    assert isinstance(score.value, float)
    assert 0.5 < score.value <= 0.99
    reason = sheet.cell(2, COLUMNS.index("reason") + 1)
    assert reason.alignment.wrap_text
    assert sheet.column_dimensions["M"].width == 60


def test_every_column_has_a_name() -> None:
    names = {FRENCH.say(f"sheet.column.{code}") for code in COLUMNS}
    assert len(names) == len(COLUMNS)
    assert not any(name.startswith("sheet.") for name in names)
