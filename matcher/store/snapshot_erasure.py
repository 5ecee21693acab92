"""Those who were erased leave the files of an index at once, without it being made again."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Positions
from matcher.engine.profiles import Role
from matcher.errors import NotReady
from matcher.store.changes import departed_since
from matcher.store.database import Database
from matcher.store.snapshots import NAME, forget_snapshot
from matcher.store.writer_lock import WriterLock

BLANK = ord("-")
"""Stands for each byte of an id that was erased; no id that is read begins so and ends so."""


def forget_departed(folder: Path, database: Database) -> None:
    """Take those who were erased out of every index in a folder, whoever made it.

    What a process that was killed left unfinished is removed, unless another is writing there:
    that one calls this when it has finished. Raises OSError where the folder cannot be written.
    """
    if not folder.is_dir():
        return
    with suppress(NotReady), WriterLock(folder / ".lock", timeout=0.0).held():
        for unfinished in folder.glob(".*-*"):
            forget_snapshot(unfinished)
    for path in folder.iterdir():
        if not NAME.fullmatch(path.name) or path.name.startswith(".") or not path.is_dir():
            continue
        with database.read() as connection:
            departed = departed_since(connection, int(path.name.partition("-")[0]))
        if departed:
            _blank_or_remove(path, departed)


def forget_all_snapshots(folder: Path) -> None:
    """Remove every index of a folder: what they are of is gone, and they are made again."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if NAME.fullmatch(path.name) and path.is_dir():
            forget_snapshot(path)


def _blank_or_remove(snapshot: Path, identities: Iterable[int]) -> None:
    try:
        blank_departed(snapshot, identities)
    except (FileNotFoundError, ValueError, IndexError, EOFError):
        forget_snapshot(snapshot)  # of another version, or not whole: made again when it is needed


def blank_departed(snapshot: Path, identities: Iterable[int]) -> int:
    """Overwrite ids, vectors and terms of these actors in a snapshot on disk; gives of how many.

    Bytes are replaced in place, so that offsets hold and processes that map the files go on. The
    hash of an id stays, by which an index knows who left. To be called again after a crash.
    """
    told = np.load(snapshot / "columns.identities.npy", mmap_mode="r")
    positions = np.flatnonzero(np.isin(told, np.array(list(identities), dtype=np.int64)))
    fresh = _named(snapshot, positions)
    if len(fresh):
        # Ids last: while one is there, it is found and the rest is blanked again.
        for role in Role:
            _blank_statements(snapshot, f"{role}.rows", fresh)
        _fill(snapshot, "digests", fresh, fresh + 1, 0)
        offsets = np.load(snapshot / "ids.offsets.npy", mmap_mode="r")
        _fill(snapshot, "ids.characters", offsets[fresh], offsets[fresh + 1], BLANK)
    return len(fresh)


def _named(snapshot: Path, positions: Positions) -> Positions:
    """Those whose id is still there."""
    if not len(positions):
        return positions
    offsets = np.load(snapshot / "ids.offsets.npy", mmap_mode="r")
    characters = np.load(snapshot / "ids.characters.npy", mmap_mode="r")
    there = [bool((characters[offsets[k] : offsets[k + 1]] != BLANK).any()) for k in positions]
    return positions[np.array(there, dtype=np.bool_)]


def _blank_statements(snapshot: Path, rows: str, positions: Positions) -> None:
    by_actor = np.load(snapshot / f"{rows}.actor_offsets.npy", mmap_mode="r")
    first, last = by_actor[positions], by_actor[positions + 1]
    for name in ("vectors", "scales"):
        _fill(snapshot, f"{rows}.{name}", first, last, 0)
    by_row = np.load(snapshot / f"{rows}.terms.offsets.npy", mmap_mode="r")
    said = int(by_row[-1])
    for file in snapshot.glob(f"{rows}.terms.*.npy"):
        name = file.name.removesuffix(".npy")
        # What is said term by term, whatever it is called; a vocabulary is of nobody.
        if name.rpartition(".")[2] in {"entries", "codes", "weights"} and _length(file) == said:
            _fill(snapshot, name, by_row[first], by_row[last], 0)


def _length(file: Path) -> int:
    return len(np.load(file, mmap_mode="r"))


def _fill(snapshot: Path, name: str, starts: NDArray[Any], ends: NDArray[Any], value: int) -> None:
    """Write a value over runs of an array on disk, and wait until they are there."""
    file = snapshot / f"{name}.npy"
    if _length(file):
        array = np.load(file, mmap_mode="r+")
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            array[start:end] = value
        array.flush()
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
