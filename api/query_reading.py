"""Query strings, read strictly: an unknown parameter is a mistake, not something to skip."""

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel

from api.faults import Fault, Refused, refuse, shown_name
from api.json_reading import text_fault

MAXIMUM_BYTES = 8192
MAXIMUM_PARAMETERS = 100


class OnlyParametersOf:
    """A dependency that refuses every parameter a model does not declare, or declares once.

    Without a model, the route takes no parameter at all. Texts that no database can hold are
    refused in the path as well.
    """

    def __init__(self, model: type[BaseModel] | None = None) -> None:
        fields = model.model_fields if model else {}
        self.accepted = list(fields)
        self.repeatable = {name for name, field in fields.items() if _is_list(field.annotation)}

    async def __call__(self, request: Request) -> None:
        """Raise Refused (422, or 414 for a query of more than 8 kB)."""
        pairs = _pairs(request.scope.get("query_string", b""))
        counts = Counter(name for name, _ in pairs)
        faults = [self._unknown(name) for name in counts if name not in self.accepted]
        faults += [
            Fault("parameter-repeated", parameter=name)
            for name, count in counts.items()
            if count > 1 and name in self.accepted and name not in self.repeatable
        ]
        faults += _unstorable([*pairs, *request.path_params.items()])
        if faults:
            raise Refused(422, faults)

    def _unknown(self, name: str) -> Fault:
        if not self.accepted:
            return Fault("parameter-unexpected", parameter=shown_name(name))
        near = get_close_matches(name[:40].casefold(), self.accepted, n=1, cutoff=0.6)
        if near:
            return Fault("unknown-parameter", None, shown_name(name), {"near": near[0]})
        return Fault(
            "unknown-parameter-at-all", None, shown_name(name), {"accepted": self.accepted}
        )


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    if len(raw) > MAXIMUM_BYTES:
        raise refuse(414, "query-too-long", maximum=MAXIMUM_BYTES)
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAXIMUM_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise refuse(422, "query-not-utf8") from None
    except ValueError:
        raise refuse(422, "too-many-parameters", maximum=MAXIMUM_PARAMETERS) from None


def _unstorable(pairs: Iterable[tuple[str, str]]) -> list[Fault]:
    return [
        Fault(code, parameter=shown_name(name))
        for name, text in pairs
        if (code := text_fault(text)) is not None
    ]


def _is_list(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) is list
