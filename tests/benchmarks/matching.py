"""Speed of one need against 20,000 statements: ``python tests/benchmarks/matching.py [FOLDER]``.

A need typed as free text goes the product's whole way: analysed, encoded, compared with every
statement by meaning, themes and words, the best ten found. In the same run, need after need so
that a busy machine slows all alike, its two floors: encoding the text alone, and the bare product
of one vector with all statement vectors in numpy; the ratio to both travels better than
milliseconds. ``FOLDER`` holds the prepared model (by default ``var/models``).
"""

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine.complementarity import exchanges
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.population import population, varying_analyzer, varying_encoder
from matcher.population.sources import load_sources
from models.cues import cues
from models.encoders import usable_processors
from models.evaluation import open_systems
from models.prepare import DEFAULT_DIRECTORY

TODAY = date(2000, 1, 1)
FIRST = 10
WARMING = 5
"""Needs asked before any is timed."""
GOAL_MS = 15.0


def offering(count: int) -> list[Actor]:
    """Actors of a made-up population who make ``count`` offers together."""
    actors: list[Actor] = []
    missing = count
    for actor in population(count):
        actors.append(replace(actor, needs=(), offers=actor.offers[:missing]))
        missing -= len(actors[-1].offers)
        if not missing:
            break
    return actors


def best_ten(builder: IndexBuilder, need: str, index: ActorIndex) -> NDArray[np.int64]:
    """Whom a need typed as free text finds, best first: positions in the index."""
    asker = Actor("asker", Kind.SOCIAL_WORKER, "", needs=(Statement(Role.NEED, need),))
    asking = builder.build([asker], today=TODAY)
    found = exchanges(asking, 0, index, np.arange(len(index.ids))).received
    first = np.argpartition(-found, FIRST)[:FIRST]
    best: NDArray[np.int64] = first[np.argsort(-found[first], kind="stable")]
    return best


def milliseconds(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def measure(folder: Path, count: int, rounds: int) -> dict[str, dict[str, float]]:
    """Time ``rounds`` needs, each by all contenders in turn; percentiles in milliseconds."""
    builder, _ = open_systems(None, folder)
    varying = IndexBuilder(
        varying_encoder(builder.encoder), varying_analyzer(builder.analyzer, cues), builder.model
    )
    index = varying.build(offering(count), today=TODAY)
    statements = index.offers.rows.vectors.astype(np.float32)
    vector = statements[0].copy()
    needs = list(load_sources().bank(Role.NEED)[:rounds])
    times: defaultdict[str, list[float]] = defaultdict(list)
    for need in (*needs[:WARMING], *needs):
        contenders: dict[str, Callable[[], object]] = {
            "whole": partial(best_ten, builder, need, index),
            "encoding": partial(builder.encoder.encode, [need], Role.NEED),
            "product": partial(np.matmul, statements, vector),
        }
        for name, action in contenders.items():
            times[name].append(milliseconds(action))
    measured = {name: np.array(spent[WARMING:]) for name, spent in times.items()}
    measured["whole_less_encoding"] = measured["whole"] - measured["encoding"]
    figures = {
        name: {f"p{q}_ms": float(np.percentile(spent, q)) for q in (50, 95, 99)}
        for name, spent in measured.items()
    }
    over = float((measured["whole"] > GOAL_MS).mean())
    ratios = measured["whole"] / (measured["encoding"] + measured["product"])
    return figures | {
        "size": {"statements": len(statements), "columns": statements.shape[1]},
        "whole_over_floors": {"median": float(np.median(ratios))},
        "machine": {"load": os.getloadavg()[0], "processors": usable_processors()},
        "goal": {"ms": GOAL_MS, "share_over": over, "needs": len(needs)},
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_DIRECTORY)
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    figures = measure(options.folder, options.statements, options.rounds)
    rounded = {
        name: {key: round(value, 3) for key, value in group.items()}
        for name, group in figures.items()
    }
    print(json.dumps(rounded, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
