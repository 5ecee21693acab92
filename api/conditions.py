"""Conditional requests (RFC 9110, section 13): an answer that the caller has is not sent again."""

import re
from typing import Any

from starlette.datastructures import Headers

CACHING = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
"""Kept by the caller alone, who asks each time whether it still holds; never for another key."""

_OPAQUE = re.compile(r'(?:W/)?"([^"]*)"')

IF_NONE_MATCH: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "`ETag` d’une réponse déjà reçue, ou plusieurs, entre virgules.",
        }
    ]
}
"""For ``openapi_extra``: read here rather than by FastAPI, so that no value of it is an error."""

_HEADERS = {
    "ETag": {
        "description": (
            "Nom de cette édition de la réponse, à renvoyer dans `If-None-Match` ; il change avec "
            "les données, le jour, la langue, le modèle ou le logiciel."
        ),
        "schema": {"type": "string"},
    }
}
CONDITIONAL: dict[int | str, dict[str, Any]] = {
    200: {"headers": _HEADERS},
    304: {
        "description": "La réponse est celle que l’appelant a déjà (`If-None-Match`).",
        "headers": _HEADERS,
    },
}
"""OpenAPI responses of a route that answers conditionally."""


def tag_of(edition: str) -> str:
    """Write an entity tag: a weak one, since two machines may differ in the last decimal."""
    return f'W/"{edition}"'


def is_known(headers: Headers, edition: str) -> bool:
    """Whether ``If-None-Match`` lists this edition, compared weakly; what is malformed does not."""
    return any(edition in _OPAQUE.findall(line) for line in headers.getlist("if-none-match"))


def any_is_known(headers: Headers) -> bool:
    """Whether ``If-None-Match`` is ``*``."""
    return [line.strip() for line in headers.getlist("if-none-match")] == ["*"]
