"""What a person may have meant, when what they typed is not the name of anything."""

from collections.abc import Iterator
from math import log10

from matcher.territory.gazetteer import Gazetteer
from matcher.territory.names import NameIndex
from matcher.territory.reading import Reading, read
from matcher.territory.search import Search
from matcher.territory.tables import department_code
from matcher.territory.territories import Level

# How much being well populated, or where the text points, makes up for a difference in spelling.
POPULATION_WEIGHT = 0.03
PLACE_WEIGHT = 0.3
# What a name that starts with the text is worth: some for starting, more for what is there.
START_WORTH = 0.78
SHARE_WEIGHT = 0.12
SHORTEST_START = 2


class Suggester:
    """Ranks names by spelling, place and population."""

    def __init__(self, gazetteer: Gazetteer, names: NameIndex, search: Search) -> None:
        self._gazetteer = gazetteer
        self._names = names
        self._search = search

    def ranked(
        self, text: str, limit: int, level: Level | None = None, near: str | None = None
    ) -> list[str]:
        """Identifiers of the likeliest territories for a readable text, best first."""
        seen: dict[str, None] = {}
        for identifier in self._proposals(text, level, near):
            if len(seen) >= limit:
                break
            seen.setdefault(identifier)
        return list(seen)

    def _proposals(self, text: str, level: Level | None, near: str | None) -> Iterator[str]:
        yield from self._search.candidates(text, level, near)
        if ":" in text:  # an identifier is copied, not misspelled
            return
        reading = read(text)
        successor = self._names.successor(reading.words)
        if successor and level in (None, Level.REGION):
            yield successor
        if reading.words:
            yield from self._by_spelling(reading, level, near)
        if reading.postal_code and level in (None, Level.COMMUNE):
            yield from self._by_postal_code(reading.postal_code)

    def _by_spelling(self, reading: Reading, level: Level | None, near: str | None) -> list[str]:
        """Names nearly spelled like this one, or that start like it."""
        around = self._departments(reading.departments, reading.postal_code)

        def accept(identifier: str) -> bool:
            return level is None or identifier.startswith(f"{level}:")

        def worth(identifier: str) -> float:
            population = self._gazetteer.get(identifier).population
            here = identifier.startswith("commune:") and department_code(identifier[8:]) in around
            close = near is not None and self._search.contains(near, identifier)
            place = PLACE_WEIGHT if here or close else 0.0
            return place + POPULATION_WEIGHT * log10(1 + population)

        spelled = self._names.similar(reading.words, accept)
        if len("".join(reading.words)) >= SHORTEST_START:
            starting = self._names.starting_with(reading.words, accept)
            spelled += [(START_WORTH + SHARE_WEIGHT * share, one) for share, one in starting]
        ranked = sorted((-(likeness + worth(one)), one) for likeness, one in spelled)
        return [identifier for _, identifier in ranked]

    def _departments(self, hinted: tuple[str, ...], postal_code: str | None) -> frozenset[str]:
        own = department_code(postal_code) if postal_code else ""
        corsica = ("2A", "2B") if own == "20" else ()
        return frozenset((*hinted, own, *corsica))

    def _by_postal_code(self, code: str) -> Iterator[str]:
        """Communes whose postal codes start most like this one, most populated first."""
        ranked: dict[str, int] = {}
        for other, identifiers in self._names.postal_codes.items():
            same = 0
            while same < len(code) and other[same : same + 1] == code[same]:
                same += 1
            for identifier in identifiers if same >= 2 else ():
                ranked[identifier] = max(same, ranked.get(identifier, 0))
        yield from sorted(
            ranked,
            key=lambda identifier: (
                -ranked[identifier],
                -self._gazetteer.get(identifier).population,
                identifier,
            ),
        )
