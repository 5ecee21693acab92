"""What pydantic found wrong, as faults of ours: a code and a place, never the value."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.faults import Fault, pointer_to, shown_name

CODES = {
    "missing": "field-missing",
    "extra_forbidden": "unknown-field",
    "string_type": "not-a-text",
    "string_too_short": "text-empty",
    "string_too_long": "text-too-long",
    "int_type": "not-an-integer",
    "int_parsing": "not-an-integer",
    "int_from_float": "not-an-integer",
    "int_parsing_size": "number-too-large",
    "float_type": "not-a-number",
    "float_parsing": "not-a-number",
    "finite_number": "number-not-finite",
    "bool_type": "not-a-boolean",
    "bool_parsing": "not-a-boolean",
    "list_type": "not-a-list",
    "dict_type": "not-an-object",
    "model_type": "not-an-object",
    "model_attributes_type": "not-an-object",
    "too_short": "list-empty",
    "too_long": "list-too-long",
    "literal_error": "value-not-accepted",
    "enum": "value-not-accepted",
    "date_from_datetime_parsing": "not-a-date",
    "date_type": "not-a-date",
    "date_parsing": "not-a-date",
}
"""Code of ours for each type of pydantic error; a type of ours (``statement-type``) is its own."""


def faults_of(errors: Iterable[Any]) -> list[Fault]:
    """Turn pydantic's errors into faults; the same place is named once."""
    found: dict[tuple[str, str | None, str | None], Fault] = {}
    for error in errors:
        fault = _fault(error)
        found.setdefault((fault.code, fault.pointer, fault.parameter), fault)
    return list(found.values()) or [Fault("value-invalid", "#")]


def _fault(error: Mapping[str, Any]) -> Fault:
    kind, context = str(error["type"]), error.get("ctx") or {}
    code = CODES.get(kind, context.get("code", "value-invalid"))
    place: Sequence[str | int] = error["loc"]
    parameters = _parameters(context)
    if place and place[0] in {"query", "path", "header"}:
        return Fault(code, None, shown_name(str(place[1])), parameters)
    return Fault(code, pointer_to(place[1:] if place[:1] == ("body",) else place), None, parameters)


def _parameters(context: Mapping[str, Any]) -> dict[str, object]:
    parameters: dict[str, object] = {}
    if "max_length" in context:
        parameters["maximum"] = context["max_length"]
    if "expected" in context:  # « 'cross' or 'any' », as pydantic writes it
        parameters["accepted"] = re.findall(r"'([^']*)'", str(context["expected"]))
    return parameters
