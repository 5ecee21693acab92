"""Speed and size over a made-up country: ``python -m tests.benchmarks.country``.

``synergies bench generate --actors N --seed 1`` makes the countries. Contenders take turns, round
after round: the product on each size of country, then on one size beside peers that only do the
vector part with a filter on the département, and beside the floor. Writes JSON that
``python -m tests.benchmarks.report`` turns into docs/performance.md.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from matcher.engine.candidates import candidates
from matcher.engine.index import Snapshot
from matcher.engine.profiles import Kind, Role
from matcher.population.sources import load_sources
from models.prepare import DEFAULT_DIRECTORY
from tests.benchmarks.countries import (
    DEPARTMENT,
    Country,
    ask,
    drawn_from,
    same_department,
)
from tests.benchmarks.opened import ONLY_OPENING
from tests.benchmarks.peers import measure_peers
from tests.benchmarks.timing import (
    WARMING,
    Action,
    interleaved,
    machine,
    observed,
    percentiles,
    ratio,
)

ENCODED = 384
"""Columns of the bare encoder's vectors, to which the index adds thématiques and stance."""
OPENINGS = 3
WHOLE_COUNTRY_ROUNDS = 30

Phase = Callable[[argparse.Namespace, dict[int, Country]], dict[str, Any]]


def measure_partners(options: argparse.Namespace, countries: dict[int, Country]) -> dict[str, Any]:
    """Partners of stored actors of Val-d'Oise, on each size of country, filtered or not."""
    rounds = options.rounds + WARMING
    asking = {
        (size, part): drawn_from(country.sitting(), rounds, seed)
        for size, country in countries.items()
        for seed, part in enumerate(("engine", "whole"))
    }

    def contenders(number: int) -> Iterator[tuple[str, Action]]:
        for size, country in countries.items():
            a, index = asking[size, "engine"][number], country.index
            name = country.index.ids[asking[size, "whole"][number]]
            for filtered in (None, DEPARTMENT):
                label = f"{size} {'filtered' if filtered else 'anywhere'}"
                question = country.question(filtered)
                yield f"{label} engine", partial(ask, index, a, country.snapshot, question)
                yield f"{label} whole", partial(country.answer, name, filtered)

    times = interleaved(dict(contenders(number)) for number in range(rounds))
    reached = {
        f"{size} {name}": _reached(country, asking[size, "engine"], filtered)
        for size, country in countries.items()
        for name, filtered in (("anywhere", None), ("filtered", DEPARTMENT))
    }
    return {
        "times": {name: percentiles(spent) for name, spent in times.items()},
        "median_candidates": reached,
        "sitting": {str(size): len(country.sitting()) for size, country in countries.items()},
    }


def _reached(country: Country, asking: Sequence[int], department: str | None) -> int:
    """How many actors a question looks at: the median over some of those who ask."""
    index, filters = country.index, country.question(department).filters
    found = [len(candidates(index, a, index, filters)) for a in asking[:50]]
    return int(np.median(found))


def measure_growth(options: argparse.Namespace, countries: dict[int, Country]) -> dict[str, Any]:
    """The same département in its country, and in one that grew all around it."""
    largest, smallest = countries[max(countries)], min(countries)
    small, grown, local = same_department(largest, smallest)
    question = largest.question()
    settings = {"small": small, "grown": grown}
    snapshots = {name: Snapshot(name, index.model, (index,)) for name, index in settings.items()}
    asking = drawn_from(np.arange(len(local)), options.rounds + WARMING, seed=5)
    names = [local[number] for number in asking]

    def contenders(name: str) -> Mapping[str, Action]:
        return {
            where: partial(ask, index, index.positions[name], snapshots[where], question)
            for where, index in settings.items()
        }

    times = interleaved(contenders(name) for name in names)
    sizes = {name: len(index.ids) for name, index in settings.items()}
    return {
        "actors": sizes,
        "grown_times": round(sizes["grown"] / sizes["small"], 1),
        "times": {name: percentiles(spent) for name, spent in times.items()},
        "ratio": ratio(times["grown"], times["small"]),
    }


def measure_free_text(options: argparse.Namespace, countries: dict[int, Country]) -> dict[str, Any]:
    """A need typed as free text, in Val-d'Oise and in the whole of the largest country."""
    country = countries[max(countries)]
    encoder = country.application.encoder
    bank = load_sources().bank(Role.NEED)
    needs = [bank[k % len(bank)] for k in range(options.rounds + WARMING)]
    zone = {"zone": [f"department:{DEPARTMENT}"]}

    def profile(need: str) -> dict[str, object]:
        return {"kind": Kind.SOCIAL_WORKER.value, "needs": [need]}

    def contenders(need: str) -> Mapping[str, Action]:
        return {
            "whole": partial(country.answer_profile, profile(need) | zone),
            "encoding": partial(encoder.encode, [need], Role.NEED),
        }

    times = interleaved(contenders(need) for need in needs)
    index = country.index
    entrepreneurs = np.flatnonzero(~index.columns.social_workers)
    rows = index.offers.views(index.offers.rows_of(entrepreneurs)[0])
    probe = rows[0].copy()

    def everywhere(need: str) -> Mapping[str, Action]:
        return {
            "whole": partial(country.answer_profile, profile(need)),
            "floor": partial(_best, rows, probe),
        }

    national = interleaved(everywhere(n) for n in needs[: WHOLE_COUNTRY_ROUNDS + WARMING])
    return {
        "actors": len(index.ids),
        "department": {name: percentiles(spent) for name, spent in times.items()},
        "country": {name: percentiles(spent) for name, spent in national.items()},
        "country_over_floor": ratio(national["whole"], national["floor"]),
        "country_actors_compared": len(entrepreneurs),
        "country_rows_compared": len(rows),
    }


def _best(rows: Any, vector: Any) -> Any:
    return np.argpartition(-(rows @ vector), 10)[:10]


def measure_opening(options: argparse.Namespace, countries: dict[int, Country]) -> dict[str, Any]:
    """Fresh processes: how long they take to open, what they hold, the best pairs of the 95."""
    told = {}
    for size, country in countries.items():
        runs = [_opened(options, size)]
        runs += [_opened(options, size, ONLY_OPENING) for _ in range(OPENINGS - 1)]
        seconds = [name for name in runs[-1] if name.endswith("seconds")]
        told[str(size)] = runs[0] | {name: median(run[name] for run in runs) for name in seconds}
        told[str(size)] |= _size_on_disk(country)
    return told


def _opened(options: argparse.Namespace, size: int, *more: str) -> dict[str, Any]:
    command = ["-m", "tests.benchmarks.opened", str(options.folder), str(size)]
    command = [sys.executable, *command, str(options.models), *more]
    ran = subprocess.run(command, check=True, capture_output=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _size_on_disk(country: Country) -> dict[str, int]:
    folder = max(p for p in country.application.settings.index_directory.iterdir() if p.is_dir())
    rows, columns = 0, 0
    for block in (country.index.needs, country.index.offers):
        rows, columns = rows + len(block), block.rows.vectors.shape[1]
    return {
        "index_bytes": sum(file.stat().st_size for file in folder.iterdir()),
        "statements": rows,
        "columns": columns,
        "encoded_int8_bytes": rows * ENCODED,
        "compared_int8_bytes": rows * columns,
    }


PHASES: dict[str, Phase] = {
    "partners": measure_partners,
    "growth": measure_growth,
    "peers": measure_peers,
    "free_text": measure_free_text,
    "opening": measure_opening,
}


def main() -> None:
    """Measure what was asked for; each phase is written as soon as it is over."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--models", type=Path, default=DEFAULT_DIRECTORY)
    parser.add_argument("--actors", type=int, nargs="+", default=[10_000, 100_000, 600_000])
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--peer-vectors", type=int, default=200_000)
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=list(PHASES))
    parser.add_argument("--output", type=Path, default=Path("var/bench/measured/country.json"))
    options = parser.parse_args()
    countries = {size: Country(options.folder, size, options.models) for size in options.actors}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    known = options.output.read_text("utf-8") if options.output.exists() else "{}"
    told = json.loads(known) | {"machine": machine()}
    for name in options.phases:
        with observed() as load:
            measured = PHASES[name](options, countries)
        told[name] = measured | {"observed": load}
        options.output.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        print(f"{name}: {load}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
