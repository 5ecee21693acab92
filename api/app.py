"""The HTTP interface as one ASGI application: `uvicorn api.app:create_app --factory`."""

import logging
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event, Thread

from fastapi import Depends, FastAPI
from limits import RateLimitItem
from starlette.middleware import Middleware

from api import openapi, problems
from api.access import admit
from api.access_table import Cost
from api.body_limits import MEGABYTE, BodyLimit
from api.cors import Cors
from api.envelope import Envelope
from api.rate_limits import RateLimits, read_limits
from api.routes import (
    actors,
    algorithm,
    batches,
    documentation,
    health,
    metrics,
    recommendations,
    rights,
    territories,
)
from api.routes import problems as problem_types
from api.supervision import stop_with_parent
from api.time_limits import TimeLimit
from api.web import home
from api.web.pages import prepare_templates
from api.web.routers import PAGES
from matcher.bootstrap import Application, bootstrap
from matcher.errors import SynergiesError
from matcher.generations import Generations
from matcher.settings import Settings
from matcher.usecases.forget_uploads import keep_forgetting_uploads
from matcher.usecases.listening import WORKERS_FOLDER
from matcher.usecases.read_origins import origins_that_may_ask
from matcher.usecases.warm_up import warm_up
from matcher.wording.words import Words

LOG = logging.getLogger(__name__)
COUNTS_FILE = "requests.sqlite"
"""In the folder of the workers: what they have counted of each caller."""
BODY_LIMITS = {"/actors/import": 50 * MEGABYTE, "/import": 11 * MEGABYTE}
TIME_LIMITS = {"/actors/import": 600.0, "/import/confirmation": 600.0}
ROUTERS = (
    *(health.router, documentation.router, problem_types.router),
    *(recommendations.router, actors.router, rights.router),
    *(territories.router, algorithm.router, batches.router),
    *(metrics.router, *PAGES),
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
        openapi_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_served if application is None else None,
        middleware=[
            Middleware(Envelope),
            Middleware(Cors),
            Middleware(TimeLimit, exceptions=TIME_LIMITS),
            Middleware(BodyLimit, exceptions=BODY_LIMITS),
        ],
    )
    app.state.application = application
    app.state.rate_limits = RateLimits({} if application is None else _limits_of(application))
    app.state.cors_origins = () if application is None else _origins_of(application)
    problems.install(app)
    home.install(app)
    openapi.install(app)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(admit)])
    return app


def _limits_of(application: Application) -> Mapping[Cost, RateLimitItem]:
    settings = application.settings
    return read_limits(settings.rate_limits, asks_keys=settings.asks_keys)


def _origins_of(application: Application) -> tuple[str, ...]:
    return origins_that_may_ask(application.settings)


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[None]:
    stop_with_parent()
    application = _bootstrapped()
    app.state.application = application
    folder = os.environ.get(WORKERS_FOLDER)
    counts = Path(folder) / COUNTS_FILE if folder else None
    app.state.rate_limits = RateLimits(_limits_of(application), counts)
    app.state.cors_origins = _origins_of(application)
    Thread(target=_warm_up, args=(application,), daemon=True).start()
    stop = Event()
    generations = Generations(
        application,
        Settings.from_environment(os.environ),
        lambda following: setattr(app.state, "application", following),
    )
    Thread(target=generations.follow, args=(stop,), daemon=True).start()
    Thread(target=keep_forgetting_uploads, args=(application, stop), daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        application.close()


def _bootstrapped() -> Application:
    settings = Settings.from_environment(os.environ)
    try:
        return bootstrap(settings)
    except SynergiesError as error:
        LOG.error("%s", Words(settings.language).error(error))
        raise


def _warm_up(application: Application) -> None:
    """Load what answers before somebody waits for it."""
    started = time.perf_counter()
    try:
        count = warm_up(application)
        prepare_templates()
        LOG.info("warmed up in %.1f s: %d actors", time.perf_counter() - started, count)
    except SynergiesError as error:
        LOG.error("%s", Words(application.settings.language).error(error))
