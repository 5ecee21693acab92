"""CSV and XLSX, read as rows of text cells under their headers."""

import csv
import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import IO

from openpyxl import load_workbook

from matcher.errors import UnusableFile
from matcher.store.importers import limits
from matcher.store.importers.json_rows import Row
from matcher.store.importers.problems import RowProblem, found, quoted
from matcher.store.importers.unpacking import Unvalued, check_archive
from matcher.store.importers.values import BROKEN_BYTE
from matcher.store.vocabularies import folded

DELIMITERS = ",;\t"
PASSES = 10  # over a file whose quotes never close, before the rest is given up
PADDED_CODES = {"commune": 5, "zone": 2, "post-code": 5, "postal-code": 5, "code-postal": 5}


def read_csv(content: bytes, file: str) -> Iterator[Row]:
    """Read CSV with ``,``, ``;`` or a tab, first line of headers: (line, cells by header).

    Raises :class:`UnusableFile` when the headers cannot be used.
    """
    # A byte that is not UTF-8 becomes a mark, so that only its own row is refused.
    lines = list(StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""))
    csv.field_size_limit(limits.FILE_BYTES)
    first = next((place for place, line in enumerate(lines) if line.strip(" \t\r\n,;")), None)
    if first is None:
        raise UnusableFile("file-empty", path=file)
    delimiter = max(DELIMITERS, key=lines[first].count)
    records = _records(lines, first, delimiter)
    headers: list[str] | None = None
    for line, record in records:
        if headers is None:
            headers = _headers(record, file, line)
        elif isinstance(record, RowProblem):
            yield line, record
        elif any(cell.strip() for cell in record):
            yield line, _cells(headers, record)


def _records(
    lines: list[str], start: int, delimiter: str
) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Cut lines into records; after one that cannot be read, go on at the line below it."""
    budget = PASSES * len(lines) + 10_000
    while start < len(lines) and budget > 0:
        reader = csv.reader(_from(lines, start), delimiter=delimiter, strict=True)
        begins = start
        try:
            for record in reader:
                yield begins + 1, record
                begins = start + reader.line_num
            return
        except csv.Error:
            yield begins + 1, found("csv-broken", None)
            start = begins + 1
            budget -= reader.line_num
    if start < len(lines):
        yield start + 1, found("csv-abandoned", None)


def _from(lines: list[str], start: int) -> Iterator[str]:
    for place in range(start, len(lines)):
        yield lines[place]


def _headers(record: list[str] | RowProblem, file: str, line: int) -> list[str]:
    if isinstance(record, RowProblem):
        raise UnusableFile("file-headers-broken", path=file, line=line)
    headers = [header.strip() for header in record]
    while headers and not headers[-1]:
        headers.pop()
    if any(BROKEN_BYTE.search(header) for header in headers):
        raise UnusableFile("file-not-utf8", path=file)
    if len(headers) > limits.COLUMNS:
        raise UnusableFile("file-too-many-columns", path=file, limit=limits.COLUMNS)
    names = [folded(header) for header in headers if header]
    for name in names:
        if names.count(name) > 1:
            raise UnusableFile("file-duplicate-column", path=file, column=quoted(name))
    return headers


def _cells(headers: list[str], record: list[str]) -> Mapping[str, object] | RowProblem:
    if any(cell.strip() for cell in record[len(headers) :]):
        return found("too-many-cells", None, expected=len(headers), found=len(record))
    padded = record + [""] * (len(headers) - len(record))
    for header, cell in zip(headers, padded, strict=False):
        if BROKEN_BYTE.search(cell):
            return found("invalid-utf8", header or None)
        if not header and cell.strip():
            return found("column-without-name", None)
    return {header: cell for header, cell in zip(headers, padded, strict=False) if header}


def read_xlsx(
    path: Path | IO[bytes],
    file: str,
    unpacked_bytes: int = limits.UNPACKED_BYTES,
    elements: int = limits.ELEMENTS,
) -> Iterator[Row]:
    """Read the first sheet that holds something: (row number, cells by header).

    A cell whose formula has no stored result refuses its row. A further sheet is named by a
    ``sheet-ignored`` warning at line 0. Raises :class:`UnusableFile` as :func:`check_archive`.
    """
    try:
        unvalued = check_archive(path, file, unpacked_bytes, elements)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions we have no use for
            yield from _sheet_rows(path, file, unvalued)
    except UnusableFile:
        raise
    except Exception as error:  # whatever a file made to break its reader makes it raise
        if isinstance(error, OSError) and isinstance(path, Path):
            raise  # the file is not there to be read at all
        raise UnusableFile("workbook-unreadable", path=file) from error


def _sheet_rows(path: Path | IO[bytes], file: str, unvalued: Unvalued) -> Iterator[Row]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        headers: list[str] | None = None
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            # No wider than we look at: a far cell would make every row as wide as itself.
            cells_of = sheet.iter_rows(values_only=True, max_col=limits.COLUMNS + 1)
            lacking = unvalued.get(getattr(sheet, "_worksheet_path", ""), ())
            filled = _filled(cells_of, lacking)
            if headers is not None:
                if any(True for _ in filled):
                    yield 0, found("sheet-ignored", None, sheet=quoted(sheet.title))
                continue
            for line, cells in filled:
                if headers is None:
                    headers = _headers([str(cell or "") for cell in cells], file, line) or None
                elif column := _at(lacking, line):
                    header = headers[column - 1] if column <= len(headers) else ""
                    yield line, found("formula-without-result", header or None)
                else:
                    yield line, _sheet_cells(headers, cells)
        if headers is None:
            raise UnusableFile("file-empty", path=file)
    finally:
        book.close()


def _at(lacking: Sequence[int], line: int) -> int:
    return lacking[line] if line < len(lacking) else 0


def _filled(
    rows: Iterable[tuple[object, ...]], lacking: Sequence[int]
) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Rows that say something, or would, with their numbers, each as far as its last cell."""
    for line, cells in enumerate(rows, start=1):
        if _at(lacking, line):
            yield line, cells
            continue
        if cells.count(None) == len(cells):  # most of a sheet that was coloured to its end
            continue
        last = next(place for place in range(len(cells), 0, -1) if cells[place - 1] is not None)
        if any(cell is not None and str(cell).strip() for cell in cells[:last]):
            yield line, cells[:last]


def _sheet_cells(
    headers: list[str], cells: tuple[object, ...]
) -> Mapping[str, object] | RowProblem:
    texts = []
    for position, cell in enumerate(cells):
        header = headers[position] if position < len(headers) else ""
        if isinstance(cell, str) and cell.startswith("#") and cell.endswith(("!", "?", "/A")):
            return found("spreadsheet-error", header or None, value=quoted(cell))
        texts.append(_cell_text(cell, folded(header)))
    return _cells(headers, texts)


def _cell_text(cell: object, header: str) -> str:
    """Write a cell as a person would have typed it; spreadsheets eat the zero of ``01004``."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, int | float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell)).zfill(PADDED_CODES.get(header, 1))
    return str(cell)
