"""A path becomes files, a file becomes rows; a file that cannot be read at all says so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from matcher.errors import UnusableFile
from matcher.store.importers import limits
from matcher.store.importers.json_rows import Row, parse, read_array, read_ndjson
from matcher.store.importers.problems import RowProblem
from matcher.store.importers.table_rows import read_csv, read_xlsx

LINES = {".jsonl", ".ndjson"}
TABLES = {".csv", ".tsv"}
SUFFIXES = {*LINES, *TABLES, ".json", ".xlsx"}
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BEGINS = 200
"""Bytes of a table in which no text that we read has a NUL, and all text in UTF-16 has."""
COLLECTIONS = ("structures", "services", "actors", "items", "data")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's rows; ``tabular`` rows hold text cells still to be split and converted."""

    name: str
    tabular: bool
    rows: tuple[Row, ...]


def list_files(path: Path) -> list[Path]:
    """List the importable files of a folder, by name, or the file itself.

    Raises :class:`UnusableFile` ``file-absent`` or ``folder-empty``.
    """
    if path.is_dir():
        files = sorted(
            file for file in path.iterdir() if file.is_file() and file.suffix.lower() in SUFFIXES
        )
        if not files:
            raise UnusableFile("folder-empty", path=str(path), accepted=_accepted())
        return files
    if not path.exists():
        raise UnusableFile("file-absent", path=str(path))
    return [path]


def read_file(path: Path) -> SourceFile:
    """Read a whole file, whatever is wrong with single rows of it.

    Raises :class:`UnusableFile` when it is empty, too large, unreadable, of an unknown format,
    or not UTF-8 at all.
    """
    name = str(path)
    suffix = _suffix(name)
    try:
        _check_size(path)
        if suffix == ".xlsx":
            return SourceFile(name, True, tuple(read_xlsx(path, name)))
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFile("file-unreadable", path=name) from error
    return _source(name, suffix in TABLES, tuple(_text_rows(content, suffix, name)))


def read_upload(name: str, content: bytes) -> SourceFile:
    """Read a file that somebody sent: smaller, since others wait for the same processor.

    Raises :class:`UnusableFile` as :func:`read_file`, and ``file-too-many-rows``.
    """
    suffix = _suffix(name)
    if not content:
        raise UnusableFile("file-empty", path=name)
    if suffix == ".xlsx":
        rows = read_xlsx(
            BytesIO(content), name, limits.UPLOAD_UNPACKED_BYTES, limits.UPLOAD_ELEMENTS
        )
    elif content.count(b"\n") + content.count(b"\r") > limits.UPLOAD_LINES:
        raise UnusableFile("file-too-many-rows", path=name, limit=limits.UPLOAD_ROWS)
    else:
        rows = _text_rows(content, suffix, name)
    kept = tuple(islice(rows, limits.UPLOAD_ROWS + 1))
    if len(kept) > limits.UPLOAD_ROWS:
        raise UnusableFile("file-too-many-rows", path=name, limit=limits.UPLOAD_ROWS)
    return _source(name, suffix in {*TABLES, ".xlsx"}, kept)


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnusableFile("file-format-unknown", path=name, accepted=_accepted())
    return suffix


def _source(name: str, tabular: bool, rows: tuple[Row, ...]) -> SourceFile:
    if not rows:
        raise UnusableFile("file-empty", path=name)
    if all(isinstance(row, RowProblem) and row.code == "invalid-utf8" for _, row in rows):
        raise UnusableFile("file-not-utf8", path=name)
    return SourceFile(name, tabular, rows)


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise UnusableFile("file-empty", path=str(path))
    if size > limits.FILE_BYTES:
        raise UnusableFile(
            "file-too-large", path=str(path), limit=limits.FILE_BYTES // limits.MEGABYTE
        )


def _text_rows(content: bytes, suffix: str, name: str) -> Iterator[Row]:
    if content.startswith(UTF16_MARKS) or (suffix in TABLES and b"\0" in content[:BEGINS]):
        raise UnusableFile("file-not-utf8", path=name)
    if suffix in TABLES:
        return read_csv(content, name)
    if suffix in LINES and not _is_array(content):
        return read_ndjson([content])
    return _json_document(content, name)


def _is_array(content: bytes) -> bool:
    """Tell whether a file named .jsonl is one JSON array after all."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return False
    try:
        return isinstance(json.loads(content), list)
    except (ValueError, RecursionError):
        return False


def _json_document(content: bytes, name: str) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return read_ndjson([content])
    if text.lstrip().startswith("["):
        return read_array(text)
    whole, problem = parse(text)
    if problem is not None:
        return read_ndjson([content])
    if not isinstance(whole, dict):
        raise UnusableFile("file-format-unknown", path=name, accepted=_accepted())
    lists = [key for key in COLLECTIONS if isinstance(whole.get(key), list)]
    if not lists:
        return iter([(1, whole)])
    return (row for key in lists for row in _collection(text, key))


def _collection(text: str, key: str) -> Iterator[Row]:
    """Read one array of a document that holds several, with the lines of the file."""
    start = text.index("[", text.index(f'"{key}"'))
    above = text.count("\n", 0, start)
    return ((line + above, row) for line, row in read_array(text[start:]))


def _accepted() -> str:
    return ", ".join(sorted(SUFFIXES))
