"""Find the best partners of everybody, or of some, in one pass: for a file, for a plan of mails."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.batch import (
    ENTREPRENEURS,
    WORKERS,
    Batch,
    Batches,
    BestPartners,
    match_batch,
)
from matcher.engine.columns import Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.territory import sitting
from matcher.store.changes import changed_since
from matcher.store.oppositions import willing_among
from models.products import one_thread_each

AHEAD = 4
"""Tiles waiting for each processor."""

Cut = Mapping[int, list[Batch]]
"""The batches to go through, by département."""

Progress = Callable[[int, int], None]


def find_partners(
    application: Application,
    batches: Batches,
    cut: Cut,
    found: BestPartners,
    progress: Progress = lambda done, total: None,
    *,
    done_before: Collection[str] = (),
    finished: Callable[[str], None] = lambda step: None,
) -> int:
    """Go through all pairs of a cut, those at home first, into ``found``; gives how many.

    ``finished`` is told each step as it ends; those of ``done_before`` are not taken again.
    """
    sizes = {
        (code, at_home): sum(batches.pairs(batch, at_home=at_home) for batch in some)
        for code, some in cut.items()
        for at_home in (True, False)
    }
    done, total, matching = 0, sum(sizes.values()), application.matching
    constants = (found, matching.weights, matching.minimum_score)
    threads = os.cpu_count() or 1
    with one_thread_each(), ThreadPoolExecutor(threads) as pool:
        for at_home in (True, False):
            for code, some in cut.items():
                step = f"{code}-{at_home}"
                if step in done_before:
                    done += sizes[code, at_home]
                    continue
                for batch in some:
                    calls = match_batch(batches, batch, *constants, at_home=at_home)
                    for pairs in _in_turn(pool, calls, AHEAD * threads):
                        done += pairs
                        progress(done, total)
                finished(step)
    return total


def touching(batches: Batches, territory: str | None) -> Cut:
    """All pairs of which one end at least sits in a territory, ``None`` for everywhere."""
    index = batches.index
    return {code: _within(batches.of(code), index, territory) for code in batches.departments()}


def among(batches: Batches, members: Positions) -> Cut:
    """All pairs of which both ends are among some actors."""
    index = batches.index
    everywhere = np.ones(len(index.columns.sites.communes), dtype=np.bool_)
    firsts, others = (
        np.intersect1d(sitting(index, everywhere, side), members)
        for side in (WORKERS, ENTREPRENEURS)
    )
    return {0: [Batch(0, firsts, (), others)] if len(firsts) and len(others) else []}


def unwilling_since(application: Application, index: ActorIndex, version: str) -> Positions:
    """Those who refused, changed their mind or left while everybody was being matched."""
    sequence, today = int(version.partition("-")[0]), application.today()
    with application.database.read() as connection:
        changes = changed_since(connection, sequence, today, today)
        willing = willing_among(connection, changes.written)
    refused = (index.positions.get(name) for name in changes.written if name not in willing)
    found = np.array([position for position in refused if position is not None], dtype=np.int64)
    departed = np.isin(index.columns.identities, np.array(changes.departed, dtype=np.int64))
    return np.union1d(found, np.flatnonzero(departed))


def _in_turn(
    pool: ThreadPoolExecutor, calls: Iterator[Callable[[], int]], ahead: int
) -> Iterator[int]:
    """Results of calls made by several threads, few at a time: each holds two tiles."""
    while some := [pool.submit(call) for call in islice(calls, ahead)]:
        for future in some:
            yield future.result()


def _within(batches: list[Batch], index: ActorIndex, territory: str | None) -> list[Batch]:
    """The parts of batches of which one end at least sits in a territory."""
    if territory is None:
        return batches
    inside = index.columns.sites.containing.overlaps(code_of([territory]))
    site = index.columns.site
    others = sitting(index, inside, ENTREPRENEURS)
    found = []
    for batch in batches:
        here = inside[site[batch.firsts]]
        if here.any():
            found.append(replace(batch, firsts=batch.firsts[here]))
        away = batch.firsts[~here]
        if len(away) and len(others):
            found.append(Batch(batch.department, away, (), others))
    return found
