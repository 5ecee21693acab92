"""Answers as JSON: written once by pydantic, not validated a second time on the way out."""

from fastapi.responses import Response
from pydantic import BaseModel


def answered(answer: BaseModel, status: int = 200) -> Response:
    """A JSON response; the route declares the model for the documentation alone."""
    return Response(answer.model_dump_json(), status_code=status, media_type="application/json")
