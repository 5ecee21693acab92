"""Answers as JSON: written once by pydantic-core, not validated a second time on the way out."""

from collections.abc import Callable, Mapping

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.conditions import CACHING, any_is_known, is_known, tag_of


def answered(
    answer: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response; the route declares the model for the documentation alone."""
    content = answer.__pydantic_serializer__.to_json(answer)
    return Response(content, status, headers, media_type="application/json")


def answered_if_changed(
    request: Request, edition: str, work_out: Callable[[], BaseModel]
) -> Response:
    """The answer under the ``ETag`` of its edition, or 304 to a caller who has that already.

    A known edition costs no work. ``If-None-Match: *`` does: it asks whether there is any answer,
    which an actor that does not exist, or a wrong value, has not.
    """
    headers = {"ETag": tag_of(edition), **CACHING}
    if is_known(request.headers, edition):
        return Response(status_code=304, headers=headers)
    answer = work_out()
    if any_is_known(request.headers):
        return Response(status_code=304, headers=headers)
    return answered(answer, headers=headers)
