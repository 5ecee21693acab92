"""What is wrong with a request, before anybody has words for it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAXIMUM_FAULTS = 20
"""A problem document names at most this many faults."""

_NAME = re.compile(r"(?!syn_)[A-Za-z_][A-Za-z0-9_-]{0,39}|[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: ``<family>.<code>`` says it, filled with ``parameters``.

    ``line`` is that of a body with one document a line; ``pointer`` is a JSON pointer into the
    body (``#/profile/kind``, ``#`` for the whole); ``parameter`` is the name of a query, path or
    header parameter. None of them quotes a value.
    """

    code: str
    pointer: str | None = None
    parameter: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    family: str = "error"


class Refused(Exception):
    """The request is answered with a problem document of this status."""

    def __init__(
        self,
        status: int,
        faults: Iterable[Fault],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.faults = tuple(faults)[:MAXIMUM_FAULTS]
        self.headers = dict(headers or {})
        super().__init__(", ".join(fault.code for fault in self.faults))


def refuse(status: int, code: str, **parameters: object) -> Refused:
    """A refusal that is about the request as a whole."""
    return Refused(status, [Fault(code, parameters=parameters)])


def pointer_to(path: Iterable[str | int]) -> str:
    """JSON pointer of a place in the body, as a fragment (RFC 6901, section 6).

    It stops above the first name that is not an ordinary field name: what a caller put there may
    be a person's address, and a problem document never repeats what it was sent.
    """
    tokens: list[str] = []
    for token in path:
        if not _NAME.fullmatch(str(token)):
            break
        tokens.append(str(token))
    return "#" + "".join(f"/{token}" for token in tokens)


def shown_name(name: str) -> str | None:
    """The name of a parameter if it can be repeated as it is, else nothing."""
    return name if _NAME.fullmatch(name) else None


def steps_of(field: str) -> list[str]:
    """The steps of a place written by a use case: ``profile/needs[1].text``, ``weights/base``."""
    return [step for step in re.split(r"[/.\[\]]+", field) if step]
