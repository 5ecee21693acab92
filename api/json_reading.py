"""The one strict reader of JSON bodies: what it returns can be stored, compared and written back.

The standard parser accepts NaN, lone surrogates and numbers that no float holds; each of them
fails later, in a database or in the answer. Here they are refused by the place where they stand.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from api.faults import MAXIMUM_FAULTS, Fault, Refused, pointer_to

MAXIMUM_DEPTH = 32
MAXIMUM_INTEGER = 2**53
"""Beyond this, other readers of JSON round integers (RFC 8259, section 6)."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands in a parsed document where a value cannot be kept."""

    code: str


def read_json(raw: bytes) -> object:
    """Parse a JSON text; raises Refused (422) naming every place that cannot be accepted."""
    document = _parsed(_decoded(raw))
    faults = list(islice(_faults(document), MAXIMUM_FAULTS))
    if faults:
        raise Refused(422, faults)
    return document


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise Refused(422, [Fault("body-empty", "#")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault("text-not-utf8", "#", parameters={"position": error.start})
        raise Refused(422, [fault]) from None


def _parsed(text: str) -> object:
    try:
        return _DECODER.decode(text.strip(" \t\r\n"))
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Refused(422, [Fault("json-malformed", "#", parameters=place)]) from None
    except RecursionError:
        raise Refused(422, [_too_deep(())]) from None


def _faults(document: object) -> Iterator[Fault]:
    """Walk the document in reading order, without recursion: the depth is the caller's."""
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict | list):
            if len(path) >= MAXIMUM_DEPTH:
                yield _too_deep(path)
                return
            yield from _faults_of_names(value, path)
            waiting.extend((inner, (*path, key)) for key, inner in reversed(_inside(value)))
            continue
        code = _code_of(value)
        if code:
            yield Fault(code, pointer_to(path))


def _inside(value: dict[str, object] | list[object]) -> list[tuple[str | int, object]]:
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value))


def _faults_of_names(value: object, path: tuple[str | int, ...]) -> Iterator[Fault]:
    for name in value if isinstance(value, dict) else ():
        code = _code_of(name)
        if code:
            yield Fault(code, pointer_to(path))


def _code_of(value: object) -> str | None:
    if isinstance(value, _Unreadable):
        return value.code
    if isinstance(value, str):
        return text_fault(value)
    return None


def text_fault(text: str) -> str | None:
    """Why a text cannot be stored, as a code; ``None`` for a text that can."""
    if "\0" in text:
        return "text-with-nul"
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "text-with-surrogate"
    return None


def _too_deep(path: tuple[str | int, ...]) -> Fault:
    return Fault("json-too-deep", pointer_to(path[:3]), parameters={"maximum": MAXIMUM_DEPTH})


def _integer(digits: str) -> int | _Unreadable:
    if len(digits) > 17 or abs(int(digits)) > MAXIMUM_INTEGER:
        return _Unreadable("number-too-large")
    return int(digits)


def _real(digits: str) -> float | _Unreadable:
    number = float(digits)
    return number if math.isfinite(number) else _Unreadable("number-too-large")


def _constant(word: str) -> _Unreadable:
    return _Unreadable("number-not-finite")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        members[name] = _Unreadable("duplicate-key") if name in members else value
    return members


_DECODER = json.JSONDecoder(
    parse_int=_integer,
    parse_float=_real,
    parse_constant=_constant,
    object_pairs_hook=_members,
)
