"""What a territory is, how near two of them are, and the two ways a search can fail."""

from dataclasses import dataclass
from enum import StrEnum

SHOWN_TEXT = 80


class Level(StrEnum):
    """How large a territory is, from the smallest to the largest."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTMENT = "department"
    REGION = "region"
    COUNTRY = "country"


class Proximity(StrEnum):
    """The closest thing that two territories share, nearest first."""

    SAME_COMMUNE = "same_commune"
    SAME_EPCI = "same_epci"
    SAME_DEPARTMENT = "same_department"
    NEIGHBOURING_DEPARTMENT = "neighbouring_department"
    SAME_REGION = "same_region"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory, with what contains it.

    ``id`` is typed, ``level:code`` (``commune:95018``). ``parents`` are identifiers, nearest
    first; those of an EPCI list every département that it touches. ``latitude`` and
    ``longitude`` are in degrees (the population-weighted centre of a larger territory), ``None``
    where unknown. ``neighbours`` are identifiers, of départements only.
    """

    id: str
    level: Level
    code: str
    name: str
    parents: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    population: int
    postal_codes: tuple[str, ...]
    neighbours: tuple[str, ...]


class UnknownTerritory(LookupError):
    """Nothing bears this name; ``suggestions`` are the closest names, best first."""

    def __init__(self, text: str, suggestions: tuple[Territory, ...] = ()) -> None:
        super().__init__(f"unknown territory: {text[:SHOWN_TEXT]!a}")
        self.text = text[:SHOWN_TEXT]
        self.suggestions = suggestions


class AmbiguousTerritory(LookupError):
    """Several territories fit; ``candidates`` go from the most to the least populated.

    An INSEE code that is also the postal code of other communes comes first all the same.
    """

    def __init__(self, text: str, candidates: tuple[Territory, ...]) -> None:
        super().__init__(f"ambiguous territory: {text[:SHOWN_TEXT]!a}")
        self.text = text[:SHOWN_TEXT]
        self.candidates = candidates
