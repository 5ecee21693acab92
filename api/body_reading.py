"""Bodies of requests: of the right type, not compressed, then read by the strict JSON reader."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.faults import Fault, Refused, refuse
from api.json_reading import read_json
from api.validation import faults_of

Body = TypeVar("Body", bound=BaseModel)

JSON_TYPES = ("application/json",)
LINES_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
IN_MEMORY_BYTES = 1024 * 1024


async def json_text(request: Request) -> bytes:
    """The bytes of a JSON body; raises Refused (415) for another media type."""
    _check_type(request, JSON_TYPES)
    return await request.body()


async def ndjson_file(request: Request) -> AsyncIterator[IO[bytes]]:
    """An NDJSON body as an open file, on disk when it is long.

    Only its own media types are accepted: none of them can be sent by a form or a script of
    another site without asking first, so a page that somebody visits cannot import actors.
    """
    _check_type(request, LINES_TYPES)
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield file


def read_body(raw: bytes, model: type[Body]) -> Body:
    """Parse and validate a JSON body; raises Refused (422) naming every place that is wrong."""
    document = read_json(raw)
    if not isinstance(document, dict):
        raise Refused(422, [Fault("not-an-object", "#")])
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Refused(422, faults_of(found)) from None


def _check_type(request: Request, accepted: tuple[str, ...]) -> None:
    media_type, _, options = request.headers.get("content-type", "").partition(";")
    charset = options.partition("charset=")[2].strip(' "').casefold()
    if media_type.strip().casefold() not in accepted or charset not in {"", "utf-8", "utf8"}:
        raise refuse(415, "content-type-unsupported", accepted=accepted)
    if request.headers.get("content-encoding", "identity").casefold() != "identity":
        raise refuse(415, "content-encoding-unsupported")
