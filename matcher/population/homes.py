"""Where people live: communes by their population, and the zones one can have around each."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.territory.tables import (
    CITY_OF_ARRONDISSEMENT,
    COMMUNES,
    DEPARTMENTS,
    department_code,
    read_rows,
)

ELSEWHERE = "QC"
"""Québec is in the tables, but not in the country that is made up."""

_CONTRACTED = {"Le ": "au ", "Les ": "aux "}


@dataclass(frozen=True, slots=True)
class Home:
    """A commune as an actor sees it: its code and the identifiers of what is around it."""

    code: str
    at: str
    """« à Bondy », « au Havre », « aux Ulis »."""
    epci: str
    department: str
    region: str
    neighbours: tuple[str, ...]
    """Identifiers of the départements that touch its own."""
    nearby: tuple[str, ...]
    """Identifiers of the communes of its EPCI."""


@dataclass(frozen=True, slots=True)
class Homes:
    """The inhabited communes of France, arrondissements rather than the three cities they make up.

    ``cumulated`` is float64 of shape (communes,): the share of the population up to each, at the
    end 1.
    """

    homes: tuple[Home, ...]
    populations: tuple[int, ...]
    cumulated: NDArray[np.float64]


@cache
def load_homes() -> Homes:
    """Read the committed tables, once."""
    departments = {row[0]: row for row in read_rows(DEPARTMENTS)}
    cities = set(CITY_OF_ARRONDISSEMENT.values())
    rows = [
        row
        for row in read_rows(COMMUNES)
        if int(row[6] or 0) > 0 and not row[0].startswith(ELSEWHERE) and row[0] not in cities
    ]
    nearby: defaultdict[str, list[str]] = defaultdict(list)
    for code, _, epci, *_ in rows:
        nearby[epci].append(f"commune:{code}")
    around = {epci: tuple(ids) for epci, ids in nearby.items() if epci}
    homes = []
    for code, name, epci, *_ in rows:
        department = departments[department_code(code)]
        homes.append(
            Home(
                code,
                at(name),
                f"epci:{epci}" if epci else f"department:{department[0]}",
                f"department:{department[0]}",
                f"region:{department[2]}",
                tuple(f"department:{other}" for other in department[6].split()),
                around.get(epci, (f"commune:{code}",)),
            )
        )
    populations = tuple(int(row[6]) for row in rows)
    cumulated = np.cumsum(np.array(populations, dtype=np.float64))
    return Homes(tuple(homes), populations, cumulated / cumulated[-1])


def at(name: str) -> str:
    """In a commune, as it is said: « au Havre », « à Paris 13e »."""
    name = name.replace("'", "’").removesuffix(" Arrondissement")
    for article, contracted in _CONTRACTED.items():
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"à {name}"
