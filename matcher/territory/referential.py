"""The referential: territories by identifier or by name, who contains whom, and how far."""

from functools import cache

from matcher.territory.distances import great_circle_km
from matcher.territory.gazetteer import Gazetteer
from matcher.territory.names import NameIndex
from matcher.territory.reading import is_readable
from matcher.territory.search import Search
from matcher.territory.suggesting import Suggester
from matcher.territory.tables import CITY_OF_ARRONDISSEMENT
from matcher.territory.territories import (
    AmbiguousTerritory,
    Level,
    Proximity,
    Territory,
    UnknownTerritory,
)

SUGGESTED = 5


class Referential:
    """Communes, EPCI, départements and régions of France, and municipalities of Québec.

    Every method that takes an identifier raises KeyError where it is unknown; ``find`` raises
    only UnknownTerritory and AmbiguousTerritory, whatever it is given.
    """

    def __init__(self) -> None:
        self._gazetteer = Gazetteer()
        names = NameIndex(self._gazetteer)
        self._search = Search(self._gazetteer, names)
        self._suggester = Suggester(self._gazetteer, names, self._search)

    def get(self, id: str) -> Territory:  # noqa: A002
        """Return the territory of a typed identifier (``department:95``)."""
        return self._gazetteer.get(id)

    def find(self, text: str, *, level: Level | None = None, near: str | None = None) -> Territory:
        """Return the one territory that a person means, never a guess.

        Case, accents, hyphens, apostrophes, ``St`` and articles do not count. ``95`` is a
        département; a région is found by name, ``R11`` or ``level``. Five digits are an INSEE
        code or a postal code: ambiguous where they are both, of different communes. A postal
        code, a département (``(93)``, ``, Val-d'Oise``) or ``near`` (an identifier) tells
        homonyms apart. Of names that cover the same ground (Paris and the 75, La Réunion and
        its région) the smallest territory is meant. A postal code of Paris, Lyon or Marseille,
        or the number of their CEDEX, means the arrondissement.

        Raises UnknownTerritory with suggestions, or AmbiguousTerritory with candidates.
        """
        if not isinstance(text, str) or not is_readable(text):
            raise UnknownTerritory(text if isinstance(text, str) else "")
        if near is not None and not self._gazetteer.has(near):
            raise UnknownTerritory(near)
        found = self._search.candidates(text, level, near)
        if len(found) == 1:
            return self._gazetteer.get(found[0])
        if found:
            raise AmbiguousTerritory(text, self._search.territories(found))
        close = self._suggester.ranked(text, SUGGESTED, level, near)
        raise UnknownTerritory(text, self._search.territories(close))

    def suggest(self, text: str, limit: int = SUGGESTED) -> list[Territory]:
        """Return the likeliest territories for a text that may be incomplete, best first."""
        if not is_readable(text):
            return []
        return list(self._search.territories(self._suggester.ranked(text, limit)))

    def communes_of(self, id: str) -> tuple[str, ...]:  # noqa: A002
        """Return the identifiers of the communes inside a territory (itself for a commune).

        Paris, Lyon and Marseille come with their arrondissements.
        """
        return self._gazetteer.communes_of(id)

    def all_at(self, country: str, level: Level) -> tuple[str, ...]:
        """Return the identifiers of the départements or of the régions of a country, in order."""
        if level is Level.REGION:
            return self._gazetteer.regions_of(country)
        return self._gazetteer.departments_of(country)

    def contains(self, outer: str, inner: str) -> bool:
        """Say whether the whole of ``inner`` lies in ``outer``; a territory contains itself."""
        self._gazetteer.get(outer)
        return self._search.contains(outer, inner)

    def level_of(self, id: str, level: Level) -> Territory | None:  # noqa: A002
        """Return what contains a territory at a level, itself at its own; None if nothing does.

        In Grand Paris the EPCI level is the établissement public territorial, where there is
        one: the metropolis, above it, is the next of ``parents``. An EPCI across départements
        answers with the one where most of its people live.
        """
        territory = self._gazetteer.get(id)
        chain = (id, *territory.parents)
        found = next((one for one in chain if one.startswith(f"{level}:")), None)
        return self._gazetteer.get(found) if found else None

    def proximity(self, a: str, b: str) -> Proximity:
        """Return the closest thing two territories share; symmetric.

        Arrondissements of one city are in the same commune. Of an EPCI across départements,
        each of its départements counts.
        """
        if self._commune_of(a) and self._commune_of(a) == self._commune_of(b):
            return Proximity.SAME_COMMUNE
        if self._same_epci(a, b):
            return Proximity.SAME_EPCI
        departments_a, departments_b = self._departments(a), self._departments(b)
        if departments_a & departments_b:
            return Proximity.SAME_DEPARTMENT
        touching = {other for one in departments_a for other in self.get(one).neighbours}
        if touching & departments_b:
            return Proximity.NEIGHBOURING_DEPARTMENT
        if self._above(a, Level.REGION) & self._above(b, Level.REGION):
            return Proximity.SAME_REGION
        return Proximity.ELSEWHERE

    def distance_km(self, a: str, b: str) -> float | None:
        """Return the distance in km between two centres, None where a centre is unknown."""
        one, other = self.get(a), self.get(b)
        if one.latitude is None or one.longitude is None:
            return None
        if other.latitude is None or other.longitude is None:
            return None
        return great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)

    def _commune_of(self, identifier: str) -> str | None:
        territory = self.get(identifier)
        if territory.level is not Level.COMMUNE:
            return None
        return CITY_OF_ARRONDISSEMENT.get(territory.code, territory.code)

    def _same_epci(self, a: str, b: str) -> bool:
        """The nearest EPCI of both, or one of the two is an EPCI that holds the other."""
        one, other = self.level_of(a, Level.EPCI), self.level_of(b, Level.EPCI)
        if one is None or other is None:
            return False
        return one.id == other.id or (
            (a == one.id and self.contains(a, b)) or (b == other.id and self.contains(b, a))
        )

    def _departments(self, identifier: str) -> frozenset[str]:
        return self._above(identifier, Level.DEPARTMENT)

    def _above(self, identifier: str, level: Level) -> frozenset[str]:
        chain = (identifier, *self.get(identifier).parents)
        return frozenset(one for one in chain if one.startswith(f"{level}:"))


@cache
def load_referential() -> Referential:
    """Return the referential of the committed tables; read once, indexes built when needed."""
    return Referential()
