"""Work on all processors of this machine at once, without holding more than they need."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from matcher.engine.protocols import Found

AHEAD = 4
"""Calls waiting for each processor: each holds what it works on."""


def side_by_side(calls: Iterable[Callable[[], Found]], /) -> Iterator[Found]:
    """Make calls in as many threads as there are processors: a ``SideBySide`` of the engine.

    They are taken one after the other by the thread that reads the results.
    """
    threads = os.cpu_count() or 1
    waiting = iter(calls)
    with ThreadPoolExecutor(threads, thread_name_prefix="tiles") as pool:
        ahead = deque(pool.submit(call) for call in islice(waiting, AHEAD * threads))
        while ahead:
            found = ahead.popleft().result()
            ahead.extend(pool.submit(call) for call in islice(waiting, 1))
            yield found
