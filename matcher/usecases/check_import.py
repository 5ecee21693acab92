"""Say what an import would do, and what is wrong with which line, before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.scope import Scope
from matcher.store.importers.actor_row import FIELDS
from matcher.store.importers.columns import LISTS, actor_field
from matcher.store.importers.problems import RowProblem
from matcher.store.importers.reading import SourceFile, read_upload
from matcher.store.importers.shapes import Shape, shape_of
from matcher.store.staged_imports import StagedImport
from matcher.usecases.import_actors import ImportReport
from matcher.usecases.import_run import ImportRun
from matcher.usecases.stage_import import Remarks, find_import, remarks_of
from matcher.wording.words import Words

__all__ = ["FIELDS", "Checked", "check_import"]

SHOWN_ACTORS, SHOWN_REMARKS, LONGEST_SHOWN = 8, 50, 8_000
ABOUT_SIDES = {"side-required", "unknown-kind", "unknown-side"}


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A header of a table and the field that it is read as, ``""`` where it is left out."""

    header: str
    field: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one place of a row; ``value`` is what stands there, as one would type it.

    ``field`` is ``None`` where the page cannot mend it: the file has to be.
    """

    field: str | None
    label: str
    reasons: tuple[str, ...]
    value: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that would not be imported."""

    line: int
    name: str
    wrongs: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a row that is imported all the same; line 0 is the whole file."""

    line: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What an import would do; counts are of actors, but ``skipped`` of rows."""

    file: str
    edition: int
    side: Kind | None = None
    shape: Shape = Shape.ACTOR
    columns: tuple[ColumnRead, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rows: int = 0
    wrong: tuple[WrongRow, ...] = ()
    remarks: tuple[Remark, ...] = ()
    remark_count: int = 0
    actors: tuple[Actor, ...] = ()
    outcome: Mapping[str, int] | None = None


def check_import(application: Application, name: str, words: Words, scope: Scope) -> Checked:
    """Read a file that waits and try its import without writing; raises NotFound.

    For one that is imported already, ``outcome`` is what it counted and the rest is empty.
    """
    staged = find_import(application, name, scope)
    if staged.content is None:
        return Checked(staged.file, staged.edition, outcome=staged.outcome or {})
    source, remarks = as_read(staged)
    run, report = run_import(application, source, remarks, scope, dry_run=True)
    rows = {line: row for line, row in source.rows if isinstance(row, Mapping)}
    return Checked(
        staged.file,
        staged.edition,
        remarks.side,
        _shape(source),
        tuple(ColumnRead(header, field) for header, field in remarks.columns.items()),
        report.created,
        report.updated,
        report.unchanged,
        len(report.skipped),
        sum(outcome.rows for outcome in report.files),
        tuple(_wrong_row(one, rows, remarks, source.tabular, words) for one in report.rejected),
        tuple(_remark(one, words) for one in report.warnings[:SHOWN_REMARKS]),
        len(report.warnings),
        tuple(run.changed.values())[:SHOWN_ACTORS],
    )


def as_read(staged: StagedImport) -> tuple[SourceFile, Remarks]:
    """The rows of a file that waits, and what is said of them and of each of its columns."""
    source, said = read_upload(staged.file, staged.content or b""), remarks_of(staged)
    if not source.tabular or _shape(source) is not Shape.ACTOR:
        return source, replace(said, columns={})
    columns = {header: said.columns.get(header, _usual(header)) for header in _headers(source)}
    return source, replace(said, columns=columns)


def run_import(
    application: Application, source: SourceFile, remarks: Remarks, scope: Scope, *, dry_run: bool
) -> tuple[ImportRun, ImportReport]:
    """Import rows with what is said of them, or try to."""
    run = ImportRun(
        application.database,
        application.referential,
        application.today(),
        scope,
        remarks.side,
        dry_run,
        remarks.amendments,
    )
    return run, run.save(run.collect_rows(source, source.name))


def _headers(source: SourceFile) -> Sequence[str]:
    return next((tuple(row) for _, row in source.rows if isinstance(row, Mapping)), ())


def _usual(header: str) -> str:
    meant = actor_field(header)
    return meant if meant in FIELDS else ""


def _shape(source: SourceFile) -> Shape:
    return shape_of(_headers(source), tabular=source.tabular)


def _wrong_row(
    problem: RowProblem,
    rows: Mapping[int, Mapping[str, object]],
    remarks: Remarks,
    tabular: bool,
    words: Words,
) -> WrongRow:
    row = rows.get(problem.line, {})
    amend = remarks.amendments
    own = shape_of(row, tabular=tabular) is Shape.ACTOR
    values = amend.cells(row) if tabular and own else row
    told: dict[str | None, list[str]] = {}
    for one in (problem, *problem.others):
        place = (one.field or "").partition("[")[0].partition(".")[0] or None
        told.setdefault(place if row else None, []).append(_reason(one, words))
    corrections = remarks.corrections.get(problem.line, {})
    wrongs = []
    for place, reasons in told.items():
        typed = "" if place is None else corrections.get(place, as_typed(values.get(place)))
        if place is None or typed is None or len(typed) > LONGEST_SHOWN:
            wrongs.append(Wrong(None, _label(place, words), tuple(reasons)))
        else:
            is_long = place in LISTS or place == "description"
            wrongs.append(Wrong(place, _label(place, words), tuple(reasons), typed, is_long))
    shown = corrections.get("name") or values.get("name") or row.get("nom") or row.get("Nom") or ""
    return WrongRow(problem.line, str(shown)[:120], tuple(wrongs))


def as_typed(value: object) -> str | None:
    """What one would type in a cell for a value; ``None`` where no cell can say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str | int | float):
        return str(value).encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple) and all(isinstance(one, str | int) for one in value):
        return " | ".join(str(one).encode("utf-8", "replace").decode("utf-8") for one in value)
    return None


def _reason(problem: RowProblem, words: Words) -> str:
    parameters = dict(problem.parameters)
    if problem.code in ABOUT_SIDES:
        sides = ", ".join(words.say(f"kind.{kind.value}") for kind in Kind)
        parameters |= {"accepted": sides, "option": words.say("import.page.option")}
    return words.say(f"import.{problem.code}", **parameters)


def _remark(problem: RowProblem, words: Words) -> Remark:
    place = (problem.field or "").partition("[")[0].partition(".")[0] or None
    return Remark(problem.line, _label(place, words), _reason(problem, words))


def _label(place: str | None, words: Words) -> str:
    if place is None:
        return ""
    code = f"import.field.{place}"
    return words.say(code) if words.knows(code) else place
