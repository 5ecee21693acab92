"""What a route needs from the installation and from the request, as FastAPI dependencies.

They are coroutines because FastAPI sends every plain function to another thread and back, which
takes longer than any of them, and longer still while other threads compute.
"""

from typing import Annotated

from fastapi import Depends, Request

from api.access import scope_of
from api.language import words_of
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.wording.words import Words


async def application_of(request: Request) -> Application:
    """The installation that the process serves."""
    application: Application = request.app.state.application
    return application


async def speaker(request: Request) -> Words:
    """The words of the language that the request prefers."""
    return words_of(request)


Installation = Annotated[Application, Depends(application_of)]
Seen = Annotated[Scope, Depends(scope_of)]
Speaking = Annotated[Words, Depends(speaker)]
