"""The HTTP interface as one ASGI application: `uvicorn api.app:create_app --factory`."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware

from api import openapi, problems
from api.body_limits import MEGABYTE, BodyLimit
from api.envelope import Envelope
from api.routes import (
    actors,
    algorithm,
    documentation,
    health,
    metrics,
    recommendations,
    territories,
)
from api.routes import problems as problem_types
from api.supervision import stop_with_parent
from api.wiring import check_access
from matcher.bootstrap import Application, bootstrap
from matcher.errors import SynergiesError
from matcher.settings import Settings
from matcher.wording.words import Words

LOG = logging.getLogger(__name__)
BODY_LIMITS = {"/actors/import": 50 * MEGABYTE}
OPEN_ROUTERS = (health.router, documentation.router, problem_types.router)
ROUTERS = (
    recommendations.router,
    actors.router,
    territories.router,
    algorithm.router,
    metrics.router,
)


def create_app(application: Application | None = None) -> FastAPI:
    """Build the interface over an installation, or over the one that the environment describes.

    An installation that is given stays its owner's to close. One that is bootstrapped here is
    opened when the server starts, warmed up beside it, and closed when it stops.
    """
    app = FastAPI(
        title=openapi.TITLE,
        version=openapi.VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_served if application is None else None,
        middleware=[Middleware(Envelope), Middleware(BodyLimit, exceptions=BODY_LIMITS)],
    )
    app.state.application = application
    problems.install(app)
    openapi.install(app)
    for router in OPEN_ROUTERS:
        app.include_router(router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(check_access)])
    return app


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[None]:
    stop_with_parent()
    application = _bootstrapped()
    app.state.application = application
    Thread(target=_warm_up, args=(application,), daemon=True).start()
    try:
        yield
    finally:
        application.close()


def _bootstrapped() -> Application:
    settings = Settings.from_environment(os.environ)
    try:
        return bootstrap(settings)
    except SynergiesError as error:
        LOG.error("%s", Words(settings.language).error(error))
        raise


def _warm_up(application: Application) -> None:
    """Load the model and build the first index before somebody waits for them."""
    try:
        application.snapshot()
    except SynergiesError as error:
        LOG.error("%s", Words(application.settings.language).error(error))
