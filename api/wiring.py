"""What a route needs from the installation and from the request, as FastAPI dependencies."""

from typing import Annotated

from fastapi import Depends, Request

from api.faults import refuse
from api.language import words_of
from matcher.bootstrap import Application
from matcher.wording.words import Words


def application_of(request: Request) -> Application:
    """The installation that the process serves."""
    application: Application = request.app.state.application
    return application


def check_access(request: Request) -> None:
    """Let everybody in with SYNERGIES_AUTH=off; refuse everything otherwise.

    There are no accounts yet: an installation that asks for them must not answer without.
    """
    if application_of(request).settings.auth != "off":
        raise refuse(503, "accounts-not-available")


Installation = Annotated[Application, Depends(application_of)]
Speaking = Annotated[Words, Depends(words_of)]
