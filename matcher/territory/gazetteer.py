"""Every territory by identifier: rows are kept as text and become objects when asked for."""

from collections import defaultdict
from functools import cached_property

from matcher.territory.tables import (
    CITY_OF_ARRONDISSEMENT,
    COMMUNES,
    COUNTRIES,
    DEPARTMENTS,
    EPCIS,
    REGIONS,
    department_code,
    read_lines,
    read_rows,
)
from matcher.territory.territories import Level, Territory


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None


class Gazetteer:
    """The committed tables, with the hierarchy that they spell out."""

    def __init__(self) -> None:
        self._communes = {line[: line.index("\t")]: line for line in read_lines(COMMUNES)}
        self._built: dict[str, Territory] = {}
        self.countries = {row[0]: row for row in read_rows(COUNTRIES)}
        self.regions = {row[0]: row for row in read_rows(REGIONS)}
        self.departments = {row[0]: row for row in read_rows(DEPARTMENTS)}
        self.epcis = {row[0]: row for row in read_rows(EPCIS)}

    def get(self, identifier: str) -> Territory:
        """Return the territory of a typed identifier; KeyError where there is none."""
        if identifier not in self._built:
            level, _, code = identifier.partition(":")
            makers = {
                "commune": self._commune,
                "epci": self._epci,
                "department": self._department,
                "region": self._region,
                "country": self._country,
            }
            if level not in makers:
                raise KeyError(identifier)
            try:
                self._built[identifier] = makers[level](code)
            except KeyError:
                raise KeyError(identifier) from None
        return self._built[identifier]

    def has(self, identifier: str) -> bool:
        """Say whether a typed identifier exists."""
        try:
            self.get(identifier)
        except KeyError:
            return False
        return True

    def commune_rows(self) -> list[list[str]]:
        """Cells of every commune: code, name, EPCI, EPT, latitude, longitude, people, postal."""
        return [line.split("\t") for line in self._communes.values()]

    def communes_of(self, identifier: str) -> tuple[str, ...]:
        """Identifiers of the communes inside a territory, by code; itself for a commune.

        A city cut into arrondissements comes with them.
        """
        territory = self.get(identifier)
        if territory.level is Level.COMMUNE:
            return (identifier, *self._arrondissements.get(identifier, ()))
        return tuple(self._members.get(identifier, ()))

    def departments_of(self, country: str) -> tuple[str, ...]:
        """Identifiers of the départements of a country, in order; no commune is read."""
        inside = (code for code in self.departments if country in self._from_department(code))
        return tuple(sorted(f"department:{code}" for code in inside))

    def regions_of(self, country: str) -> tuple[str, ...]:
        """Identifiers of the régions of a country, in order."""
        inside = (code for code in self.regions if country in self._from_region(code))
        return tuple(sorted(f"region:{code}" for code in inside))

    def arrondissements_of(self, identifier: str) -> tuple[str, ...]:
        """Identifiers of the arrondissements of Paris, Lyon or Marseille, by number."""
        return tuple(self._arrondissements.get(identifier, ()))

    @cached_property
    def _arrondissements(self) -> dict[str, list[str]]:
        inside: dict[str, list[str]] = defaultdict(list)
        for code, city in CITY_OF_ARRONDISSEMENT.items():
            inside[f"commune:{city}"].append(f"commune:{code}")
        return dict(inside)

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        inside: dict[str, list[str]] = defaultdict(list)
        for code, line in self._communes.items():
            _, _, epci, ept, _ = line.split("\t", 4)
            for parent in self._above_commune(code, epci, ept):
                inside[parent].append(f"commune:{code}")
        return dict(inside)

    def _above_commune(self, code: str, epci: str, ept: str) -> tuple[str, ...]:
        intercommunal = tuple(f"epci:{parent}" for parent in (ept, epci) if parent)
        return (*intercommunal, *self._from_department(department_code(code)))

    def _from_department(self, code: str) -> tuple[str, ...]:
        return (f"department:{code}", *self._from_region(self.departments[code][2]))

    def _from_region(self, code: str) -> tuple[str, ...]:
        return (f"region:{code}", f"country:{self.regions[code][2]}")

    def _commune(self, code: str) -> Territory:
        _, name, epci, ept, latitude, longitude, people, postal = self._communes[code].split("\t")
        city = CITY_OF_ARRONDISSEMENT.get(code)
        parents = self._above_commune(code, epci, ept)
        return Territory(
            id=f"commune:{code}",
            level=Level.COMMUNE,
            code=code,
            name=name,
            parents=(f"commune:{city}", *parents) if city else parents,
            latitude=_degrees(latitude),
            longitude=_degrees(longitude),
            population=int(people),
            postal_codes=tuple(postal.split()),
            neighbours=(),
        )

    def _epci(self, code: str) -> Territory:
        _, name, within, departments, latitude, longitude, people = self.epcis[code]
        chains = [self._from_department(department) for department in departments.split()]
        # Départements before régions before the country, each once.
        parents = dict.fromkeys(parent for rank in zip(*chains, strict=True) for parent in rank)
        metropolis = (f"epci:{within}",) if within else ()
        return self._larger(
            Level.EPCI, code, name, (*metropolis, *parents), latitude, longitude, people
        )

    def _department(self, code: str) -> Territory:
        _, name, region, latitude, longitude, people, neighbours = self.departments[code]
        parents = self._from_region(region)
        touching = tuple(f"department:{other}" for other in neighbours.split())
        return self._larger(
            Level.DEPARTMENT, code, name, parents, latitude, longitude, people, touching
        )

    def _region(self, code: str) -> Territory:
        _, name, country, latitude, longitude, people = self.regions[code]
        parents = (f"country:{country}",)
        return self._larger(Level.REGION, code, name, parents, latitude, longitude, people)

    def _country(self, code: str) -> Territory:
        _, name, latitude, longitude, people = self.countries[code]
        return self._larger(Level.COUNTRY, code, name, (), latitude, longitude, people)

    @staticmethod
    def _larger(
        level: Level,
        code: str,
        name: str,
        parents: tuple[str, ...],
        latitude: str,
        longitude: str,
        people: str,
        neighbours: tuple[str, ...] = (),
    ) -> Territory:
        return Territory(
            id=f"{level}:{code}",
            level=level,
            code=code,
            name=name,
            parents=parents,
            latitude=_degrees(latitude),
            longitude=_degrees(longitude),
            population=int(people),
            postal_codes=(),
            neighbours=neighbours,
        )
