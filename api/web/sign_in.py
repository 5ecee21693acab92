"""`/connexion`: an address is asked for, a link is mailed to it, a button uses the link.

The answer is the same for every address, and as fast. Looking at a link does not use it: programs
follow the links of mails before people do.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import cookie_name, is_on_https
from api.web.forms import Form, Posted, check_origin
from api.web.pages import WITH_FORMS, page
from api.wiring import Installation
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotReady
from matcher.usecases.sign_in import (
    HOME,
    LINK_MINUTES,
    SIGN_IN_PATH,
    ask_link,
    link_opens,
    local_path,
    sends_links,
    sign_in,
    sign_out,
)

router = APIRouter(include_in_schema=False)

DONE = "deconnexion"
"""What `?fait=` says after one has signed out."""


@router.get("/connexion")
def show(request: Request, application: Installation) -> Response:
    """Ask for an address; whoever is signed in, or need not be, goes on."""
    following = _following(request)
    if not application.settings.asks_keys or _is_signed_in(request, application):
        return _go_on(request, following)
    if not sends_links(application):
        return _cannot_mail()
    left = request.query_params.get("fait") == DONE
    return _page("sign_in", following=following, left=left, typed="", wrong=False)


@router.post("/connexion")
def ask(request: Request, application: Installation, form: Form) -> Response:
    """Mail a link to the address, if it has an account: the answer does not tell."""
    check_origin(request)
    address, following = form.get("address", "")[:254], local_path(form.get("suite", ""))
    try:
        ask_link(application, address, following)
    except InvalidInput:
        return _page("sign_in", 422, following=following, left=False, typed=address, wrong=True)
    except NotReady:
        return _cannot_mail()
    return _page("sign_in_asked", address=address.strip(), minutes=LINK_MINUTES)


@router.get("/connexion/{token}")
def show_link(token: str, request: Request, application: Installation) -> Response:
    """Show the button that signs in, or say that the link is no longer good."""
    following = _following(request)
    if not link_opens(application, token):
        return _link_is_past(following)
    return _page("sign_in_link", following=following)


@router.post("/connexion/{token}")
def use_link(token: str, request: Request, application: Installation, form: Form) -> Response:
    """Sign in, once, and go on to the page that was asked for."""
    check_origin(request)
    following = local_path(form.get("suite", ""))
    name = cookie_name(application.settings)
    signed = sign_in(application, token, request.cookies.get(name, ""))
    if signed is None:
        return _link_is_past(following)
    response = _go_on(request, following)
    response.set_cookie(
        name,
        signed.cookie,
        max_age=signed.seconds,
        secure=is_on_https(application.settings),
        httponly=True,
        samesite="lax",
    )
    return response


@router.post("/deconnexion")
def leave(request: Request, application: Installation, _form: Posted) -> Response:
    """End the session, in every process at once."""
    name = cookie_name(application.settings)
    sign_out(application, request.cookies.get(name, ""))
    response = _go_on(request, f"{SIGN_IN_PATH}?fait={DONE}")
    secure = is_on_https(application.settings)
    response.delete_cookie(name, secure=secure, httponly=True, samesite="lax")
    return response


def _following(request: Request) -> str:
    return local_path(request.query_params.get("suite", HOME))


def _go_on(request: Request, following: str) -> RedirectResponse:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}{following}", 303)


def _is_signed_in(request: Request, application: Application) -> bool:
    cookie = request.cookies.get(cookie_name(application.settings), "")
    return application.sessions.recognise(cookie) is not None


def _link_is_past(following: str) -> Response:
    return _page("sign_in_past", 410, following=following)


def _cannot_mail() -> Response:
    return _page("sign_in_no_mail", 503)


def _page(template: str, status: int = 200, **content: object) -> Response:
    response = page(template, status, **content)
    response.headers.update(WITH_FORMS)
    return response
