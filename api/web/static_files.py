"""Style sheets, scripts and the sign of the pages: what lies in ``static/``, and nothing else."""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.conditions import is_known, tag_of
from api.faults import refuse

router = APIRouter(include_in_schema=False)

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
ICON = "icon.svg"
FOR_OTHER_SITES = {"synergies-widget.js"}
"""What pages of other sites may load."""


@router.get("/pages/{file}")
def static_file(file: str, request: Request) -> Response:
    """One file; browsers keep it for an hour and ask whether it changed."""
    content = contents().get(file)
    if content is None:
        raise refuse(404, "unknown-path")
    edition = digest(file)
    headers = {"Cache-Control": "max-age=3600", "ETag": tag_of(edition)}
    if file in FOR_OTHER_SITES:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if is_known(request.headers, edition):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=TYPES[file.rpartition(".")[2]])


@router.get("/favicon.ico")
def icon(request: Request) -> Response:
    """Our sign, where browsers look for one whatever a page says."""
    return static_file(ICON, request)


@cache
def contents() -> Mapping[str, bytes]:
    """Every file by its name."""
    folder = files("api.web") / "static"
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in TYPES
    }


@cache
def digest(file: str) -> str:
    """Names the content of a file, so that a new one is asked for at once."""
    return blake2b(contents()[file], digest_size=6).hexdigest()
