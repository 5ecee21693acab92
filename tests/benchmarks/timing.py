"""Time contenders in turn, so that a busy machine slows all of them alike."""

import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

Action = Callable[[], object]
Figures = dict[str, float]
Times = dict[str, list[float]]

WARMING = 10
"""Rounds that are run before any is timed."""


def milliseconds(action: Action) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def interleaved(rounds: Iterator[Mapping[str, Action]] | Sequence[Mapping[str, Action]]) -> Times:
    """Milliseconds of each contender, round after round; the first few rounds are not counted."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for number, contenders in enumerate(rounds):
        for name, action in contenders.items():
            spent = milliseconds(action)
            if number >= WARMING:
                times[name].append(spent)
    return dict(times)


def percentiles(spent: Sequence[float]) -> Figures:
    """What half, 95 % and 99 % of the questions take at most, in milliseconds."""
    told = {f"p{q}_ms": round(float(np.percentile(spent, q)), 3) for q in (50, 95, 99)}
    return told | {"questions": len(spent)}


def ratio(spent: Sequence[float], beside: Sequence[float]) -> float:
    """The median over rounds of one contender's time to another's in the same round."""
    return round(float(np.median(np.array(spent) / np.array(beside))), 4)


@contextmanager
def observed() -> Iterator[dict[str, object]]:
    """Tell how busy the machine was while something was measured, and how long that took."""
    told: dict[str, object] = {"load_before": round(os.getloadavg()[0], 2)}
    start = time.perf_counter()
    yield told
    told["load_after"] = round(os.getloadavg()[0], 2)
    told["seconds"] = round(time.perf_counter() - start, 1)


def machine() -> dict[str, object]:
    """What was measured on, without its name."""
    model, memory = platform.processor() or platform.machine(), 0.0
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            memory = int(line.split()[1]) / 2**20
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []
