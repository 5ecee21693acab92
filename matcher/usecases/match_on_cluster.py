"""The pairs of everybody on a Dask cluster: one task per département, then per what lies beyond.

Only positions in the index and what pairs are worth cross the network: no text, no vector.
"""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.bootstrap import bootstrap
from matcher.engine.batch import Batches
from matcher.engine.best_partners import BestPartners
from matcher.engine.columns import Floats, Positions
from matcher.engine.remembering import forget_texts, remembers_texts
from matcher.errors import NotReady, SynergiesError
from matcher.settings import Settings
from matcher.usecases.find_partners import Cut, Finished, Step, Tell, calls_of, touching
from models.matching import Matching

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECTED_WITHIN = 10.0
NO_WORKER_FOR = 60.0
"""Seconds without a scheduler, or without any worker, after which a run is given up."""

LOOKED_AT_EVERY = 5.0
RETRIES = 3
"""How often a task is done again where its worker failed; Dask itself allows three deaths."""

_OPENING = Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """What every worker has to agree on: the version of the index, of which day, and the rest."""

    version: str
    day: date
    territory: str | None
    limit: int


class Found(NamedTuple):
    """Pairs that are among the best of their owner, as :meth:`BestPartners.keep` takes them."""

    owners: Positions
    partners: Positions
    worth: Floats


def match_on_cluster(
    scheduler: str,
    asked: Asked,
    steps: Sequence[Step],
    found: BestPartners,
    tell: Tell,
    finished: Finished,
) -> None:
    """Do steps on the workers of a scheduler (``tcp://host:port``): a ``Way`` of find_partners.

    A worker that dies changes nothing: its tasks are done again elsewhere. Raises NotReady
    ``dask-not-installed``, ``no-scheduler``, ``no-workers``, ``cluster-failed``, and what a worker
    raises: ``index-of-another-version`` where it sees another content of the store.
    """
    with _connected(scheduler) as client:
        for _, some in groupby(steps, key=lambda step: step.at_home):
            least = client.submit(np.copy, found.worth[:, -1], pure=False, retries=RETRIES)
            largest_first = sorted(some, key=lambda step: -step.pairs)
            tasks = {
                client.submit(match_step, asked, step, least, pure=False, retries=RETRIES): step
                for step in largest_first
            }
            for future in _as_they_end(client, list(tasks)):
                found.keep(*future.result())
                step = tasks.pop(future)
                tell(step.pairs)
                finished(step.name)


def match_step(asked: Asked, step: Step, least: Floats) -> Found:
    """What a worker does: one step, from what the last partner of everybody is worth so far.

    ``least`` is float64 (actors,), minus infinity where there is room. The installation is that of
    the worker's own environment. Raises NotReady ``index-of-another-version``.
    """
    with _OPENING:
        batches, cut, matching = _opened(asked)
    found = BestPartners.none_yet(len(batches.index.ids), asked.limit)
    # Just below, so that an equal pair is still found: it may come first in the index.
    found.worth[:] = np.nextafter(least, -np.inf)[:, np.newaxis]
    for call in calls_of(batches, cut[step.department], found, matching, step.at_home):
        call()
    owners, ranks = np.nonzero(found.partners >= 0)
    partners = found.partners[owners, ranks].astype(np.int64)
    return Found(owners, partners, found.worth[owners, ranks])


@remembers_texts
@lru_cache(maxsize=1)
def _opened(asked: Asked) -> tuple[Batches, Cut, Matching]:
    """This worker's own installation, opened once a run; what it maps is shared on one machine."""
    application = bootstrap(Settings.from_environment(os.environ))
    try:
        index, version = application.live.whole(asked.day)
        if version != asked.version:
            raise NotReady("index-of-another-version", theirs=version, ours=asked.version)
        batches = Batches(index)
        return batches, touching(batches, asked.territory), application.matching
    finally:
        application.close()


@contextmanager
def _connected(scheduler: str) -> Iterator["Client"]:
    """A client, closed at the end: what it asked for is then forgotten by the scheduler."""
    try:
        import distributed  # noqa: PLC0415
    except ImportError as error:
        raise NotReady("dask-not-installed") from error
    try:
        client = distributed.Client(scheduler, timeout=CONNECTED_WITHIN)
    except (OSError, ValueError) as error:
        raise NotReady("no-scheduler", address=scheduler) from error
    with client:
        try:
            yield client
        except (OSError, distributed.client.FuturesCancelledError) as error:
            raise NotReady("no-scheduler", address=scheduler) from error
        finally:  # workers live on: they must not keep people who may be erased tomorrow
            with suppress(OSError):
                client.run(forget_texts, on_error="ignore")


def _as_they_end(client: "Client", futures: Iterable["Future"]) -> Iterator["Future"]:
    """Futures as they are done; raises what a worker raised, and where there is none left."""
    import distributed  # noqa: PLC0415

    pending, seen = set(futures), time.monotonic()
    while pending:
        try:
            done, pending = distributed.wait(
                pending, timeout=LOOKED_AT_EVERY, return_when="FIRST_COMPLETED"
            )
        except TimeoutError:
            done = set()
        for future in done:
            _raise_failure(future)
            yield future
        if done or client.nthreads():
            seen = time.monotonic()
        elif time.monotonic() - seen > NO_WORKER_FOR:
            raise NotReady("no-workers", seconds=round(NO_WORKER_FOR))


def _raise_failure(future: "Future") -> None:
    error = future.exception()
    if isinstance(error, SynergiesError):
        raise error
    if error is not None:
        raise NotReady("cluster-failed", reason=type(error).__name__) from error
