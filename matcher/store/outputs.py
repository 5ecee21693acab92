"""Which folders hold results that name people: whoever is erased is taken out of them too."""

import os
from collections.abc import Iterable
from pathlib import Path


def remember_output(file: Path, folder: Path) -> None:
    """Note in ``file`` that results are being written into ``folder``."""
    here = folder.absolute()
    if here in remembered_outputs(file):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    # Appended in one write: runs that begin together do not lose each other's line.
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as written:
        written.write(os.fsencode(here) + b"\n")
        written.flush()
        os.fsync(written.fileno())


def remembered_outputs(file: Path) -> list[Path]:
    """Folders that were noted and are still there, each once."""
    if not file.exists():
        return []
    told = (Path(os.fsdecode(line)) for line in file.read_bytes().split(b"\n") if line)
    return [folder for folder in dict.fromkeys(told) if folder.is_dir()]


def all_outputs(file: Path, named: Iterable[Path]) -> list[Path]:
    """Folders that were noted and those that somebody names, each once."""
    return list(dict.fromkeys([*remembered_outputs(file), *(one.absolute() for one in named)]))
