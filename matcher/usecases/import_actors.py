"""Import actors from files or from a stream: good rows are kept, bad ones are named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from matcher.engine.profiles import Kind
from matcher.errors import UnusableFile
from matcher.scope import Scope
from matcher.store.database import Database
from matcher.store.importers.collecting import Collected
from matcher.store.importers.json_rows import read_ndjson
from matcher.store.importers.problems import FileOutcome, ImportReport, RowProblem
from matcher.store.importers.reading import list_files
from matcher.territory import Referential
from matcher.usecases.import_run import ImportRun

__all__ = ["ImportReport", "RowProblem", "import_actors", "import_rows", "read_ndjson"]

Progress = Callable[[int, int], None]


def import_actors(
    paths: Sequence[Path],
    *,
    database: Database,
    referential: Referential,
    today: date,
    scope: Scope,
    side: Kind | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, and the files of folders, each in one transaction.

    ``side`` settles the rows that do not tell their side; ``dry_run`` reports without writing;
    ``progress`` is told bytes done and bytes in all. A file that cannot be used raises
    :class:`UnusableFile` when it is the only path, and is one problem at line 0 otherwise.
    """
    run = ImportRun(database, referential, today, scope, side, dry_run)
    alone = len(paths) == 1 and not paths[0].is_dir()
    report, files = ImportReport(), []
    for path in paths:
        try:
            files += list_files(path)
        except UnusableFile as error:
            if len(paths) == 1:
                raise
            report += _unusable(str(path), error)
    total = sum(file.stat().st_size for file in files if file.is_file())
    done = 0
    waiting: list[Collected] = []
    for file in files:
        size = file.stat().st_size if file.is_file() else 0
        try:
            collected = run.collect(file, _within(progress, done, size, total))
        except UnusableFile as error:
            if alone:
                raise
            report += _unusable(str(file), error)
        else:
            if collected.services and not collected.actors:
                waiting.append(collected)  # their structures may be in a later file
            else:
                report += run.save(collected)
        done += size
        if progress is not None:
            progress(done, total)
    return sum((run.save(services) for services in waiting), report)


def import_rows(
    rows: Iterable[tuple[int, Mapping[str, object] | RowProblem]],
    *,
    file: str,
    database: Database,
    referential: Referential,
    today: date,
    scope: Scope,
    side: Kind | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import rows that are already cut (:func:`read_ndjson`), in one transaction.

    ``progress`` is told rows read, and rows read so far for want of a total.
    """
    run = ImportRun(database, referential, today, scope, side, dry_run)
    told = (lambda read: progress(read, read)) if progress is not None else (lambda _: None)
    collected = run.collector.collect(rows, file=file, tabular=False, source=file, progress=told)
    return run.save(collected)


def _unusable(file: str, error: UnusableFile) -> ImportReport:
    problem = RowProblem(file, 0, None, error.code, error.parameters)
    return ImportReport(rejected=(problem,), files=(FileOutcome(file, rejected=1),))


def _within(progress: Progress | None, done: int, size: int, total: int) -> Progress:
    """Turn rows read of one file into bytes read of all, a hundred times a file at most."""

    def told(read: int, rows: int) -> None:
        if progress is not None and read % max(1, rows // 100) == 0:
            progress(done + size * read // max(1, rows), total)

    return told
