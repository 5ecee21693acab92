"""A store filled with a made-up country, to measure on: written once, then reused."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import UnusableFile
from matcher.population import population
from matcher.population.drawing import NEWEST
from matcher.store.filling import fill_store
from matcher.store.writer_lock import WriterLock

STORE = "synergies.db"
Index = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Generated:
    """A population in its store, ``file``; ``written`` unless it was there already."""

    file: Path
    actors: int
    seed: int
    written: bool


def generate_population(
    actors: int,
    seed: int,
    directory: Path,
    *,
    index: Index = lambda store: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Generated:
    """Write ``directory/<actors>-<seed>/synergies.db`` unless it is there, then ``index`` it.

    The folder gets its name once its store is whole, so what bears the name can be used.
    ``index`` is given the store each time, and settles itself whether there is something to do.
    ``progress`` is told how many actors are written, of how many. Raises UnusableFile where the
    directory cannot be written, NotReady ``database-busy`` while another process writes there.
    """
    folder = directory / f"{actors}-{seed}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with WriterLock(directory / f".{folder.name}.lock").held():
            missing = not (folder / STORE).exists()
            if missing:
                _write(folder, actors, seed, progress)
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(error.filename or folder)) from error
    index(folder / STORE)
    return Generated(folder / STORE, actors, seed, missing)


def _write(folder: Path, actors: int, seed: int, progress: Callable[[int, int], None]) -> None:
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # what a killed process left
    unfinished.mkdir()
    try:
        fill_store(
            unfinished / STORE,
            population(actors, seed),
            today=NEWEST,
            progress=lambda done: progress(done, actors),
        )
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
