"""Write exported synergies as an XLSX workbook that is pleasant to read and runs nothing."""

import io

from openpyxl import Workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from matcher.usecases.export_actor import FORMULAS
from matcher.usecases.export_synergies import COLUMNS, Cell, SynergiesExport, header, rows
from matcher.wording.words import Words

WIDTHS = {"kind": 16, "word": 16, "score": 8, "distance_km": 10, "reason": 60} | {
    f"{end}_{part}": width
    for end in ("actor", "partner")
    for part, width in {
        **{"name": 24, "organization": 30, "side": 18, "commune": 22, "quote": 50}
    }.items()
}
"""Characters that each column shows before it wraps."""

LONGEST_CELL = 32_767
"""Characters that the format allows in one cell."""

TITLED = PatternFill("solid", fgColor="17424A")
WRAPPED = Alignment(wrap_text=True, vertical="top")


def synergies_as_xlsx(export: SynergiesExport, about: dict[str, str], words: Words) -> bytes:
    """The workbook: synergies on the first sheet, on the second what was asked and when.

    ``about`` is what the second sheet says, by what it is called. Every text is a text cell,
    marked as one, so that it stays so when somebody edits it.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = words.say("sheet.title")
    _write_line(sheet, 1, header(words))
    for number, row in enumerate(rows(export, words), 2):
        _write_line(sheet, number, row)
    _set_up(sheet)
    _write_about(workbook.create_sheet(words.say("sheet.about")), export, about, words)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write_line(sheet: Worksheet, line: int, values: tuple[Cell, ...] | list[str]) -> None:
    for column, value in enumerate(values, 1):
        put = sheet.cell(line, column)
        assert isinstance(put, WorkbookCell)
        if isinstance(value, str):
            _write_text(put, value)
        else:
            put.value = value
        put.alignment = WRAPPED


def _write_text(put: WorkbookCell, text: str) -> None:
    """A text cell, whatever the text begins with; what XML cannot hold is left out."""
    put.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    put.data_type = "s"
    if text.startswith(FORMULAS):
        put.quotePrefix = True


def _set_up(sheet: Worksheet) -> None:
    for number, code in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS[code]
        title = sheet.cell(1, number)
        title.font, title.fill = Font(bold=True, color="FFFFFF"), TITLED
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    for score in sheet.iter_cols(COLUMNS.index("score") + 1, COLUMNS.index("score") + 1, 2):
        for put in score:
            put.number_format = "0.00"


def _write_about(
    sheet: Worksheet, export: SynergiesExport, about: dict[str, str], words: Words
) -> None:
    told = about | {words.say("sheet.count"): str(export.count)}
    if export.cut:
        told[words.say("sheet.beyond")] = export.limits(words)
    told[words.say("sheet.reading")] = words.say("sheet.caution")
    for line, (name, said) in enumerate(told.items(), 1):
        _write_line(sheet, line, [name, said])
        sheet.cell(line, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
