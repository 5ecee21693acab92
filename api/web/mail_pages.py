"""Pages behind the links of mails. A GET only asks: programs follow links before people do."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.web.forms import Form
from api.web.pages import page
from api.wiring import Installation
from matcher.errors import InvalidInput, NotFound
from matcher.usecases.answer_suggestion import (
    LONGEST_WORDS,
    REASONS,
    Asked,
    answer_suggestion,
    ask_answer,
)
from matcher.usecases.stop_mails import reader_of_stop, stop_mails
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")


@router.get("/reponses/{token}")
def ask(token: str, application: Installation) -> Response:
    """Say who and what is about to be answered, and ask to confirm."""
    try:
        return _asked(ask_answer(application, token, FRENCH))
    except NotFound as error:
        return _nowhere(error)


@router.post("/reponses/{token}")
def answer(token: str, application: Installation, form: Form) -> Response:
    """Keep the answer that was confirmed."""
    try:
        kept = answer_suggestion(
            application, token, FRENCH, form.get("reason", ""), form.get("words", "")
        )
    except NotFound as error:
        return _nowhere(error)
    except InvalidInput:
        return _asked(ask_answer(application, token, FRENCH), 422)
    asked = kept.asked
    return page(
        "answered",
        partner=asked.partner,
        side=asked.side,
        verdict=asked.link.verdict,
        introduced=kept.introduced,
    )


@router.get("/desinscription/{token}")
def ask_to_stop(token: str, application: Installation) -> Response:
    """Ask to confirm that no more mails are wanted."""
    try:
        reader_of_stop(application, token)
    except NotFound as error:
        return _nowhere(error)
    return page("stop")


@router.post("/desinscription/{token}")
def stop(token: str, application: Installation, _form: Form) -> Response:
    """Stop mails: one click of a mail program (RFC 8058), or of the page."""
    try:
        stop_mails(application, token)
    except NotFound as error:
        return _nowhere(error)
    return page("stopped")


def _asked(asked: Asked, status: int = 200) -> Response:
    return page(
        "answer",
        status,
        reader=asked.reader,
        partner=asked.partner,
        side=asked.side,
        address=asked.address,
        shares_address=asked.shares_address,
        before=asked.before,
        verdict=asked.link.verdict,
        reasons=REASONS,
        longest=LONGEST_WORDS,
        wrong=status != 200,
    )


def _nowhere(error: NotFound) -> Response:
    gone = error.code != "unknown-link"
    return page("no_link", 410 if gone else 404, gone=gone)
