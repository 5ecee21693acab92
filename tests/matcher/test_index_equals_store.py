"""Whatever is written, by whom, and whoever is killed: an index says what the store says.

Several processes follow one store, each with its own index over the same folder. They are played
here by objects that share nothing in memory; one that is killed leaves its files as they are.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from numpy.typing import NDArray

from matcher.engine.index import IndexBuilder
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.live_index import LiveIndex
from matcher.store.actors import all_actors, delete_actor, save_actors
from matcher.store.changes import change_sequence
from matcher.store.database import Database
from matcher.store.stored_profiles import digest_of

FIRST_DAY = date(2026, 11, 23)
WORKERS = 3
IN_MEMORY = 3
"""So few may live in memory before everybody is saved: it happens in nearly every run."""
WRITES = 100
"""A few more than one compaction makes: a kill falls on any of them, or on none."""

MODEL = MatchModel("letters", 7.0, 2.0, -3.0, default_idf=1.0, average_length=5.0)
IDS = st.sampled_from([f"p{number}" for number in range(9)])
TEXTS = st.sampled_from(["un local", "un vélo", "pas de local", "une salle, un vélo", ""])
STATEMENTS = st.builds(
    Statement,
    role=st.just(Role.NEED),
    text=TEXTS,
    expires=st.sampled_from([None, None, FIRST_DAY, FIRST_DAY + timedelta(days=1)]),
)
ACTORS = st.builds(
    Actor,
    id=IDS,
    kind=st.sampled_from(Kind),
    name=st.sampled_from(["Une", "Deux"]),
    needs=st.lists(STATEMENTS, max_size=2).map(tuple),
    known=st.lists(IDS, max_size=1).map(tuple),
    profiling=st.sampled_from([True, True, True, False]),
    updated=st.just(FIRST_DAY),
)
NUMBERS = st.integers(0, WORKERS - 1)


class Letters:
    """Counts letters: an encoder that costs nothing."""

    model_id = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode alike for both roles."""
        counts = [[text.count(chr(97 + k)) for k in range(26)] for text in texts]
        return np.array(counts, dtype=np.float32).reshape(-1, 26)


BUILDER = IndexBuilder(Letters(), str.split, MODEL)


class Killed(BaseException):
    """What a process does not survive."""


@contextmanager
def dying(after: int) -> Iterator[None]:
    """Be killed at one of the next writes to disk, and clean nothing up."""
    left, sync, clean = [after], os.fsync, shutil.rmtree

    def fsync(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        sync(descriptor)

    def rmtree(path: Path, ignore_errors: bool = False) -> None:
        if left[0] >= 0:  # until then it cleans up after others
            clean(path, ignore_errors=ignore_errors)

    with (
        mock.patch("matcher.store.snapshots.os.fsync", fsync),
        mock.patch("matcher.store.snapshots.shutil.rmtree", rmtree),
    ):
        yield


@cache
def empty_store() -> bytes:
    """The file of a store without anybody."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        database = Database.open(f"sqlite:///{file}")
        database.truncate_log()
        database.close()
        return file.read_bytes()


class Following(RuleBasedStateMachine):
    """Writers, workers that follow, and accidents, in any order."""

    counts: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        """Everybody starts on an empty store."""
        self.folder = Path(tempfile.mkdtemp())
        file = self.folder / "synergies.db"
        file.write_bytes(empty_store())
        self.database = Database.open(f"sqlite:///{file}")
        self.day = FIRST_DAY
        self.acknowledged: dict[str, Actor] = {}
        self.workers = [self._worker() for _ in range(WORKERS)]
        self.counts["runs"] += 1

    def _worker(self) -> LiveIndex:
        parts = (self.database, BUILDER, lambda actor: actor)
        return LiveIndex(*parts, self.folder / "index", "learned", IN_MEMORY)

    @rule(actors=st.lists(ACTORS, min_size=1, max_size=6))
    def save(self, actors: list[Actor]) -> None:
        """Add or edit some, in one transaction."""
        with self.database.write() as connection:
            save_actors(connection, actors, today=self.day)
        self.acknowledged |= {actor.id: actor for actor in actors}
        self.counts["saved"] += len(actors)

    @rule(name=IDS)
    def erase(self, name: str) -> None:
        """Erase somebody, whom all others forget."""
        with self.database.write() as connection:
            there = delete_actor(connection, name)
        assert there == (self.acknowledged.pop(name, None) is not None)
        for other, actor in self.acknowledged.items():
            kept = tuple(known for known in actor.known if known != name or not there)
            self.acknowledged[other] = replace(actor, known=kept)
        self.counts["erased"] += there

    @rule(actor=ACTORS, name=IDS)
    def write_half(self, actor: Actor, name: str) -> None:
        """A writer is killed before it commits: nothing has happened."""
        with suppress(Killed), self.database.write() as connection:
            save_actors(connection, [actor], today=self.day)
            delete_actor(connection, name)
            raise Killed
        self.counts["writers killed"] += 1

    @rule(number=NUMBERS)
    def ask(self, number: int) -> None:
        """A worker is asked: it knows exactly whom the store holds, as they are."""
        self._check(self.workers[number])

    @rule(number=NUMBERS)
    def swap(self, number: int) -> None:
        """A worker saves everybody; the others will map it."""
        self.workers[number].compact(self.day)
        self.counts["swaps"] += 1

    @rule(number=NUMBERS, after=st.integers(0, WRITES), actor=ACTORS)
    def kill_while_swapping(self, number: int, after: int, actor: Actor) -> None:
        """A worker is killed while it saves everybody, and another takes its place."""
        self.save([actor])
        try:
            with dying(after):
                self.workers[number].compact(self.day)
        except Killed:
            self.counts["workers killed while saving"] += 1
        self.workers[number] = self._worker()

    @rule(number=NUMBERS)
    def restart(self, number: int) -> None:
        """A worker is killed at rest, and another takes its place."""
        self.workers[number] = self._worker()
        self.counts["restarts"] += 1

    @rule()
    def sleep(self) -> None:
        """The next day comes: some statements have expired."""
        self.day = min(self.day + timedelta(days=1), FIRST_DAY + timedelta(days=2))

    def _check(self, worker: LiveIndex) -> None:
        snapshot = worker.current(self.day)
        if worker._aside is not None:
            worker._aside.join(30)  # what is done aside is done before the next step
        with self.database.read() as connection:
            sequence, held = change_sequence(connection), all_actors(connection)
        assert {actor.id: actor for actor in held} == self.acknowledged
        told = {
            name: int(part.digests[position])
            for part in snapshot.parts
            for position, name in enumerate(part.ids)
            if position not in part.gone
        }
        assert snapshot.version.startswith(f"{sequence}-")
        assert told == {actor.id: digest_of(actor) for actor in held if actor.profiling}
        assert len(snapshot) == len(told)  # nobody twice
        self.counts["comparisons"] += 1

    def teardown(self) -> None:
        """At the end all workers, and one that has just started, say the same."""
        if not hasattr(self, "database"):
            return
        for worker in (*self.workers, self._worker()):
            self._check(worker)
        versions = {worker.current(self.day).version for worker in self.workers}
        assert len(versions) == 1
        self.database.close()
        shutil.rmtree(self.folder)


def _run(examples: int, tell: Callable[[str], None], count: Callable[..., None]) -> None:
    Following.counts.clear()
    run_state_machine_as_test(
        Following,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = ", ".join(f"{number} {what}" for what, number in sorted(Following.counts.items()))
    runs, compared = Following.counts["runs"], Following.counts["comparisons"]
    # The first difference ends the test before this line: then nothing is counted at all.
    count("index", runs=runs, comparisons_with_the_store=compared, differences=0)
    tell(f"{told}; 0 differences")
    assert Following.counts["comparisons"] > examples


def test_every_worker_says_what_the_store_says(
    tell: Callable[[str], None], count: Callable[..., None]
) -> None:
    _run(60, tell, count)


@pytest.mark.slow(minutes=7)
def test_every_worker_says_what_the_store_says_two_thousand_times(
    tell: Callable[[str], None], count: Callable[..., None]
) -> None:
    _run(2_000, tell, count)
