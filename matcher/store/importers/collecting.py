"""The rows of one file become actors and services still to be merged with what is stored."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from matcher.engine.profiles import Kind
from matcher.store.importers import data_inclusion, directories
from matcher.store.importers.amending import AS_THEY_ARE, Amendments
from matcher.store.importers.columns import cells_as_values
from matcher.store.importers.json_rows import Row
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused, RowProblem, found
from matcher.store.importers.rows import ReadRow, Terms, read_actor
from matcher.store.importers.shapes import Shape, shape_of
from matcher.store.importers.values import unusable_values

REMARKS = {"sheet-ignored"}


@dataclass(slots=True)
class Collected:
    """What one file holds, each item with its line."""

    file: str
    rows: int = 0
    actors: list[tuple[int, ReadRow]] = field(default_factory=list)
    services: list[data_inclusion.Service] = field(default_factory=list)
    rejected: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    skipped: list[RowProblem] = field(default_factory=list)

    def refuse(self, line: int, refusal: Refused) -> None:
        """Keep the reason why a row is not imported."""
        self.rejected.append(refusal.problem(self.file, line))

    def leave_out(self, erased: Container[str]) -> None:
        """Leave out people who asked to be erased, and their services; nothing names them."""
        left = [line for line, read in self.actors if read.actor.id in erased]
        left += [service.line for service in self.services if service.structure_id in erased]
        self.actors = [one for one in self.actors if one[1].actor.id not in erased]
        self.services = [one for one in self.services if one.structure_id not in erased]
        self.warnings = [one for one in self.warnings if one.line not in set(left)]
        self.skipped += [replace(found("erased"), file=self.file, line=line) for line in left]

    def warn(self, line: int, problems: Iterable[RowProblem]) -> None:
        """Keep what was changed or dropped in a row that is imported."""
        self.warnings += [replace(problem, file=self.file, line=line) for problem in problems]


class Collector:
    """Reads rows of any known shape, one at a time."""

    def __init__(
        self, locator: Locator, side: Kind | None, amendments: Amendments = AS_THEY_ARE
    ) -> None:
        self._locator = locator
        self._side = side
        self._amendments = amendments

    def collect(
        self,
        rows: Iterable[Row],
        *,
        file: str,
        tabular: bool,
        source: str,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Collected:
        """Read every row; one that is refused leaves the others as they are.

        ``source`` is what directory entries that name none come from; ``progress`` is told how
        many rows are read.
        """
        collected = Collected(file)
        lines: dict[str, int] = {}
        for line, row in rows:
            if isinstance(row, RowProblem) and row.code in REMARKS:
                collected.warn(line, [row])
                continue
            collected.rows += 1
            progress(collected.rows)
            try:
                if isinstance(row, RowProblem):
                    raise Refused([row])
                self._read(line, row, tabular, source, collected, lines)
            except Refused as refusal:
                collected.refuse(line, refusal)
        return collected

    def _read(
        self,
        line: int,
        row: Mapping[str, object],
        tabular: bool,
        source: str,
        collected: Collected,
        lines: dict[str, int],
    ) -> None:
        shape = shape_of(row, tabular=tabular)
        if shape is Shape.SERVICE:
            service = data_inclusion.read_service(line, row, self._locator)
            collected.services.append(service)
            collected.warn(line, service.warnings)
            return
        read = self._actor(line, shape, row, tabular, source)
        first = lines.setdefault(read.actor.id, line)
        if first != line:
            code = "duplicate-actor" if read.generated_id else "duplicate-id"
            raise Refused([found(code, "id", id=read.actor.id, first_line=first)])
        collected.actors.append((line, read))
        collected.warn(line, read.warnings)

    def _actor(
        self, line: int, shape: Shape, row: Mapping[str, object], tabular: bool, source: str
    ) -> ReadRow:
        amend = self._amendments
        if shape is Shape.ACTOR:
            said = cells_as_values(amend.cells(row)) if tabular else row
            return read_actor(amend.corrected(line, said), self._locator, Terms(self._side))
        problems = list(unusable_values(row))
        if problems:
            raise Refused(problems)
        networks: tuple[str, ...] = ()
        if shape is Shape.STRUCTURE:
            values, networks, warnings = data_inclusion.structure_values(row, self._locator)
        else:
            values, warnings = directories.actor_values(row, self._locator)
        values = amend.corrected(line, values)
        read = read_actor(values, self._locator, Terms(self._side, lenient=True, networks=networks))
        return replace(
            read,
            # What a description stands for gives way to what people said they offer.
            given=read.given - {"offers"},
            actor=replace(read.actor, source=read.actor.source or source),
            warnings=(*warnings, *read.warnings),
        )
