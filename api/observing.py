"""What is counted and logged of each request: its route, status and time, never what it asked."""

import logging
import os

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from matcher.bootstrap import Application
from matcher.errors import NotReady
from matcher.usecases.index_standing import index_standing

LOG = logging.getLogger(__name__)

NO_ROUTE = "(none)"
"""The route of a request that no route took: what it asked for may name a person."""
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "synergies_http_requests",
    "Requests answered.",
    ["method", "route", "status"],
    registry=_REGISTRY,
)
_DURATIONS = Histogram(
    "synergies_http_request_duration_seconds",
    "From the first byte of a request to the last of its answer.",
    ["route"],
    buckets=SECONDS,
    registry=_REGISTRY,
)


def observe(request: Request, status: int, seconds: float) -> None:
    """Count one answered request, and log a line of it."""
    route = getattr(request.scope.get("route"), "path", NO_ROUTE)
    _REQUESTS.labels(request.method, route, status).inc()
    _DURATIONS.labels(route).observe(seconds)
    milliseconds = round(seconds * 1000, 1)
    LOG.info(
        *("%s %s %d, %.1f ms", request.method, route, status, milliseconds),
        extra={
            "request_id": request.state.request_id,
            "method": request.method,
            "route": route,
            "status": status,
            "duration_ms": milliseconds,
        },
    )


def exposition(application: Application) -> bytes:
    """Everything measured, in the text format of Prometheus.

    Requests are those of all workers where there are several; the index is that of the worker
    that answers.
    """
    requests = _REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    installation = CollectorRegistry()
    installation.register(_Installation(application))
    return generate_latest(requests) + generate_latest(installation)


class _Installation(Collector):
    def __init__(self, application: Application) -> None:
        self._application = application

    def collect(self) -> list[GaugeMetricFamily]:
        """The gauges of an installation as it is now; none where it is not ready."""
        try:
            standing = index_standing(self._application)
        except NotReady:
            return []
        told = {
            "synergies_store_sequence": ("Changes made to the store.", standing.stored),
            "synergies_index_sequence": ("The last change the index knows.", standing.indexed),
            "synergies_index_age_seconds": (
                "For how long the index may have been behind the store; 0 when it is not.",
                standing.age_seconds,
            ),
            "synergies_index_actors": ("Actors in the index.", standing.actors),
        }
        return [GaugeMetricFamily(name, text, value) for name, (text, value) in told.items()]
