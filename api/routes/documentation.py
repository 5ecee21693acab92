"""`/docs`: the operations on one page that needs neither script nor anything from elsewhere."""

from importlib.resources import files

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.documentation_page import page_of
from api.query_reading import OnlyParametersOf

router = APIRouter(include_in_schema=False, dependencies=[Depends(OnlyParametersOf())])

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@router.get("/docs")
def documentation(request: Request) -> Response:
    """Write the page from the OpenAPI description, in French as the description is."""
    headers = {"Content-Security-Policy": POLICY, "Content-Language": "fr"}
    return HTMLResponse(page_of(request.app.openapi()), headers=headers)


@router.get("/openapi.json")
def description(request: Request) -> Response:
    """The OpenAPI description."""
    return JSONResponse(request.app.openapi())


@router.get("/docs/style.css")
def style() -> Response:
    """The style sheet of the page."""
    text = (files("api") / "static" / "docs.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css", headers={"Cache-Control": "max-age=3600"})
