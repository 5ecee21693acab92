"""Communes and zones as people write them, read by the referential or refused with proposals."""

import re
from collections.abc import Sequence

from matcher.store.importers.problems import Refused, RowProblem, found, quoted
from matcher.territory import (
    AmbiguousTerritory,
    Level,
    Referential,
    Territory,
    UnknownTerritory,
)
from matcher.territory.distances import great_circle_km

IDENTIFIER = re.compile(r"(commune|epci|department|region|country):\w+")
DEPARTMENT_CODE = re.compile(r"\d{1,3}|2[AaBb]")
INSEE_CODE = re.compile(r"[\dAB]{5}")
AROUND_KM = 20.0

Point = tuple[float, float]


class Locator:
    """Finds territories, remembering what it found: a directory names few communes often."""

    def __init__(self, referential: Referential) -> None:
        self._referential = referential
        self._known: dict[tuple[str, Level | None, str | None], Territory | RowProblem] = {}
        self._homonyms: dict[str, tuple[Territory, ...]] = {}

    def commune(self, text: str, near: str | None = None) -> Territory:
        """Read a commune; five characters that are an INSEE code are read as one.

        Raises :class:`Refused` ``territory-unknown`` or ``territory-ambiguous``.
        """
        answer = self._find(text, Level.COMMUNE, near)
        if isinstance(answer, RowProblem):
            raise Refused([answer])
        return answer

    def first_commune(
        self, texts: Sequence[str], near: str | None, point: Point | None = None
    ) -> Territory | None:
        """Read the first of several ways to name a commune that leads to a single one.

        ``point`` (degrees) tells homonyms apart: the one whose centre is within 20 km.
        """
        for text in texts:
            answer = self._find(text, Level.COMMUNE, near)
            if isinstance(answer, Territory):
                return answer
            around = [one for one in self._homonyms.get(text, ()) if _is_around(one, point)]
            if len(around) == 1:
                return around[0]
        return None

    def zone(self, text: str, around: Territory | None) -> Territory:
        """Read one territory of a zone.

        A code that a département and a région share is the département, unless it is that of
        the région of what is known of the actor already (``around``: its commune, or else what
        its zone named before) and not of its département. Raises as :meth:`commune`.
        """
        if DEPARTMENT_CODE.fullmatch(text) and around is not None:
            region, containing = f"region:{text}", (around.id, *around.parents)
            if region in containing and f"department:{text}" not in containing:
                return self._referential.get(region)
        answer = self._find(text, None, None)
        if isinstance(answer, RowProblem) and DEPARTMENT_CODE.fullmatch(text):
            answer = self._find(text, Level.REGION, None)
        if isinstance(answer, RowProblem):
            raise Refused([answer])
        return answer

    def department_named(self, text: str) -> Territory:
        """Read a département. Raises as :meth:`commune`."""
        answer = self._find(text, Level.DEPARTMENT, None)
        if isinstance(answer, RowProblem):
            raise Refused([answer])
        return answer

    def department(self, text: str) -> str | None:
        """Give the identifier of a département, ``None`` where the text names none."""
        answer = self._find(text, Level.DEPARTMENT, None)
        return answer.id if isinstance(answer, Territory) else None

    def identifier(self, level: Level, code: str) -> str | None:
        """Give ``level:code`` if the referential has it."""
        try:
            return self._referential.get(f"{level.value}:{code}").id
        except KeyError:
            return None

    def _find(self, text: str, level: Level | None, near: str | None) -> Territory | RowProblem:
        asked = (text, level, near)
        if asked not in self._known:
            self._known[asked] = self._look_up(text, level, near)
        return self._known[asked]

    def _look_up(self, text: str, level: Level | None, near: str | None) -> Territory | RowProblem:
        if level is Level.COMMUNE and INSEE_CODE.fullmatch(text):
            text = self.identifier(Level.COMMUNE, text) or text
        try:
            if IDENTIFIER.fullmatch(text):
                return self._referential.get(text)
            return self._referential.find(text, level=level, near=near)
        except UnknownTerritory as error:
            proposals = _names(error.suggestions)
            return found("territory-unknown", None, value=quoted(text), suggestions=proposals)
        except AmbiguousTerritory as error:
            self._homonyms[text] = error.candidates
            proposals = _names(error.candidates)
            return found("territory-ambiguous", None, value=quoted(text), candidates=proposals)
        except KeyError:
            return found("territory-unknown", None, value=quoted(text), suggestions=())


def _is_around(territory: Territory, point: Point | None) -> bool:
    if point is None or territory.latitude is None or territory.longitude is None:
        return False
    return great_circle_km(*point, territory.latitude, territory.longitude) <= AROUND_KM


def _names(territories: Sequence[Territory]) -> tuple[str, ...]:
    return tuple(f"{territory.name} ({territory.code})" for territory in territories[:5])
