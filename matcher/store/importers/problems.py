"""What an import says of rows it refused, of values it changed, and of how it ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member

from matcher.store.importers import limits


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Where something is wrong, and why: the words of ``import.<code>`` take the parameters.

    ``line`` counts from 1 in the file as an editor shows it (a spreadsheet's row); 0 speaks of
    the whole file. ``others`` are further problems of the same row.
    """

    file: str
    line: int
    field: str | None
    code: str
    parameters: Mapping[str, object] = member(default_factory=dict)
    others: tuple["RowProblem", ...] = ()


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How many rows one file held and what became of them."""

    file: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The end of an import.

    ``created``, ``updated`` and ``unchanged`` count actors; ``rejected`` has one entry a refused
    row; ``warnings`` are about rows that were imported all the same; ``skipped`` are about people
    who asked to be erased: their rows are left aside without being wrong.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    files: tuple[FileOutcome, ...] = ()
    skipped: tuple[RowProblem, ...] = ()

    def __add__(self, other: "ImportReport") -> "ImportReport":
        return ImportReport(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.warnings + other.warnings,
            self.files + other.files,
            self.skipped + other.skipped,
        )


class Refused(Exception):
    """One row cannot be imported; carries every problem found in it."""

    def __init__(self, problems: Iterable[RowProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def problem(self, file: str, line: int) -> RowProblem:
        """Give the first problem, with its place and the other ones."""
        placed = tuple(replace(problem, file=file, line=line) for problem in self.problems)
        return replace(placed[0], others=placed[1:])


def found(code: str, field: str | None = None, /, **parameters: object) -> RowProblem:
    """Name a problem of the row at hand; its file and line are filled in later."""
    return RowProblem("", 0, field, code, parameters)


def quoted(value: object) -> str:
    """Show the start of a value that was refused, always printable."""
    text = str(value) if isinstance(value, str | int | float) else type(value).__name__
    short = text[: limits.QUOTED] + ("…" if len(text) > limits.QUOTED else "")
    printable = short.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(letter if letter.isprintable() else " " for letter in printable)
