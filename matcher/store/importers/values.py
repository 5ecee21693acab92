"""Values as they arrive: what must be refused whatever the field, and how text is cleaned."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.store.importers import limits
from matcher.store.importers.problems import RowProblem, found

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
BROKEN_BYTE = re.compile("[\udc80-\udcff]")
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<!\d)(?:\+33\s?\(?0?\)?\s?|0)[1-9](?:[\s.\-\u00a0]?\d{2}){4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands where a value was that no field can hold."""

    code: str
    shown: str = ""


def unusable_values(values: object, path: str = "", depth: int = 0) -> Iterator[RowProblem]:
    """Find what neither the database nor an answer could carry, with the path of each."""
    if depth > limits.DEPTH:
        yield found("nested-too-deeply", path or None, limit=limits.DEPTH)
    elif isinstance(values, Mapping):
        for key, value in values.items():
            name = str(key).encode("utf-8", "backslashreplace").decode("utf-8")
            yield from _in_text(str(key), name)
            yield from unusable_values(value, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(values, list | tuple):
        for position, value in enumerate(values):
            yield from unusable_values(value, f"{path}[{position}]", depth + 1)
    else:
        yield from _in_scalar(values, path)


def _in_scalar(value: object, path: str) -> Iterator[RowProblem]:
    if isinstance(value, Unreadable):
        yield found(value.code, path, value=value.shown)
    elif isinstance(value, str):
        yield from _in_text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        yield found("number-not-finite", path)
    elif isinstance(value, int) and abs(value) > limits.INTEGER:
        yield found("number-too-large", path)


def _in_text(text: str, path: str) -> Iterator[RowProblem]:
    if "\x00" in text:
        yield found("forbidden-character", path, character="U+0000")
    surrogate = LONE_SURROGATE.search(text)
    if surrogate is not None:
        yield found("forbidden-character", path, character=f"U+{ord(surrogate.group()):04X}")


def clean_text(text: str) -> str:
    """Trim, turn line ends into ``\\n`` and control characters into spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub(" ", lines).strip(" \n\t\u00a0\ufeff")


def cut_text(text: str, limit: int) -> str:
    """Keep the first ``limit`` characters, up to the end of a word."""
    if len(text) <= limit:
        return text
    kept = text[: limit + 1]
    end = max(kept.rfind(" "), kept.rfind("\n"))
    return kept[: end if end > limit // 2 else limit].rstrip()


def without_contacts(text: str) -> str:
    """Remove e-mail addresses and phone numbers that a public directory left in its prose."""
    return PHONE.sub("…", EMAIL.sub("…", text))
