"""The shape of an actor row (DESIGN §7): which fields, of which type, how long."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from matcher.store.importers import limits
from matcher.store.importers.problems import RowProblem, found, quoted
from matcher.store.importers.values import EMAIL, clean_text
from matcher.store.vocabularies import closest

IDENTIFIER = re.compile(r"[^\s/?#\\%]+")
FRENCH_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
BUILT_IN_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "model_type": "object-expected",
    "dict_type": "object-expected",
    "model_attributes_type": "object-expected",
}


def _text(limit: int, *, required: bool = False) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise PydanticCustomError("text-expected", "text expected")
        text = clean_text(value)
        if len(text) > limit:
            context = {"limit": limit, "length": len(text)}
            raise PydanticCustomError("too-long", "too long", context)
        if required and not text:
            raise PydanticCustomError("required", "required")
        return text

    return check


def _list(limit: int) -> Callable[[object], Sequence[object]]:
    def check(value: object) -> Sequence[object]:
        if not isinstance(value, list | tuple):
            raise PydanticCustomError("list-expected", "list expected")
        if len(value) > limit:
            context = {"limit": limit, "count": len(value)}
            raise PydanticCustomError("too-many", "too many", context)
        return list(value)

    return check


def _number(low: float, high: float, *, whole: bool) -> Callable[[object], float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PydanticCustomError("number-expected", "number expected")
        if whole and value != int(value):
            raise PydanticCustomError("whole-number-expected", "whole number expected")
        if not low <= value <= high:
            context = {"minimum": low, "maximum": high}
            raise PydanticCustomError("out-of-range", "out of range", context)
        return int(value) if whole else float(value)

    return check


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise PydanticCustomError("flag-expected", "true or false expected")
    return value


def _day(value: object) -> date:
    if isinstance(value, str):
        french = FRENCH_DATE.fullmatch(value.strip())
        text = "-".join(reversed(french.groups())) if french else value.strip()[:10]
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise PydanticCustomError("date-expected", "date expected")


def _code_text(value: object) -> object:
    """Let a number stand for the code it shows: ids and territories are often numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _identifier(value: str) -> str:
    if not IDENTIFIER.fullmatch(value) or value in {".", ".."}:
        raise PydanticCustomError("id-invalid", "not an identifier")
    return value


def _email(value: str) -> str | None:
    if value and (not EMAIL.fullmatch(value) or ".." in value):
        raise PydanticCustomError("email-invalid", "not an e-mail address")
    return value or None


def _spoken(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


ShortText = Annotated[str, BeforeValidator(_text(limits.SHORT_TEXT))]
Code = Annotated[
    str, BeforeValidator(_text(limits.SHORT_TEXT, required=True)), BeforeValidator(_code_text)
]
Identifier = Annotated[
    str,
    BeforeValidator(_text(limits.ID, required=True)),
    BeforeValidator(_code_text),
    AfterValidator(_identifier),
]
Codes = Annotated[list[Code], BeforeValidator(_list(limits.LIST))]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class StatementRow(_Strict):
    """A need or an offer: a plain text, or an object with these fields."""

    text: Annotated[str, BeforeValidator(_text(limits.STATEMENT, required=True))]
    domains: Codes = []
    publics: Codes = []
    expires: Day | None = None


Statements = Annotated[
    list[Annotated[StatementRow, BeforeValidator(_spoken)]],
    BeforeValidator(_list(limits.STATEMENTS)),
]


class ActorRow(_Strict):
    """The fields of an actor row with their own limits; codes and places are checked later."""

    id: Identifier | None = None
    kind: ShortText | None = None
    name: Annotated[str, BeforeValidator(_text(limits.NAME, required=True))]
    organization: ShortText | None = None
    structure_type: ShortText | None = None
    email: Annotated[str, BeforeValidator(_text(limits.EMAIL)), AfterValidator(_email)] | None = (
        None
    )
    commune: Code | None = None
    department: Code | None = None
    zone: Codes = []
    radius_km: (
        Annotated[float, BeforeValidator(_number(0, limits.RADIUS_KM, whole=False))] | None
    ) = None
    domains: Codes = []
    publics: Codes = []
    description: Annotated[str, BeforeValidator(_text(limits.DESCRIPTION))] = ""
    needs: Statements = []
    offers: Statements = []
    capacity_per_month: (
        Annotated[int, BeforeValidator(_number(0, limits.CAPACITY, whole=True))] | None
    ) = None
    consent_email: Flag = False
    profiling: Flag = True
    known: Annotated[list[Identifier], BeforeValidator(_list(limits.LIST))] = []
    source: ShortText | None = None
    updated: Day | None = None


FIELDS = tuple(ActorRow.model_fields)
MOST_PROBLEMS = 50
"""Of one row: to guess what a name was meant to be takes a millisecond, and a row can have many."""


def shape_problems(error: ValidationError, words: Mapping[str, str]) -> list[RowProblem]:
    """Say in our codes what pydantic found; ``words`` are field names a header may stand for."""
    found = error.errors(include_url=False, include_input=False)
    return [_problem(details, words) for details in found[:MOST_PROBLEMS]]


def _problem(details: ErrorDetails, words: Mapping[str, str]) -> RowProblem:
    path = field_path(details["loc"])
    code = BUILT_IN_CODES.get(details["type"], details["type"])
    parameters: dict[str, Any] = dict(details.get("ctx", {}))
    if code == "unknown-field":
        name = str(details["loc"][-1])
        likely = closest(name, words)
        parameters = {"name": quoted(name), "suggestion": words[likely[0]] if likely else None}
    return found(code, quoted(path), **parameters)


def field_path(location: Sequence[str | int]) -> str:
    """Write a place in a row as people read it: ``needs[1].text``."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step.isidentifier() or not path:
            path += f".{step}" if path else step
    return path
