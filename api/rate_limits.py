"""How often one caller may ask: counted by key or address and by cost, over all workers."""

import logging
import sqlite3
import time
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from pathlib import Path

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from limits.util import WindowStats

from api.access_table import Cost
from api.faults import refuse
from api.shared_counts import SharedCounts
from matcher.errors import NotReady

LOG = logging.getLogger(__name__)

USUAL: Mapping[Cost, str] = {
    Cost.OPEN: "600/minute",
    Cost.READING: "1200/minute",
    Cost.QUESTION: "600/minute",
    Cost.CHANGE: "120/minute",
    Cost.IMPORT: "12/minute",
    Cost.SIGN_IN: "20/minute",
    Cost.REFUSED: "60/minute",
}
UNLIMITED = "off"


class RateLimits:
    """Counts requests; ``limits`` is what :func:`read_limits` gives, empty for none.

    Workers that are given the same ``file`` count together; without one, a process counts alone.
    Where the file fails (a full disk), each worker goes on alone, and the log says so.
    """

    def __init__(self, limits: Mapping[Cost, RateLimitItem], file: Path | None = None) -> None:
        self._limits = limits
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._together = None
        if limits and file is not None:
            self._together = SlidingWindowCounterRateLimiter(SharedCounts(file))

    def spend(self, request: Request, cost: Cost, who: str | None) -> None:
        """Count a request of ``who``, or of its address; raises Refused (429) past the limit.

        What is left is told in the headers of the answer, whatever it is.
        """
        limit = self._limits.get(cost)
        if limit is None:
            return
        payer = who or address_of(request)
        allowed, left = self._counted(limit, cost, payer)
        wait = max(1, ceil(left.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": f'"{cost}";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"{cost}";r={max(0, left.remaining)};t={wait}',
        }
        request.state.added_headers = headers
        if not allowed:
            refused = refuse(429, "too-many-requests", seconds=wait)
            refused.headers["Retry-After"] = str(wait)
            raise refused

    def _counted(self, limit: RateLimitItem, cost: Cost, payer: str) -> tuple[bool, WindowStats]:
        if self._together is not None:
            try:
                return _hit(self._together, limit, cost, payer)
            except sqlite3.Error as error:
                LOG.error("requests are counted by each worker alone: %s", error)
                self._together = None
        return _hit(self._alone, limit, cost, payer)


def _hit(
    counter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, cost: Cost, payer: str
) -> tuple[bool, WindowStats]:
    allowed = counter.hit(limit, cost.value, payer)
    return allowed, counter.get_window_stats(limit, cost.value, payer)


def read_limits(text: str | None, *, asks_keys: bool) -> Mapping[Cost, RateLimitItem]:
    """Limits as ``SYNERGIES_RATE_LIMITS`` tells them: ``off``, or ``question=10/minute,…``.

    What is not told is as usual where keys are asked for, and unlimited where everybody on this
    machine may ask. Raises NotReady ``rate-limits``.
    """
    if (text or "").strip().casefold() == UNLIMITED:
        return {}
    told = dict(USUAL) if asks_keys else {}
    try:
        for part in filter(None, (part.strip() for part in (text or "").split(","))):
            cost, _, limit = part.partition("=")
            told[Cost(cost.strip())] = limit.strip()
        return {cost: parse(limit) for cost, limit in told.items()}
    except ValueError as error:
        costs = [cost.value for cost in Cost]
        raise NotReady("rate-limits", accepted=costs) from error


def address_of(request: Request) -> str:
    """The address a request comes from; of IPv6 the /64, which one subscriber has whole."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host or "?"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)
