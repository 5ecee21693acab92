"""What a form of ours sends: few and short fields, read without a parser of files."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from api.faults import refuse
from matcher.bootstrap import Application
from matcher.scope import Session

MOST_BYTES, MOST_FIELDS = 16_384, 12
MOST_POSTED_BYTES, MOST_POSTED_FIELDS = 262_144, 1_000
"""Of a form that holds a whole profile: a hundred statements, and every box that is ticked."""


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a urlencoded body, the last of each name; of any other body, none.

    A body that is no form is no error: who stops mails by one click may send what it likes.
    """
    return dict(await _pairs(request, MOST_BYTES, MOST_FIELDS))


async def posted(request: Request) -> Mapping[str, list[str]]:
    """Every value of each field of a desk's form, once it is sure that a page of ours sent it.

    Raises 403 ``foreign-form`` for a form that another site sent, or that was made for another
    session than the one of the cookie.
    """
    check_origin(request)
    fields = dict(await long_form_of(request))
    check_token(request, "".join(fields.pop("csrf", [])))
    return fields


async def long_form_of(request: Request) -> Mapping[str, list[str]]:
    """Every value of each field of a long form, where the address says for whom it is."""
    fields: dict[str, list[str]] = {}
    for name, value in await _pairs(request, MOST_POSTED_BYTES, MOST_POSTED_FIELDS):
        fields.setdefault(name, []).append(value)
    return fields


def check_token(request: Request, token: str) -> None:
    """Raise 403 ``foreign-form`` for a form that was made for another session."""
    session: Session | None = getattr(request.state, "session", None)
    application: Application = request.app.state.application
    if session is not None and not application.gate.sent_form(session.digest, token):
        raise refuse(403, "foreign-form")


def check_origin(request: Request) -> None:
    """Raise 403 ``foreign-form`` where the browser says that another site sends a form."""
    if not _is_ours(request):
        raise refuse(403, "foreign-form")


async def _pairs(request: Request, most_bytes: int, most_fields: int) -> list[tuple[str, str]]:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most_bytes:  # the rest is not read: most of these forms need no key
            raise refuse(413, "body-too-large", maximum=1)
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=most_fields)
    except ValueError:
        return []


def _is_ours(request: Request) -> bool:
    """What browsers say of where a form comes from; what is no browser says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    base = request.app.state.application.settings.base_url or ""
    ours = {request.headers.get("host"), urlsplit(base).netloc or None}
    return origin is None or _host_of(origin) in ours


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


Form = Annotated[Mapping[str, str], Depends(form_of)]
LongForm = Annotated[Mapping[str, list[str]], Depends(long_form_of)]
Posted = Annotated[Mapping[str, list[str]], Depends(posted)]
