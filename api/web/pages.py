"""Pages from their templates, and how they leave: nothing from elsewhere, nothing kept.

Two layouts: ``sheet.html``, narrow, for what a link of a mail leads to; ``desk.html`` for the
pages of those who sign in. Everything that is not ours is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.web.names_shown import called, typographic
from api.web.static_files import digest
from matcher.bootstrap import Application
from matcher.scope import Scope, Session
from matcher.wording.words import Words

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
DESK_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
HEADERS = {"Content-Language": "fr", "X-Robots-Tag": "noindex, nofollow"}
WITH_FORMS = {"Referrer-Policy": "same-origin"}
"""Of pages whose forms must show where they come from: under `no-referrer`, browsers hide it."""
FRAGMENT = "X-Fragment"
"""The header with which our script asks for the part of a page that follows what is typed."""
LANGUAGE = "fr"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the desk, as the page says it; ``csrf`` proves that a form came from there."""

    name: str
    departments: tuple[str, ...] | None
    csrf: str


def page(template: str, status: int = 200, **content: object) -> HTMLResponse:
    """Fill a template of the narrow sheet."""
    written = _environment().get_template(f"{template}.html").render(content)
    return HTMLResponse(written, status, HEADERS | {"Content-Security-Policy": POLICY})


def desk_page(
    request: Request, template: str, status: int = 200, **content: object
) -> HTMLResponse:
    """Fill a template of the desk, with what its frame needs to know."""
    written = _environment().get_template(f"{template}.html").render(_frame(request) | content)
    headers = HEADERS | WITH_FORMS | {"Content-Security-Policy": DESK_POLICY}
    return HTMLResponse(written, status, headers)


def framed_page(
    request: Request, template: str, origins: Sequence[str], status: int = 200, **content: object
) -> HTMLResponse:
    """Fill a template that pages of some origins may show in a frame, and nobody else."""
    written = _environment().get_template(f"{template}.html").render(_frame(request) | content)
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}
    return HTMLResponse(written, status, HEADERS | headers)


def prepare_templates() -> int:
    """Read every template, so that nobody waits for the first page; gives how many there are."""
    found = _environment().list_templates(extensions=["html"])
    for name in found:
        _environment().get_template(name)
    return len(found)


def asks_fragment(request: Request) -> bool:
    """Whether the script wants only the part that changes, as ``desk_page`` of its template."""
    return request.headers.get(FRAGMENT) == "1"


def _frame(request: Request) -> dict[str, object]:
    signed_in = _signed_in(request)
    root = request.scope.get("root_path", "")
    route = getattr(request.scope.get("route"), "path", "")

    def asset(file: str) -> str:
        return f"{root}/pages/{file}?v={digest(file)}"

    def csrf_field() -> Markup:
        token = signed_in.csrf if signed_in else ""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(token)

    return {
        "root": root,
        "here": "/" + route.strip("/").partition("/")[0],
        "signed_in": signed_in,
        "scope": _scope(request),
        "asset": asset,
        "csrf_field": csrf_field,
    }


def _signed_in(request: Request) -> SignedIn | None:
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return None
    application: Application = request.app.state.application
    csrf = application.gate.form_token(session.digest)
    codes = session.scope.departments
    return SignedIn(session.address, None if codes is None else _names(application, codes), csrf)


def _names(application: Application, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Départements as people say them; only their numbers where they are many."""
    if len(codes) > MOST_NAMED:
        return tuple(code.partition(":")[2] for code in codes)
    return tuple(typographic(application.referential.get(code).name) for code in codes)


def _scope(request: Request) -> Scope | None:
    scope: Scope | None = getattr(request.state, "scope", None)
    return scope


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Words(LANGUAGE)
    environment.globals["say"] = words.say
    environment.filters |= {"at": words.at, "distance": words.kilometres, "long_date": words.write}
    environment.filters |= {"called": called, "typographic": typographic}
    return environment
