"""Evaluate statement matching on a labelled set, exactly as recommendations use it."""

from pathlib import Path

from matcher.errors import UnusableFile
from matcher.settings import Settings
from models.evaluation import Evaluation, Progress, evaluate_set, open_systems, run_lines
from models.labelled import read_labelled_set
from models.query_details import detail_lines


def evaluate(
    settings: Settings,
    directory: Path,
    *,
    run: Path | None,
    details: Path | None,
    progress: Progress,
) -> Evaluation:
    """Measure one set; with ``run``, write our ranking there; with ``details``, each query's.

    Raises UnusableFile when a file of the set is absent or wrong, or one cannot be written.
    """
    labelled = read_labelled_set(directory)
    for path in (run, details):
        if path is not None and not path.absolute().parent.is_dir():
            raise UnusableFile("run-not-writable", path=str(path))  # told now, not after minutes
    builder, plain = open_systems(settings.model, settings.model_directory)
    evaluation = evaluate_set(labelled, builder, plain, progress)
    if run is not None:
        _write(run, run_lines(evaluation, labelled))
    if details is not None:
        _write(details, detail_lines(evaluation, labelled))
    return evaluation


def _write(path: Path, lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines)
    try:
        # "replace", since a text may hold half a character, which no encoding can write.
        path.write_text(content, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(path)) from error
