"""The committed tables: tab-separated lines, read as they are and parsed one row at a time."""

from collections.abc import Iterable
from importlib.resources import files

COMMUNES = "communes.tsv"
EPCIS = "epcis.tsv"
DEPARTMENTS = "departments.tsv"
REGIONS = "regions.tsv"
COUNTRIES = "countries.tsv"
OTHER_NAMES = "other_names.tsv"

# The arrondissements of three cities are rows of their own: code prefix -> city, how many.
ARRONDISSEMENTS = {"132": ("13055", 16), "6938": ("69123", 9), "751": ("75056", 20)}
CITY_OF_ARRONDISSEMENT = {
    f"{prefix}{number:0{5 - len(prefix)}}": city
    for prefix, (city, count) in ARRONDISSEMENTS.items()
    for number in range(1, count + 1)
}


def read_lines(name: str) -> list[str]:
    """Lines of a committed table, header left out."""
    text = (files("data") / "territories" / name).read_text(encoding="utf-8")
    return text.split("\n")[1:-1]


def read_rows(name: str) -> list[list[str]]:
    """Cells of a committed table, header left out."""
    return [line.split("\t") for line in read_lines(name)]


def table_text(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table the way it is read: one header line, tabs, one line feed a row."""
    return "".join("\t".join(cells) + "\n" for cells in (header, *rows))


def department_code(commune_code: str) -> str:
    """Département of a commune, read from its code (``2A004``, ``97411``, ``QC48028``)."""
    return commune_code[:3] if commune_code.startswith(("97", "98")) else commune_code[:2]
