"""`/`: the address somebody types leads to the page that is used most, or to signing in."""

from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from api.access import SignInNeeded

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request) -> Response:
    """Go to the territory."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/territoire", 303)


def install(app: FastAPI) -> None:
    """Lead whoever has not signed in to where one does, and back afterwards."""
    app.add_exception_handler(SignInNeeded, _sign_in)


def _sign_in(request: Request, _error: Exception) -> Response:
    root = request.scope.get("root_path", "")
    asked = request.url.path if request.method == "GET" else "/"  # a form is not sent again
    if request.method == "GET" and request.url.query:
        asked += f"?{request.url.query}"
    return RedirectResponse(f"{root}/connexion?suite={quote(asked, safe='')}", 303)
