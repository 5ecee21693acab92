"""A file that is whole or not there: written aside, synced, then given its name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a path, private to its owner, to write to; it becomes ``target`` if nothing fails."""
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield aside
        _sync(aside)
        aside.replace(target)
    except BaseException:
        _forget_database_file(aside)
        raise
    _sync(target.absolute().parent)


def _forget_database_file(file: Path) -> None:
    """Remove a file and what SQLite may have put beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
