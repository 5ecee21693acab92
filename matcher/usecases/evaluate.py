"""Evaluate statement matching on a labelled set, exactly as recommendations use it."""

from pathlib import Path

from matcher.engine.index import IndexBuilder
from matcher.errors import UnusableFile
from matcher.settings import Settings
from models.analysis import ExpandingEncoder, analyse
from models.encoders import load_encoder
from models.evaluation import Evaluation, Progress, evaluate_set, run_lines
from models.labelled import read_labelled_set
from models.lexicon import load_lexicon
from models.matching import load_matching


def evaluate(
    settings: Settings, directory: Path, *, run: Path | None, progress: Progress
) -> Evaluation:
    """Measure one set; with ``run``, write our ranking there as well.

    Raises UnusableFile when a file of the set is absent or wrong, or ``run`` cannot be written.
    """
    labelled = read_labelled_set(directory)
    if run is not None and not run.absolute().parent.is_dir():
        raise UnusableFile("run-not-writable", path=str(run))  # told now, not after minutes
    plain = load_encoder(settings.model, settings.model_directory)
    encoder = ExpandingEncoder(plain, load_lexicon())
    builder = IndexBuilder(encoder, analyse, load_matching(encoder.model_id).model)
    evaluation = evaluate_set(labelled, builder, plain, progress)
    if run is not None:
        _write(run, run_lines(evaluation, labelled))
    return evaluation


def _write(path: Path, lines: list[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(path)) from error
