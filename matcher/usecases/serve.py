"""Serve the HTTP interface from one or several processes."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from matcher.logs import log_config
from matcher.store.database import Database
from matcher.usecases.listening import WORKERS_FOLDER, Listener, open_listener

FAILED = 1
"""Exit code when the interface could not start; the log says why."""
STOPPING_SECONDS = 10
"""How long answers in progress may take once the server is asked to stop."""
UNRESPONSIVE_SECONDS = 30
"""A worker that is silent for so long is replaced: opening a large index is no reason to be."""


def serve(
    *,
    host: str,
    port: int,
    workers: int,
    database_url: str | None = None,
    log: str = "text",
    factory: str = "api.app:create_app",
) -> None:
    """Run until interrupted; raises InvalidInput when the address cannot be listened on.

    The database of ``database_url`` is opened once, so that NotReady is raised here rather than
    in each worker. ``factory`` names what makes the ASGI application, once in each of them.
    ``log`` is the form of the lines on standard error, ``json`` or ``text``.
    """
    if database_url is not None:
        Database.open(database_url).close()
    with open_listener(host, port) as listener, _counting_together(workers):
        config = Config(
            factory,
            factory=True,
            workers=workers,
            timeout_graceful_shutdown=STOPPING_SECONDS,
            timeout_worker_healthcheck=UNRESPONSIVE_SECONDS,
            # It would write whole addresses, with the ids of the actors asked about: ours does not.
            access_log=False,
            server_header=False,
            log_config=log_config(log),
        )
        _announce(*listener.address)
        started = _several(config, listener) if workers > 1 else _one(config, listener)
    if not started:
        raise SystemExit(FAILED)


@contextmanager
def _counting_together(workers: int) -> Iterator[None]:
    """Give several workers a folder where they count together what was asked, and by whom.

    So any of them tells all that was measured, and a limit holds over all of them.
    """
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="synergies-workers-") as folder:
        os.environ[WORKERS_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[WORKERS_FOLDER]


def _one(config: Config, listener: Listener) -> bool:
    server = Server(config)
    # Raised once the server has stopped properly, or could not start.
    with suppress(KeyboardInterrupt, SystemExit):
        server.run(sockets=[listener])
    return server.started


def _several(config: Config, listener: Listener) -> bool:
    supervisor = Multiprocess(config, sockets=[listener])
    supervisor.run()
    return all(worker.exitcode != STARTUP_FAILURE for worker in supervisor.processes)


def _announce(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    logging.getLogger("uvicorn.error").info("Listening on http://%s:%d", shown, port)
