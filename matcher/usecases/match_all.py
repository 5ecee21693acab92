"""The best partners of everybody in a territory, or in the country, in one pass both ways."""

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.batch import ENTREPRENEURS, Batch, Batches, BestPartners, match_batch
from matcher.engine.columns import Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.matching import sigmoid
from matcher.engine.territory import sitting
from matcher.errors import InvalidInput, UnusableFile
from matcher.store.changes import changed_since
from matcher.store.oppositions import willing_among
from models.products import one_thread_each

SAVED_EVERY = 30.0
"""Seconds between two states from which a killed run goes on."""

AHEAD = 4
"""Tiles waiting for each processor."""

WRITTEN_AT_ONCE = 50_000
ENDS = ("actor_id", "partner_id")
STATE, CARD, RESULT = "state.npz", "run.json", "partners.parquet"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a run wrote: the file, how many actors have a partner, of how many, pairs looked at."""

    file: Path
    matched: int
    actors: int
    pairs: int
    resumed: bool


def match_all(
    application: Application,
    folder: Path,
    *,
    territory: str | None = None,
    limit: int = 10,
    progress: Progress = lambda done, total: None,
) -> Matched:
    """Write the ``limit`` best partners of everybody into ``folder/partners.parquet``.

    ``territory`` is a typed identifier, ``None`` for everybody. A run that was killed goes on where
    it last saved its state; a folder of another run (another store content, territory or limit) is
    refused. ``progress`` is told pairs done, of how many. Raises InvalidInput
    ``limit-out-of-range``, UnusableFile ``run-not-writable`` or ``run-of-another-question``.
    """
    if not 1 <= limit <= 100:
        raise InvalidInput("limit-out-of-range", pointer="limit", maximum=100)
    index, version = application.live.whole(application.today())
    card = {"version": version, "territory": territory, "limit": limit}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        run = _Run.opened(folder, card, index, limit)
        owners = _owners(index, territory)
        pairs = _match(application, run, territory, progress)
        unwilling = _unwilling(application, index, version)
        owners = np.setdiff1d(owners, unwilling, assume_unique=True)
        run.found.partners[np.isin(run.found.partners, unwilling)] = -1
        file = _write(folder, index, run.found, owners)
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(error.filename or folder)) from error
    matched = int((run.found.partners[owners, 0] >= 0).sum())
    return Matched(file, matched, len(owners), pairs, run.resumed)


@dataclass
class _Run:
    """What has been found, and which steps are behind us."""

    folder: Path
    index: ActorIndex
    found: BestPartners
    done: set[str]
    resumed: bool
    saved: float = 0.0

    @classmethod
    def opened(
        cls, folder: Path, card: Mapping[str, object], index: ActorIndex, limit: int
    ) -> "_Run":
        """Begin, or go on where a run of the same card was left."""
        told = folder / CARD
        if told.exists() and json.loads(told.read_text("utf-8")) != card:
            raise UnusableFile("run-of-another-question", path=str(folder))
        told.write_text(json.dumps(card), "utf-8")
        run = cls(folder, index, BestPartners.none_yet(len(index.ids), limit), set(), False)
        with suppress(FileNotFoundError), np.load(folder / STATE) as state:
            run.found.worth[:], run.found.partners[:] = state["worth"], state["partners"]
            run.done, run.resumed = set(state["done"].tolist()), True
        run.saved = time.monotonic()
        return run

    def finish(self, step: str) -> None:
        """Note a step, and save the state if that was not done for a while."""
        self.done.add(step)
        if time.monotonic() - self.saved < SAVED_EVERY:
            return
        aside = self.folder / f".{STATE}.{os.getpid()}"
        with aside.open("wb") as file:
            done = np.array(sorted(self.done))
            np.savez(file, worth=self.found.worth, partners=self.found.partners, done=done)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / STATE)
        self.saved = time.monotonic()


def _match(application: Application, run: _Run, territory: str | None, progress: Progress) -> int:
    """Go through all pairs, those at home first; gives how many there are."""
    batches = Batches(run.index)
    cut = {code: _within(batches.of(code), run.index, territory) for code in batches.departments()}
    sizes = {
        (code, at_home): sum(batches.pairs(batch, at_home=at_home) for batch in some)
        for code, some in cut.items()
        for at_home in (True, False)
    }
    done, total, matching = 0, sum(sizes.values()), application.matching
    constants = (run.found, matching.weights, matching.minimum_score)
    threads = os.cpu_count() or 1
    with one_thread_each(), ThreadPoolExecutor(threads) as pool:
        for at_home in (True, False):
            for code, some in cut.items():
                step = f"{code}-{at_home}"
                if step in run.done:
                    done += sizes[code, at_home]
                    continue
                for batch in some:
                    calls = match_batch(batches, batch, *constants, at_home=at_home)
                    for pairs in _in_turn(pool, calls, AHEAD * threads):
                        done += pairs
                        progress(done, total)
                run.finish(step)
    return total


def _unwilling(application: Application, index: ActorIndex, version: str) -> Positions:
    """Those who refused, changed their mind or left while everybody was being matched."""
    sequence, today = int(version.partition("-")[0]), application.today()
    with application.database.read() as connection:
        changes = changed_since(connection, sequence, today, today)
        willing = willing_among(connection, changes.written)
    refused = (index.positions.get(name) for name in changes.written if name not in willing)
    found = np.array([position for position in refused if position is not None], dtype=np.int64)
    departed = np.isin(index.columns.identities, np.array(changes.departed, dtype=np.int64))
    return np.union1d(found, np.flatnonzero(departed))


def forget_in_run(folder: Path, actor_ids: Collection[str]) -> int:
    """Take people out of what a run wrote, and its state, which can go on no more; gives rows.

    Nothing happens where the folder holds no result.
    """
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    for unfinished in (folder / STATE, folder / CARD, *folder.glob(".*")):
        unfinished.unlink(missing_ok=True)
    if not (folder / RESULT).exists():
        return 0
    told = pq.read_table(folder / RESULT)
    named = [pc.is_in(told[column], value_set=_strings(actor_ids)) for column in ENDS]
    kept = told.filter(pc.invert(pc.or_(*named)))
    aside = folder / f".{RESULT}.{os.getpid()}"
    pq.write_table(kept, aside)
    aside.replace(folder / RESULT)
    return int(told.num_rows - kept.num_rows)


def _strings(words: Collection[str]) -> object:
    import pyarrow as pa  # noqa: PLC0415

    return pa.array(sorted(words), pa.string())


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


def _owners(index: ActorIndex, territory: str | None) -> Positions:
    """Whose partners are written."""
    everybody = np.ones(len(index.columns.sites.communes), dtype=np.bool_)
    sites = everybody
    if territory is not None:
        sites = index.columns.sites.containing.overlaps(code_of([territory]))
    return np.setdiff1d(sitting(index, sites), index.gone, assume_unique=True)


def _write(folder: Path, index: ActorIndex, found: BestPartners, owners: Positions) -> Path:
    """One row per actor and partner, best first; the file has its name once it is whole."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(
        [
            ("actor_id", pa.string()),
            ("partner_id", pa.string()),
            ("rank", pa.int16()),
            ("score", pa.float64()),
        ]
    )
    aside = folder / f".{RESULT}.{os.getpid()}"
    with pq.ParquetWriter(aside, schema) as writer:
        for start in range(0, len(owners), WRITTEN_AT_ONCE):
            some = owners[start : start + WRITTEN_AT_ONCE]
            rows, ranks = np.nonzero(found.partners[some] >= 0)
            partners = found.partners[some][rows, ranks].tolist()
            columns = [
                [index.ids[int(k)] for k in some[rows]],
                [index.ids[int(k)] for k in partners],
                (ranks + 1).astype(np.int16),
                sigmoid(found.worth[some][rows, ranks]),
            ]
            writer.write_table(pa.table(columns, schema=schema))
    aside.replace(folder / RESULT)
    return folder / RESULT
