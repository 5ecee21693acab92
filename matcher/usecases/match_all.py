"""The best partners of everybody in a territory, or in the country, in one pass both ways."""

import json
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.batch import Batches
from matcher.engine.best_partners import BestPartners
from matcher.engine.columns import Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.matching import sigmoid
from matcher.engine.territory import sitting
from matcher.errors import InvalidInput, UnusableFile
from matcher.store.outputs import remember_output
from matcher.usecases.find_partners import Progress, find_partners, touching, unwilling_since
from matcher.usecases.match_on_cluster import Asked, match_on_cluster

SAVED_EVERY = 30.0
"""Seconds between two states from which a killed run goes on."""

WRITTEN_AT_ONCE = 50_000
ENDS = ("actor_id", "partner_id")
STATE, CARD, RESULT = "state.npz", "run.json", "partners.parquet"


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
    scheduler: str | None = None,
) -> Matched:
    """Write the ``limit`` best partners of everybody into ``folder/partners.parquet``.

    ``territory`` is a typed identifier, ``None`` for everybody. A run that was killed goes on where
    it last saved its state; a folder of another run (another store content, territory or limit) is
    refused. ``progress`` is told pairs done, of how many. With ``scheduler``, the address of one of
    Dask, its workers find what this process would have. Raises InvalidInput ``limit-out-of-range``,
    UnusableFile ``run-not-writable`` or ``run-of-another-question``, NotReady as
    :func:`match_on_cluster`.
    """
    if not 1 <= limit <= 100:
        raise InvalidInput("limit-out-of-range", pointer="limit", maximum=100)
    today = application.today()
    index, version = application.live.whole(today)
    way = scheduler and partial(
        match_on_cluster, scheduler, Asked(version, today, territory, limit)
    )
    card = {"version": version, "territory": territory, "limit": limit}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remember_output(application.settings.outputs_file, folder)
        run = _Run.opened(folder, card, index, limit)
        owners = _owners(index, territory)
        batches = Batches(index)
        pairs = find_partners(
            *(application, batches, touching(batches, territory), run.found, progress),
            done_before=frozenset(run.done),
            finished=run.finish,
            way=way or None,
        )
        unwilling = unwilling_since(application, index, version)
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
