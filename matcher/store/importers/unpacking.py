"""What is packed in a spreadsheet, counted before it is read: a small file unpacks to anything.

The library that reads workbooks makes objects of all it meets. Here the same parser of XML goes
over every part of the archive and keeps nothing but counts, so that what no spreadsheet holds is
refused while it is still cheap.
"""

import zipfile
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.parsers import expat

from matcher.errors import UnusableFile
from matcher.store.importers import limits

ROWS, CELLS = 1_048_576, 16_384
"""Of a sheet, and of a row: what Excel itself can hold."""
MOST_ROWS = 2 * ROWS
"""Of all sheets, counting the empty rows that numbers jump over."""
OTHER_ELEMENTS = 100_000
"""Of a part that is neither a sheet nor the texts of cells: styles, names, settings."""
DEPTH = 100
CHUNK, TOKEN_BYTES = 65_536, 1_048_576
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Excel before 2007 begin, and workbooks under a password: a folder in a file."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BIG = {"worksheet", "sst"}

Unvalued = Mapping[str, "array[int]"]
"""Of each part, by row (0 for none): the first column whose formula has no stored result."""


def check_archive(
    path: Path | IO[bytes], file: str, unpacked_bytes: int, elements: int
) -> Unvalued:
    """Raise UnusableFile where a workbook is no archive, or holds more than people put in one.

    Gives the cells that have a formula and no result: what wrote the file did not calculate, and
    whoever reads values alone takes such a cell for an empty one.

    ``workbook-overfull`` for more than ``unpacked_bytes``, more than ``elements`` of XML in a
    part, or too many rows, columns or styles; ``workbook-encrypted`` and ``workbook-old``;
    ``workbook-unreadable`` for declarations that multiply a text. BadZipFile and others of
    ``zipfile`` pass unchanged.
    Memory stays at a few megabytes whatever the file.
    """
    _refuse_old_formats(path, file)
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > unpacked_bytes:
            raise UnusableFile("workbook-overfull", path=file)
        rows, unvalued = 0, {}
        for entry in archive.infolist():
            part = _Part(file, elements)
            with archive.open(entry) as stream:
                rows += part.rows_in(stream)
            if rows > MOST_ROWS:
                raise UnusableFile("workbook-overfull", path=file)
            if part.unvalued:
                unvalued[entry.filename] = part.unvalued
        return unvalued


class _Part:
    """One part of an archive as it goes by."""

    def __init__(self, file: str, elements: int) -> None:
        self._file, self._most = file, elements
        self._elements = self._depth = self._cells = self._row = self._highest = 0
        self._column = 0
        self._is_text = self._lacks_result = False
        self.unvalued = array("H")
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._declare

    def rows_in(self, stream: IO[bytes]) -> int:
        """Count a part to its end; gives the number of its last row.

        What is no XML, a picture say, counts for nothing: whoever reads it stops where we do.
        """
        fed = 0
        try:
            while chunk := stream.read(CHUNK):
                self._parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > TOKEN_BYTES:
                    raise self._overfull()
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            pass
        return self._highest

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements == 1 and name.rpartition(":")[2] not in BIG:
            self._most = min(self._most, OTHER_ELEMENTS)
        if self._elements > self._most or self._depth > DEPTH:
            raise self._overfull()
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._cells += 1
            self._column = _column(attributes.get("r", "")) or self._column + 1
            self._is_text = attributes.get("t") == "str"  # whose result may well be nothing
        elif kind == "f":
            self._lacks_result = not self._is_text
        elif kind == "v" and self._lacks_result:
            self._parser.CharacterDataHandler = self._read_result
        elif kind == "row":
            self._cells = self._column = 0
            self._row = self._number(attributes.get("r", ""))
            self._highest = max(self._highest, self._row)
        if self._cells > CELLS or self._row > ROWS:
            raise self._overfull()

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._parser.CharacterDataHandler = None
        if self._lacks_result and name.rpartition(":")[2] == "c":
            self._lacks_result = False
            self.unvalued.extend([0] * (self._row + 1 - len(self.unvalued)))
            self.unvalued[self._row] = self.unvalued[self._row] or self._column

    def _read_result(self, said: str) -> None:
        if said.strip():
            self._lacks_result = False

    def _declare(self, *_said: object) -> None:
        """Refuse any DOCTYPE: no spreadsheet has one, and entities multiply what they say."""
        raise UnusableFile("workbook-unreadable", path=self._file)

    def _number(self, said: str) -> int:
        if not said:
            return self._row + 1
        if not said.isdecimal() or len(said) > 7:
            raise self._overfull()
        return int(said)

    def _overfull(self) -> UnusableFile:
        return UnusableFile("workbook-overfull", path=self._file)


def _column(reference: str) -> int:
    """The number of the column of a cell's reference (``AB12`` is in the 28th), 0 for none."""
    letters = reference.rstrip("0123456789")
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        return 0
    found = 0
    for letter in letters.upper():
        found = 26 * found + ord(letter) - ord("A") + 1
    return found


def _refuse_old_formats(path: Path | IO[bytes], file: str) -> None:
    begins, content = _begins(path)
    if begins == OLD:
        code = "workbook-encrypted" if ENCRYPTED in content else "workbook-old"
        raise UnusableFile(code, path=file)


def _begins(path: Path | IO[bytes]) -> tuple[bytes, bytes]:
    """The first bytes of a file, and all of it where they are those of an old format."""
    stream = path.open("rb") if isinstance(path, Path) else path
    try:
        begins = stream.read(len(OLD))
        content = begins + stream.read(limits.UPLOAD_BYTES) if begins == OLD else b""
        stream.seek(0)
    finally:
        if isinstance(path, Path):
            stream.close()
    return begins, content
