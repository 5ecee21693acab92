"""Read which départements somebody answers for, from territories that were typed."""

from collections.abc import Mapping, Sequence

from matcher.errors import InvalidInput
from matcher.territory import Level, Referential
from matcher.territory.belonging import departments_within
from matcher.usecases.read_question import read_territory


def read_departments(
    referential: Referential, territories: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Typed identifiers (``department:95``), sorted; ``territories`` are by level, as typed.

    An EPCI stands for every département that it touches, a région for all of its own.
    """
    found: set[str] = set()
    for level, texts in territories.items():
        for text in texts:
            territory = read_territory(referential, Level(level).value, text)
            within = departments_within(territory, referential)
            if not within:
                raise InvalidInput("region-without-departments", pointer=level)
            found |= set(within)
    return tuple(sorted(found))
