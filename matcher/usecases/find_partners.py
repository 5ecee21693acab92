"""Find the best partners of everybody, or of some, in one pass: for a file, for a plan of mails."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.batch import (
    ENTREPRENEURS,
    WORKERS,
    Batch,
    Batches,
    match_batch,
)
from matcher.engine.best_partners import BestPartners
from matcher.engine.columns import Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.territory import sitting
from matcher.store.changes import changed_since
from matcher.store.oppositions import willing_among
from matcher.usecases.side_by_side import side_by_side
from models.matching import Matching

Cut = Mapping[int, list[Batch]]
"""The batches to go through, by département."""

Progress = Callable[[int, int], None]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """The social workers of one département with the entrepreneurs at home, or with the others.

    ``pairs`` are looked at.
    """

    department: int
    at_home: bool
    pairs: int

    @property
    def name(self) -> str:
        """Names it in a state that is saved."""
        return f"{self.department}-{self.at_home}"


Finished = Callable[[str], None]
Way = Callable[[Sequence[Step], BestPartners, Tell, Finished], None]
"""Does steps in their order, here or elsewhere, into what is found.

It tells pairs as they are done, and the name of each step once nothing of it is missing.
"""


def find_partners(
    application: Application,
    batches: Batches,
    cut: Cut,
    found: BestPartners,
    progress: Progress = lambda done, total: None,
    *,
    done_before: Collection[str] = (),
    finished: Finished = lambda step: None,
    way: Way | None = None,
) -> int:
    """Go through all pairs of a cut, those at home first, into ``found``; gives how many.

    ``finished`` is told each step as it ends; those of ``done_before`` are not taken again.
    ``way`` is where they are done, which changes no result: ``None`` is this process.
    """
    steps = steps_of(batches, cut)
    left = [step for step in steps if step.name not in done_before]
    total = sum(step.pairs for step in steps)
    done = total - sum(step.pairs for step in left)

    def tell(pairs: int) -> None:
        nonlocal done
        done += pairs
        progress(done, total)

    way = way or partial(_here, batches, cut, application.matching)
    way(left, found, tell, finished)
    return total


def steps_of(batches: Batches, cut: Cut) -> list[Step]:
    """All steps of a cut, those at home first: the nearest make most others not worth a look."""
    return [
        Step(code, at_home, sum(batches.pairs(batch, at_home=at_home) for batch in some))
        for at_home in (True, False)
        for code, some in cut.items()
    ]


def calls_of(
    batches: Batches, some: Iterable[Batch], found: BestPartners, matching: Matching, at_home: bool
) -> Iterator[Callable[[], int]]:
    """What a step consists of: each call gives the pairs done; several threads may call."""
    for batch in some:
        constants = (found, matching.weights, matching.minimum_score)
        yield from match_batch(batches, batch, *constants, at_home=at_home)


def _here(
    batches: Batches,
    cut: Cut,
    matching: Matching,
    steps: Sequence[Step],
    found: BestPartners,
    tell: Tell,
    finished: Finished,
) -> None:
    """All processors of this machine take the steps one after the other: a :data:`Way`."""
    for step in steps:
        calls = calls_of(batches, cut[step.department], found, matching, step.at_home)
        for pairs in side_by_side(calls):
            tell(pairs)
        finished(step.name)


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
