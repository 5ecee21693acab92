"""Who is suggested to whom, beside an exact solver and plain top-k.

``python -m tests.benchmarks.assignment``. The market is made up: two social workers for one
organisation, in blocks as wide as a département, each worker with sixteen possible partners near
by, drawn so that a few organisations are hubs that everybody scores high. Writes JSON that
``python -m tests.benchmarks.report`` turns into a section of docs/performance.md.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matcher.engine.assignment import WELCOME, Proposals, assign, plain_top, spread
from matcher.engine.columns import Positions
from tests.benchmarks.timing import machine, observed

SIZES = (20_000, 600_000)
EXACT = 20_000
"""Actors of the market that an exact solver ends in minutes."""

MONTHS = 6
BLOCK = 200
PARTNERS = 16
DECLARED = 0.7
"""Share of actors who say how many contacts a month they take, one to five; the others take 3."""

HUBS = 3.0
"""How much more often the first organisations of a block are met: places are drawn as u ** HUBS."""


def market(actors: int, seed: int) -> Proposals:
    """Draw a market with hubs; the same ``actors`` and ``seed`` give the same one."""
    drawn = np.random.default_rng([seed, actors])
    workers = 2 * actors // 3
    organizations = actors - workers
    firsts = np.repeat(np.arange(workers, dtype=np.int64), PARTNERS)
    home = firsts * organizations // workers // BLOCK * BLOCK
    width = np.minimum(BLOCK, organizations - home)
    place = (width * drawn.random(len(firsts)) ** HUBS).astype(np.int64)
    others = workers + home + place
    _, once = np.unique(firsts * actors + others, return_index=True)
    liked = (1 - place[once] / width[once]) ** 2
    worth = 0.5 + 0.45 * (0.5 * liked + 0.5 * drawn.random(len(once)))
    declared = drawn.integers(1, 6, actors)
    room = np.where(drawn.random(actors) < DECLARED, declared, 3).astype(np.int32)
    return Proposals(firsts[once], others[once], worth, room)


def figures(given: Proposals, chosen: Positions) -> dict[str, float]:
    """What a choice is worth and how it falls on both sides."""
    sides = {"workers": given.firsts, "organisations": given.others}
    told: dict[str, float] = {
        "pairs": len(chosen),
        "worth": round(float(given.worth[chosen].sum()), 2),
    }
    for side, owners in sides.items():
        found = spread(owners, chosen)
        told[f"coverage_{side}"] = round(found.coverage, 4)
        told[f"gini_{side}"] = round(found.gini, 4)
    return told


def timed(choose: Callable[[], Any]) -> tuple[Any, float]:
    """What a choice gives, and its seconds."""
    start = time.perf_counter()
    chosen = choose()
    return chosen, round(time.perf_counter() - start, 2)


def measure(actors: int, seed: int) -> dict[str, Any]:
    """The assignment of one market beside plain top-k, and beside worth alone."""
    given = market(actors, seed)
    chosen, seconds = timed(lambda: assign(given))
    top, top_seconds = timed(lambda: plain_top(given))
    alone = assign(given, welcome=0)
    return {
        "actors": actors,
        "proposals": len(given.worth),
        "gap": chosen.gap,
        "ways": {
            "assignment": figures(given, chosen.chosen) | {"seconds": seconds},
            "worth alone": figures(given, alone.chosen),
            "plain top-k": figures(given, top) | {"seconds": top_seconds},
        },
    }


def exact(given: Proposals) -> Positions:
    """The choice of greatest value, by HiGHS: pairs, then who is met."""
    pairs, actors = len(given.worth), len(given.capacity)
    ends = np.concatenate([given.firsts, given.others])
    columns, ones = np.tile(np.arange(pairs), 2), np.ones(2 * pairs)
    degree = coo_array((ones, (ends, columns)), shape=(actors, pairs + actors))
    rows = np.concatenate([ends, np.arange(actors)])
    both = np.concatenate([columns, pairs + np.arange(actors)])
    met = coo_array(
        (np.concatenate([ones, -np.ones(actors)]), (rows, both)), shape=(actors, pairs + actors)
    )
    value = -np.concatenate([given.worth, np.full(actors, WELCOME)])
    limits = [LinearConstraint(degree, ub=given.capacity), LinearConstraint(met, lb=0)]
    solved = milp(value, integrality=np.ones_like(value), bounds=Bounds(0, 1), constraints=limits)
    return np.flatnonzero(solved.x[:pairs] > 0.5)


def measure_exact(actors: int, seed: int) -> dict[str, Any]:
    """Both on one small market, in the same run."""
    given = market(actors, seed)
    ours, seconds = timed(lambda: assign(given))
    best, best_seconds = timed(lambda: exact(given))
    met = len(np.unique(given.firsts[best])) + len(np.unique(given.others[best]))
    value = float(given.worth[best].sum()) + WELCOME * met
    return {
        "actors": actors,
        "proposals": len(given.worth),
        "gap": ours.gap,
        "missing": max(value - ours.value, 0.0) / value,
        "ways": {
            "assignment": figures(given, ours.chosen) | {"seconds": seconds},
            "HiGHS, exact": figures(given, best) | {"seconds": best_seconds},
        },
    }


def months(actors: int, seed: int) -> dict[str, Any]:
    """Batch after batch on one market: pairs that were suggested do not come again."""
    given, chosen_before = market(actors, seed), np.zeros(0, dtype=np.int64)
    above, twice, counts = 0, 0, []
    for _ in range(MONTHS):
        left = np.setdiff1d(np.arange(len(given.worth)), chosen_before)
        now = left[assign(_among(given, left)).chosen]
        for owners in (given.firsts, given.others):
            met = np.bincount(owners[now], minlength=actors)
            above += int((met > given.capacity).sum())
        twice += len(np.intersect1d(now, chosen_before))
        chosen_before = np.union1d(chosen_before, now)
        counts.append(len(now))
    return {"actors": actors, "pairs": counts, "above_capacity": above, "twice": twice}


def _among(given: Proposals, some: Positions) -> Proposals:
    return Proposals(given.firsts[some], given.others[some], given.worth[some], given.capacity)


def main() -> None:
    """Measure, and print or write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--actors", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    assign(market(60, 0))  # compiled before anything is timed
    with observed() as how_busy:
        told = {
            "machine": machine(),
            "exact": measure_exact(EXACT, options.seed),
            "sizes": [measure(actors, options.seed) for actors in options.actors],
            "months": months(min(options.actors), options.seed),
        }
    text = json.dumps(told | {"observed": how_busy}, indent=1)
    if options.output is None:
        sys.stdout.write(f"{text}\n")
    else:
        options.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
