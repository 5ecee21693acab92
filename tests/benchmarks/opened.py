"""A fresh process: ``python -m tests.benchmarks.opened FOLDER ACTORS MODELS [only-opening]``.

Opens a country, warms up as the service does beside its start, asks it from a département, prints
one line of JSON: seconds to open, resident memory, then the best pairs of the département the first
time and again, which may take long.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median

from matcher.usecases.warm_up import warm_up
from tests.benchmarks.countries import DEPARTMENT, Country, drawn_from

ASKED = 200
AGAIN = 5
ONLY_OPENING = "only-opening"
SLOW_SECONDS = 5.0
"""Beyond this, the best pairs are asked for once more, not several times."""


def memory() -> dict[str, int]:
    """Bytes in memory: mapped from files (which other processes share), and the process's own."""
    found = {}
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "RssFile", "RssAnon"):
            found[name] = int(value.split()[0]) * 1024
    return {
        "resident_bytes": found["VmRSS"],
        "mapped_bytes": found["RssFile"],
        "own_bytes": found["RssAnon"],
    }


def best_pairs(country: Country) -> dict[str, object]:
    """Seconds that the best pairs of the département take, the first time and again."""
    start = time.perf_counter()
    country.answer_territory(DEPARTMENT)
    cold = time.perf_counter() - start
    times = []
    for _ in range(AGAIN if cold < SLOW_SECONDS else 1):
        start = time.perf_counter()
        country.answer_territory(DEPARTMENT)
        times.append(time.perf_counter() - start)
    return {
        "pairs_cold_seconds": round(cold, 4),
        "pairs_warm_seconds": round(median(times), 4),
        "after_pairs": memory(),
    }


def main() -> None:
    """Measure once; the modules are imported already, as a server's are before it answers."""
    folder, actors, models = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    before = memory()
    start = time.perf_counter()
    country = Country(folder, actors, models)
    opened = time.perf_counter() - start
    told: dict[str, object] = {"open_seconds": round(opened, 3), "before": before}
    told["after_opening"] = memory()
    start = time.perf_counter()
    warm_up(country.application)
    told["warm_seconds"] = round(time.perf_counter() - start, 3)
    names = [country.index.ids[a] for a in drawn_from(country.sitting(), ASKED, seed=3)]
    start = time.perf_counter()
    country.answer(names[0])
    told["first_answer_seconds"] = round(time.perf_counter() - start, 3)
    for name in names:
        country.answer(name)
    told["after_answers"] = memory() | {"answers": ASKED}
    if ONLY_OPENING not in sys.argv:
        told |= best_pairs(country)
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
