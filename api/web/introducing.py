"""`/synergie/introduction`: both mails are read before they are sent, once both people said yes."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.query_reading import OnlyParametersOf
from api.web.exports import PairParameters
from api.web.fault_text import fault_text
from api.web.forms import Posted
from api.web.pages import LANGUAGE, desk_page
from api.web.synergy import back
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotReady
from matcher.scope import Scope
from matcher.usecases.introduce_pair import introduce_pair, show_introduction
from matcher.usecases.judge_pair import judge_pair
from matcher.wording.words import Words

router = APIRouter(prefix="/synergie/introduction", include_in_schema=False)

FRENCH = Words(LANGUAGE)


@router.get("", dependencies=[Depends(OnlyParametersOf(PairParameters))])
def preview(
    request: Request,
    parameters: Annotated[PairParameters, Query()],
    application: Installation,
    scope: Seen,
) -> Response:
    """Show both mails as they would be sent; nothing is."""
    return _show(request, application, scope, (parameters.actor, parameters.partner))


@router.post("")
def introduce(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Put both mails into the outbox, once for a pair."""
    told = {name: values[-1] for name, values in fields.items()}
    pair = (told.get("actor", ""), told.get("partner", ""))
    agreed = told.get("agreed") == "oui"
    try:
        made = introduce_pair(application, *pair, FRENCH, scope, agreed=agreed)
    except InvalidInput as error:
        if error.pointer != "agreed" and error.code != "nobody-to-write-to":
            raise
        return _show(request, application, scope, pair, fault_text(error), 422)
    except NotReady:
        return _show(request, application, scope, pair, status=503)
    return back(request, pair, "introduced" if made.new else "waiting")


def _show(
    request: Request,
    application: Application,
    scope: Scope,
    pair: tuple[str, str],
    fault: str | None = None,
    status: int = 200,
) -> Response:
    shown = show_introduction(application, *pair, FRENCH, scope)
    item = judge_pair(application, *pair, FRENCH, scope)
    query = urlencode({"actor": pair[0], "partner": pair[1]})
    content = {"shown": shown, "item": item, "fault": fault, "query": query}
    return desk_page(request, "introduction", status, **content)
