"""Problem documents (RFC 9457): every error of the interface, in one shape and in plain words."""

import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.access_table import ACCESS
from api.faults import MAXIMUM_FAULTS, Fault, Refused, pointer_to, shown_name, steps_of
from api.language import words_of
from api.validation import faults_of
from api.web.pages import LANGUAGE
from api.web.problem_page import problem_page
from matcher.errors import InvalidInput, NotFound, NotReady, SynergiesError, UnusableFile
from matcher.wording.words import Words

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "10"
TYPED = {"typed", "actor_id", "value", "read_as", "id", "structure_id"}
"""Parameters of errors that hold what was sent."""
LOG = logging.getLogger(__name__)

STATUS_OF: Sequence[tuple[type[SynergiesError], int]] = (
    (InvalidInput, 422),
    (NotFound, 404),
    (UnusableFile, 422),
    (NotReady, 503),
)
"""The tree of errors as statuses; everything else of ours is a 500."""


class ProblemPart(BaseModel):
    """Un point à corriger."""

    model_config = ConfigDict(extra="forbid")

    line: int | None = Field(None, description="Quelle ligne, pour un corps NDJSON.")
    pointer: str | None = Field(
        None, description="Où, dans le corps : pointeur JSON.", examples=["#/profile/kind"]
    )
    parameter: str | None = Field(
        None, description="Quel paramètre de l’adresse.", examples=["department"]
    )
    code: str = Field(examples=["unknown-territory"])
    detail: str


class Problem(BaseModel):
    """Pourquoi une demande est refusée (RFC 9457). Ne répète jamais ce qui a été envoyé."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        description="Référence stable, qui mène à l’explication.",
        examples=["/problems/unknown-actor"],
    )
    title: str = Field(examples=["Introuvable"])
    status: int = Field(examples=[404])
    detail: str = Field(description="Une ou deux phrases à montrer telles quelles.")
    code: str = Field(examples=["unknown-actor"])
    errors: list[ProblemPart] | None = Field(None, description="Chaque point à corriger.")
    request_id: str | None = Field(
        None, description="À citer pour retrouver la demande dans le journal (X-Request-ID)."
    )


def install(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SynergiesError, _domain_error)
    app.add_exception_handler(RequestValidationError, _not_validated)
    app.add_exception_handler(HTTPException, _http_error)


def problem_response(request: Request, refused: Refused) -> Response:
    """Write a refusal: a document in the language of the request, or a page where people look."""
    for_people = _is_for_people(request)
    problem = describe(refused, Words(LANGUAGE) if for_people else words_of(request))
    problem.request_id = request.scope.get("state", {}).get("request_id")
    if for_people:
        return problem_page(request, problem, refused.headers)
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=refused.status,
        media_type=MEDIA_TYPE,
        headers=refused.headers,
    )


def _is_for_people(request: Request) -> bool:
    """Whether the route answers with pages; where there is no route, whether a browser asks."""
    route = request.scope.get("route")
    if route is None:
        return request.headers.get("accept", "").startswith("text/html")
    access = ACCESS.get(f"{request.method} {getattr(route, 'path', '')}")
    return access is not None and access.is_for_people


def describe(refused: Refused, words: Words) -> Problem:
    """The document of a refusal: one fault speaks for itself, several are listed."""
    parts = [
        ProblemPart(
            line=fault.line,
            pointer=fault.pointer,
            parameter=fault.parameter,
            code=fault.code,
            detail=_said(fault, words),
        )
        for fault in refused.faults
    ]
    placed = [part for part in parts if part.line or part.pointer or part.parameter]
    several = len(parts) > 1
    code = "several-faults" if several else parts[0].code
    title = f"problem.title.{code}"
    count = f"{MAXIMUM_FAULTS}+" if len(parts) >= MAXIMUM_FAULTS else len(parts)
    return Problem(
        type=f"/problems/{code}",
        title=words.say(f"problem.title.{code if words.knows(title) else refused.status}"),
        status=refused.status,
        detail=words.say("error.several-faults", count=count) if several else parts[0].detail,
        code=code,
        errors=placed or None,
        request_id=None,
    )


def _said(fault: Fault, words: Words) -> str:
    """The message of a fault; a profile is read by the rules of an import, and in its words.

    What somebody typed, which the command line quotes, is not sent over the network again.
    """
    families = (fault.family, "import")
    family = next((one for one in families if words.knows(f"{one}.{fault.code}")), "error")
    unsaid = dict.fromkeys(TYPED & set(fault.parameters), "…")
    return words.say(f"{family}.{fault.code}", **(dict(fault.parameters) | unsaid))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem_response(request, error)


def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SynergiesError)
    status = next((status for kind, status in STATUS_OF if isinstance(error, kind)), 500)
    if status >= 500:
        # What the installation lacks names hosts and folders: for its log, not for its callers.
        LOG.error("%s", error)
        return problem_response(request, unavailable())
    pointer, parameter = _place(request, error.pointer)
    fault = Fault(error.code, pointer, parameter, error.parameters)
    return problem_response(request, Refused(status, [fault]))


def unavailable() -> Refused:
    """The refusal of a service that cannot answer yet."""
    return Refused(503, [Fault("not-ready")], {"Retry-After": RETRY_SECONDS})


def _place(request: Request, pointer: str | None) -> tuple[str | None, str | None]:
    """Where a use case's pointer leads: into the body if there is one, else a parameter."""
    if pointer is None:
        return None, None
    if request.method in {"GET", "HEAD", "DELETE"} or pointer in request.path_params:
        return None, shown_name(pointer)
    return pointer_to(steps_of(pointer)), None


def _not_validated(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(request, Refused(422, faults_of(error.errors())))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "unknown-path", 405: "method-not-allowed"}
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request)) or headers.get("Allow", "")
    code = codes.get(error.status_code, "request-refused")
    fault = Fault(code, parameters={"accepted": headers.get("Allow", "").split(", ")})
    return problem_response(request, Refused(error.status_code, [fault], headers))


def _methods(request: Request) -> list[str]:
    """Every method of a path: the router knows only those of the first route that has it."""
    path = getattr(request.scope.get("route"), "path", "")
    return [method.upper() for method in request.app.openapi()["paths"].get(path, {})]
