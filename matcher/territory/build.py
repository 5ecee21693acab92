"""Rebuild the committed tables from the source files: ``python -m matcher.territory.build DIR``.

``DIR`` holds ``communes/`` and ``quebec/``; what those lack (neighbouring départements, centres
of the arrondissements, Montréal) is written by hand in ``data/territories/facts_*.tsv``. The
same input gives the same bytes. Origins and licences: ``data/territories/SOURCES.md``.
"""

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files
from math import fsum
from pathlib import Path
from typing import NamedTuple

from matcher.territory.tables import (
    CITY_OF_ARRONDISSEMENT,
    COMMUNES,
    COUNTRIES,
    DEPARTMENTS,
    EPCIS,
    REGIONS,
    department_code,
    read_rows,
    table_text,
)

# Québec's cities that are not in an MRC: the territory bears the city's name alone.
EQUIVALENT_TERRITORIES = frozenset(
    (
        *("Eeyou Istchee", "Gatineau", "Jamésie", "La Tuque", "Laval", "Longueuil", "Lévis"),
        *("Mirabel", "Montréal", "Rouyn-Noranda", "Saguenay", "Shawinigan", "Sherbrooke"),
        "Trois-Rivières",
    )
)


class Commune(NamedTuple):
    """One row of communes.tsv, cells still as text."""

    code: str
    name: str
    epci: str
    ept: str
    latitude: str
    longitude: str
    population: str
    postal_codes: str


def french_communes(path: Path, centres: dict[str, tuple[str, str]]) -> list[Commune]:
    """Communes and arrondissements of France, an arrondissement in the EPCI of its city."""
    with path.open(encoding="utf-8", newline="") as lines:
        source = {row["code_insee"]: row for row in csv.DictReader(lines)}
    communes = []
    for code, row in source.items():
        if department_code(code) != row["departement"]:
            raise ValueError(f"{code}: département {row['departement']} does not fit the code")
        latitude, longitude = centres.get(code, (row["lat"], row["lon"]))
        city = source[CITY_OF_ARRONDISSEMENT.get(code, code)]
        communes.append(
            Commune(
                code,
                row["nom"],
                city["epci"],
                city["ept"],
                latitude,
                longitude,
                row["population"] or "0",
                row["codes_postaux"].replace("|", " "),
            )
        )
    return communes


def epci_names(path: Path) -> dict[str, str]:
    """Names of the EPCI and of the territories of Grand Paris, by code."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["epci"]: row["epci_nom"] for row in rows if row["epci"]}
    return names | {row["ept"]: row["ept_nom"] for row in rows if row["ept"]}


def quebec_rows(path: Path) -> list[tuple[str, ...]]:
    """Code, name, MRC code and name, latitude, longitude, population of each municipality."""
    with path.open(encoding="utf-8", newline="") as lines:
        columns = ("code", "nom", "code_mrc", "mrc", "lat", "lon", "population")
        rows = [tuple(row[column] for column in columns) for row in csv.DictReader(lines)]
    return rows + [tuple(row) for row in read_rows("facts_quebec.tsv")]


def mrc_name(name: str) -> str:
    """Name of a Québec MRC, told apart from the city that often bears the same name."""
    plain = name in EQUIVALENT_TERRITORIES or name.startswith(("Communauté", "Administration"))
    return name if plain else f"MRC {name}"


def quebec_communes(rows: Iterable[tuple[str, ...]]) -> list[Commune]:
    """Municipalities of Québec, codes padded and prefixed (``QC07047``)."""
    return [
        Commune(f"QC{int(code):05}", name, f"QC{int(mrc):02}", "", latitude, longitude, people, "")
        for code, name, mrc, _, latitude, longitude, people in rows
    ]


def gathered(communes: Iterable[Commune]) -> tuple[str, str, str]:
    """Latitude, longitude (population-weighted) and population of a set of communes.

    Arrondissements are left out: their city already counts their people.
    """
    whole = [commune for commune in communes if commune.code not in CITY_OF_ARRONDISSEMENT]
    population = sum(int(commune.population) for commune in whole)
    located = [commune for commune in whole if commune.latitude]
    weights = [max(1, int(commune.population)) for commune in located]
    if not located:
        return "", "", str(population)
    total = sum(weights)
    latitude = fsum(float(c.latitude) * w for c, w in zip(located, weights, strict=True)) / total
    longitude = fsum(float(c.longitude) * w for c, w in zip(located, weights, strict=True)) / total
    return f"{latitude:.4f}", f"{longitude:.4f}", str(population)


def epci_table(communes: Iterable[Commune], names: dict[str, str]) -> str:
    """EPCI, territories of Grand Paris (with the metropolis above them) and MRC of Québec."""
    members: dict[str, list[Commune]] = defaultdict(list)
    above: dict[str, str] = {}
    for commune in communes:
        for code in filter(None, (commune.epci, commune.ept)):
            members[code].append(commune)
        if commune.ept:
            above[commune.ept] = commune.epci
    rows = []
    for code in sorted(members):
        people: Counter[str] = Counter()
        for commune in members[code]:
            people[department_code(commune.code)] += int(commune.population)
        departments = sorted(people, key=lambda department: (-people[department], department))
        cells = (code, names[code], above.get(code, ""), " ".join(departments))
        rows.append(cells + gathered(members[code]))
    header = ("code", "name", "within", "departments", "latitude", "longitude", "population")
    return table_text(header, rows)


def department_table(communes: Iterable[Commune], departments: list[dict[str, str]]) -> str:
    """Départements and overseas collectivities, with their neighbours, then Québec."""
    neighbours = {row[0]: row[1] for row in read_rows("facts_neighbours.tsv")}
    members: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        members[department_code(commune.code)].append(commune)
    known = [(row["code"], row["nom"], row["region"]) for row in departments]
    rows = [
        (*cells, *gathered(members[cells[0]]), neighbours.get(cells[0], ""))
        for cells in (*sorted(known), ("QC", "Québec", "QC"))
    ]
    header = ("code", "name", "region", "latitude", "longitude", "population", "neighbours")
    return table_text(header, rows)


def region_table(communes: Sequence[Commune], source: dict[str, list[dict[str, str]]]) -> str:
    """Régions, then Québec."""
    region_of = {row["code"]: row["region"] for row in source["departements"]} | {"QC": "QC"}
    members: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        members[region_of[department_code(commune.code)]].append(commune)
    known = sorted((row["code"], row["nom"], "FR") for row in source["regions"])
    rows = [(*cells, *gathered(members[cells[0]])) for cells in (*known, ("QC", "Québec", "CA"))]
    return table_text(("code", "name", "country", "latitude", "longitude", "population"), rows)


def country_table(communes: Sequence[Commune]) -> str:
    """France (its centre is that of the mainland and Corsica) and Canada (Québec alone)."""
    canada = [commune for commune in communes if commune.code.startswith("QC")]
    france = [commune for commune in communes if not commune.code.startswith("QC")]
    mainland = [commune for commune in france if not commune.code.startswith(("97", "98"))]
    rows = [
        ("CA", "Canada", *gathered(canada)),
        ("FR", "France", *gathered(mainland)[:2], gathered(france)[2]),
    ]
    return table_text(("code", "name", "latitude", "longitude", "population"), rows)


def build(source: Path, output: Path) -> dict[str, int]:
    """Write the five tables of ``output`` from the files of ``source``; sizes in bytes."""
    centres = {code: (lat, lon) for code, lat, lon in read_rows("facts_centres.tsv")}
    communes_path = source / "communes" / "communes.csv"
    quebec = quebec_rows(source / "quebec" / "municipalites_principales.csv")
    communes = sorted(french_communes(communes_path, centres) + quebec_communes(quebec))
    names = epci_names(communes_path)
    names |= {f"QC{int(row[2]):02}": mrc_name(row[3]) for row in quebec}
    above = json.loads((source / "communes" / "departements_regions.json").read_text("utf-8"))
    tables = {
        COMMUNES: table_text(Commune._fields, communes),
        EPCIS: epci_table(communes, names),
        DEPARTMENTS: department_table(communes, above["departements"]),
        REGIONS: region_table(communes, above),
        COUNTRIES: country_table(communes),
    }
    for name, text in tables.items():
        (output / name).write_bytes(text.encode())
    return {name: len(text.encode()) for name, text in tables.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Rebuild the tables in place, or in ``--output``, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m matcher.territory.build")
    parser.add_argument("source", type=Path, help="folder that holds communes/ and quebec/")
    committed = Path(str(files("data") / "territories"))
    parser.add_argument("--output", type=Path, default=committed, help="where to write")
    options = parser.parse_args(arguments)
    for name, size in build(options.source, options.output).items():
        sys.stdout.write(f"{name}: {size} bytes\n")


if __name__ == "__main__":
    main()
