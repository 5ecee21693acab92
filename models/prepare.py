"""Prepares the default encoder once: ``python -m models.prepare [DIRECTORY]``."""

import argparse
import fcntl
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from matcher.errors import SynergiesError
from models.e5 import PACKAGE, SOURCE_NAME, SOURCE_SHA256, read_source, source_file
from models.model_files import damaged_files, read_manifest, write_manifest
from models.onnx_session import TOKENIZER

MODEL = "multilingual-e5-small"
INT8 = "int8"
DEFAULT_DIRECTORY = Path("var/models")
UNFINISHED = ".unfinished-"


def prepare_model(directory: Path, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Convert multilingual-e5-small into ``directory/multilingual-e5-small`` and return that path.

    The result is an ordinary SentenceTransformer directory (float32) with the int8 network that
    serves in its folder ``int8``. Returns at once when it is there and whole; otherwise takes
    about half a minute, 3 GB of memory and for a moment 1.2 GB of disk (620 MB stay). The model
    appears in one step, so a process killed half-way leaves nothing that could be taken for a
    model, and of two processes the second waits for the first and uses its work. ``progress``
    gets a line for each step.

    Raises ``NotReady``: ``model-source-absent``, ``model-source-altered``,
    ``model-conversion-failed``.
    """
    target = directory / MODEL
    if is_whole(target):
        return target
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory):
        if not is_whole(target):
            _remove_unfinished(directory)
            work = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=directory))
            try:
                _convert(work / MODEL, progress)
                _put_in_place(work, target)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return target


def is_whole(model: Path) -> bool:
    """Whether a prepared model is there: every file of its size, the serving ones hashed."""
    records = read_manifest(model)
    return records is not None and not damaged_files(model, records, part=INT8)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold a lock that the system releases even when this process is killed."""
    with (directory / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_unfinished(directory: Path) -> None:
    for leftover in directory.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _convert(target: Path, progress: Callable[[str], None]) -> None:
    progress("Lecture des poids à 4 bits…")
    model = read_source(source_file())
    # Imported here: torch takes seconds, and a model that is already there must not pay them.
    from models.e5_directory import write_directory  # noqa: PLC0415
    from models.onnx_export import export, write_int8_directory  # noqa: PLC0415

    (target / INT8).mkdir(parents=True)
    progress("Écriture du modèle SentenceTransformer…")
    write_directory(model, target)
    progress("Conversion en ONNX sur 8 bits…")
    scratch = target.with_name("float32.onnx")
    export(model, scratch)
    hidden = model.shape.hidden
    del model  # half a gigabyte that quantising needs
    write_int8_directory(scratch, target / TOKENIZER, hidden, target / INT8)
    packages = (PACKAGE, "torch", "transformers", "tokenizers", "onnx", "onnxruntime")
    origin = {"file": SOURCE_NAME, "sha256": SOURCE_SHA256} | {
        package: version(package) for package in packages
    }
    write_manifest(target, origin)


def _put_in_place(work: Path, target: Path) -> None:
    if target.exists():  # damaged, or we would not be here
        target.rename(work / "damaged")
    (work / MODEL).rename(target)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m models.prepare", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=DEFAULT_DIRECTORY)
    options = parser.parse_args(arguments)
    try:
        path = prepare_model(options.directory, lambda line: print(line, flush=True))  # noqa: T201
    except (SynergiesError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"Modèle prêt : {path}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
