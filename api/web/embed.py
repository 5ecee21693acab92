"""`/integration/widget`: what a page of a portal shows in a frame, without a script or a key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.query_reading import OnlyParametersOf
from api.web.pages import LANGUAGE, framed_page
from api.web.printing import printed
from api.wiring import Installation
from matcher.usecases.show_embed import show_embed
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words(LANGUAGE)
KEPT_SECONDS = 300
"""A portal's page may be looked at often: what a frame shows is kept as long by each browser."""


class WidgetParameters(BaseModel):
    """What the address of a frame holds: everything that matters is signed."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=1_000)]
    limit: int = 5


@router.get("/integration/widget", dependencies=[Depends(OnlyParametersOf(WidgetParameters))])
def widget(
    request: Request,
    parameters: Annotated[WidgetParameters, Query()],
    application: Installation,
) -> Response:
    """The best synergies that the token opens; a frame may show it where the token says."""
    shown = show_embed(application, parameters.token, parameters.limit, FRENCH)
    if shown.ended:
        return framed_page(request, "widget_ended", shown.origins, 410)
    answer = framed_page(
        request,
        "widget",
        shown.origins,
        sheets=[printed(item) for item in shown.items],
        places=shown.places,
        need=shown.need,
    )
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer
