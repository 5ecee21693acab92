"""What went wrong, on a page: the words of the problem document, and a way back."""

from collections.abc import Mapping
from typing import Any, Protocol

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.web.pages import page


class Problem(Protocol):
    """What the page shows of a problem document."""

    status: int
    title: str
    detail: str
    errors: Any
    request_id: str | None


def problem_page(request: Request, problem: Problem, headers: Mapping[str, str]) -> HTMLResponse:
    """Write the page, with the status and the headers of the refusal."""
    at_desk = hasattr(request.state, "scope")
    root = request.scope.get("root_path", "") if at_desk else None
    depth = request.url.path.count("/") - 1
    style = "../" * depth + "pages/style.css"
    response = page("problem", problem.status, problem=problem, desk=root, style=style)
    response.headers.update(headers)
    return response
