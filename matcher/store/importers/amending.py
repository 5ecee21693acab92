"""What somebody who looks at a file says of it: what its columns mean, what its rows should say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.store.importers.columns import LISTS, as_value


@dataclass(frozen=True, slots=True)
class Amendments:
    """Nothing is amended by default.

    ``columns`` maps headers of a table to fields, ``""`` for a column that is left out; a header
    that is not there keeps its own meaning. ``corrections`` maps lines to fields to what is to be
    read there, as one writes it in a cell.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def cells(self, row: Mapping[str, object]) -> dict[str, object]:
        """The cells of a table's row under the fields that their columns mean.

        Columns of one list are joined; of two columns for one value, the first that is filled.
        """
        cells: dict[str, object] = {}
        for header, cell in row.items():
            name = self.columns.get(header, header)
            text = str(cell).strip()
            if name in LISTS and name in cells and text:
                cells[name] = f"{cells[name]}|{text}".lstrip("|")
            elif name and not cells.get(name):
                cells[name] = text
        return cells

    def corrected(self, line: int, values: Mapping[str, object]) -> dict[str, object]:
        """The values of a row with its corrections; a field that is emptied is not spoken of."""
        told = self.corrections.get(line, {})
        kept = {name: value for name, value in values.items() if name not in told}
        written = {name: as_value(name, text.strip()) for name, text in told.items()}
        return kept | {name: value for name, value in written.items() if value not in (None, [])}


AS_THEY_ARE = Amendments()
