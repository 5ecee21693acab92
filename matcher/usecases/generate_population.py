"""A store filled with a made-up country, to measure on: written once, then reused."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.engine.profiles import Actor
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
    mail: bool = False,
    index: Index = lambda store: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Generated:
    """Write ``directory/<actors>-<seed>/synergies.db`` unless it is there, then ``index`` it.

    With ``mail`` everybody agrees to be written to, at an address where nothing can arrive, and
    the folder ends in ``-mail``: batches of mails are planned on it.
    The folder gets its name once its store is whole, so what bears the name can be used.
    ``index`` is given the store each time, and settles itself whether there is something to do.
    ``progress`` is told how many actors are written, of how many. Raises UnusableFile where the
    directory cannot be written, NotReady ``database-busy`` while another process writes there.
    """
    folder = directory / f"{actors}-{seed}{'-mail' if mail else ''}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with WriterLock(directory / f".{folder.name}.lock").held():
            missing = not (folder / STORE).exists()
            if missing:
                people = population(actors, seed)
                _write(
                    folder,
                    _reachable(people) if mail else people,
                    lambda done: progress(done, actors),
                )
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(error.filename or folder)) from error
    index(folder / STORE)
    return Generated(folder / STORE, actors, seed, missing)


def _write(folder: Path, people: Iterable[Actor], progress: Callable[[int], None]) -> None:
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # what a killed process left
    unfinished.mkdir()
    try:
        fill_store(unfinished / STORE, people, today=NEWEST, progress=progress)
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _reachable(people: Iterable[Actor]) -> Iterator[Actor]:
    """The same people with an address of a domain that cannot be (RFC 2606), and their consent."""
    for one in people:
        yield replace(one, email=f"{one.id}@exemple.invalid", consent_email=True)
