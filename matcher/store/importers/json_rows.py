"""JSON, one object a line or one array a file, read so that a bad row harms no other."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matcher.store.importers import limits
from matcher.store.importers.problems import RowProblem, found, quoted
from matcher.store.importers.values import Unreadable

Row = tuple[int, Mapping[str, object] | RowProblem]


def read_ndjson(stream: Iterable[bytes]) -> Iterator[Row]:
    """Read one JSON object a line from chunks of bytes: (line, object or why it was refused)."""
    for number, line in enumerate(_lines(stream), start=1):
        if isinstance(line, RowProblem):
            yield number, line
        elif line.strip():
            yield number, read_line(line)


def read_line(line: bytes) -> Mapping[str, object] | RowProblem:
    """Read one line as an object."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return found(
            "invalid-utf8", None, byte=f"0x{line[error.start]:02X}", column=error.start + 1
        )
    return _as_object(*parse(text))


def read_array(text: str) -> Iterator[Row]:
    """Read ``[{…}, {…}]``, each row with the line where it begins."""
    position, line = text.index("[") + 1, 1 + text[: text.index("[")].count("\n")
    while True:
        start = _skip(text, position, " \t\r\n,")
        line += text.count("\n", position, start)
        if start >= len(text) or text[start] == "]":
            if start >= len(text):
                yield line, found("json-cut", None)
            return
        try:
            value, position = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            yield line, _json_problem(error, "json-cut")
            return
        yield line, _as_object(value, None)
        line += text.count("\n", start, position)


def parse(text: str) -> tuple[Any, RowProblem | None]:
    """Parse one JSON text, with markers in place of values that cannot be kept."""
    try:
        return _DECODER.decode(text.strip()), None
    except (ValueError, RecursionError) as error:
        return None, _json_problem(error, "invalid-json")


def _as_object(value: Any, problem: RowProblem | None) -> Mapping[str, object] | RowProblem:
    if problem is not None:
        return problem
    if not isinstance(value, dict):
        return found("object-expected", None, value=quoted(value))
    return value


def _json_problem(error: Exception, code: str) -> RowProblem:
    if isinstance(error, json.JSONDecodeError):
        return found(code, None, column=error.colno)
    if isinstance(error, RecursionError):
        return found("nested-too-deeply", None, limit=limits.DEPTH)
    return found(code, None)


def _integer(digits: str) -> int | Unreadable:
    return int(digits) if len(digits) < 20 else Unreadable("number-too-large")


def _real(digits: str) -> float | Unreadable:
    number = float(digits)
    return number if math.isfinite(number) else Unreadable("number-too-large")


def _constant(word: str) -> Unreadable:
    return Unreadable("number-not-finite", word)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        members[key] = Unreadable("duplicate-key") if key in members else value
    return members


def _skip(text: str, position: int, skipped: str) -> int:
    while position < len(text) and text[position] in skipped:
        position += 1
    return position


def _lines(stream: Iterable[bytes]) -> Iterator[bytes | RowProblem]:
    """Cut chunks into lines without ever holding more than one over-long line's worth."""
    pending = bytearray()
    over = False
    for chunk in stream:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            pending += piece
            yield _finished(pending, over)
            pending, over = bytearray(), False
        if not over:
            pending += rest
        if len(pending) > limits.LINE_BYTES:
            pending, over = bytearray(), True
    if pending or over:
        yield _finished(pending, over)


def _finished(line: bytearray, over: bool) -> bytes | RowProblem:
    if over or len(line) > limits.LINE_BYTES:
        return found("line-too-long", None, limit=limits.LINE_BYTES)
    return bytes(line)


_DECODER = json.JSONDecoder(
    parse_int=_integer,
    parse_float=_real,
    parse_constant=_constant,
    object_pairs_hook=_members,
)
