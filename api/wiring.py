"""What a route needs from the installation and from the request, as FastAPI dependencies.

They are coroutines because FastAPI sends every plain function to another thread and back, which
takes longer than any of them, and longer still while other threads compute.
"""

from typing import Annotated

from fastapi import Depends, Request

from api.faults import refuse
from api.language import words_of
from matcher.bootstrap import Application
from matcher.wording.words import Words


async def application_of(request: Request) -> Application:
    """The installation that the process serves."""
    application: Application = request.app.state.application
    return application


async def check_access(request: Request) -> None:
    """Let everybody in with SYNERGIES_AUTH=off; refuse everything otherwise.

    There are no accounts yet: an installation that asks for them must not answer without.
    """
    application: Application = request.app.state.application
    if application.settings.auth != "off":
        raise refuse(503, "accounts-not-available")


async def speaker(request: Request) -> Words:
    """The words of the language that the request prefers."""
    return words_of(request)


Installation = Annotated[Application, Depends(application_of)]
Speaking = Annotated[Words, Depends(speaker)]
