"""An entry of a public directory becomes an actor row: its description says what it offers."""

import re
from collections.abc import Mapping, Sequence

from matcher.store.importers import limits
from matcher.store.importers.locating import Locator, Point
from matcher.store.importers.problems import RowProblem, found
from matcher.store.importers.values import clean_text, cut_text, without_contacts
from matcher.store.importers.zones import ZONES, with_conditions, zone_of
from matcher.store.vocabularies import folded
from matcher.territory import Territory

# Our field, and the words that directories use for it, the most telling first.
WORDS: Mapping[str, Sequence[str]] = {
    "id": ("id", "identifiant", "uuid"),
    "name": ("brand", "enseigne", "name", "title", "nom", "raison-sociale"),
    "legal_name": ("name", "raison-sociale"),
    "kind": ("kind", "type", "typologie", "typology"),
    "email": ("email",),
    "commune": ("code-insee", "insee", "commune-insee"),
    "city": ("city", "commune", "ville", "town"),
    "post_code": ("post-code", "postal-code", "code-postal", "zip", "cp"),
    "address": ("address", "adresse"),
    "department": ("department", "departement"),
    "source": ("source",),
    "domains": ("domains", "thematiques"),
    "publics": ("publics",),
}
PROSE = ("summary", "resume", "description", "presentation", "commitment")
SERVICES = ("services", "activities", "activites")
POST_CODE = re.compile(r"(?<!\d)(\d{5})(?!\d)[\s,]*(.*)", re.DOTALL)


def actor_values(
    entry: Mapping[str, object], locator: Locator
) -> tuple[dict[str, object], list[RowProblem]]:
    """Turn an entry into the values of an actor row, with warnings about what was changed.

    Phone numbers and addresses of people are left behind; ``email`` is kept. The commune is
    found by postal code and name; failing that the département becomes the zone. On which
    conditions its offers hold is said in each.
    """
    words = {folded(name): value for name, value in entry.items()}
    values: dict[str, object] = {
        field: _first(words, WORDS[field]) for field in ("id", "name", "kind", "email", "source")
    }
    values["id"] = usable_id(values["id"])
    values["structure_type"] = values["kind"]
    legal = _first(words, WORDS["legal_name"])
    values["organization"] = legal if legal != values["name"] else None
    values |= {field: codes(_first(words, WORDS[field])) for field in ("domains", "publics")}
    place, warnings = whereabouts(words, locator)
    description = "\n".join(
        dict.fromkeys(prose for name in PROSE if (prose := _text(words.get(name))))
    )
    values |= {"description": with_conditions(without_contacts(description), words)}
    offers, cut = _offers(str(values["description"]), words)
    return {**_filled(values), **place, **offers}, [*warnings, *cut]


def described_offer(description: str) -> tuple[list[str], list[RowProblem]]:
    """Give the offer that a description stands for, with a warning where it had to be cut."""
    text = cut_text(description, limits.STATEMENT)
    if text == description:
        return ([text] if text else []), []
    return [text], [found("text-cut", "description", limit=limits.STATEMENT)]


def codes(value: object) -> list[str]:
    """Read a list of codes however a file writes it: a list, ``["a"]``, ``{a,b}`` or ``a|b``."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value if item is not None]
    text = str(value or "").strip().strip("[]{}")
    parts = re.split(r"[|;,]", text) if text else []
    return [part for part in (part.strip(" \"'") for part in parts) if part]


def usable_id(value: object) -> str | None:
    """Replace what cannot stand in a path by hyphens in the id of a foreign file."""
    text = re.sub(r"[\s/?#%\\]+", "-", str(value or "").strip())
    return text[: limits.ID] or None


def whereabouts(
    words: Mapping[str, object], locator: Locator
) -> tuple[dict[str, object], list[RowProblem]]:
    """Find the commune of an entry by code, postal code and name; failing that, its département.

    ``words`` are the entry's values under folded names. Who may come (``eligibility_zones``) is
    the zone, and tells homonyms apart. Gives ``commune`` or ``zone`` as values of an actor row,
    with a warning when only the département could be told.
    """
    code, city, post_code, address, department = (
        _text(_first(words, WORDS[field]))
        for field in ("commune", "city", "post_code", "address", "department")
    )
    in_address = POST_CODE.search(address)
    if in_address and not (city or post_code):
        post_code, city = in_address.group(1), in_address.group(2).strip(" ,-\n")
    near = _department_of(post_code, department, locator)
    ways = [way for way in (code, f"{post_code} {city}".strip(), city, post_code) if way]
    listed = codes(_first(words, ZONES))
    zone, warnings = zone_of(words, listed, locator)
    acting: dict[str, object] = {"zone": list(zone)} if zone else {}
    commune = locator.first_commune(ways, near, _point(words)) or _seat_in(zone, ways, locator)
    if commune is not None:
        return {"commune": commune.id} | acting, warnings
    if near is not None:
        return {"zone": list(dict.fromkeys((near, *zone)))}, [
            *warnings,
            found("department-used", "commune", value=ways[0][:80], department=near)
            if ways
            else found("commune-missing", "commune", department=near),
        ]
    if not ways:
        return acting, warnings
    # Nothing led anywhere: the row's own check will say what is wrong with these words.
    return {"commune": ways[0]} | acting, warnings


def _seat_in(zone: Sequence[str], ways: Sequence[str], locator: Locator) -> Territory | None:
    """The only commune of that name in a zone, where every part of it that has one agrees."""
    found_there = {
        commune.id: commune
        for identifier in zone
        if (commune := locator.first_commune(ways, identifier)) is not None
    }
    return next(iter(found_there.values())) if len(found_there) == 1 else None


def _offers(
    description: str, words: Mapping[str, object]
) -> tuple[dict[str, object], list[RowProblem]]:
    listed = _first(words, SERVICES)
    texts = listed if isinstance(listed, list) else [listed]
    services = [
        with_conditions(without_contacts(_text(text)), words) for text in texts if _text(text)
    ]
    if len(description) > limits.DESCRIPTION:
        return {}, []  # the row is refused for it in any case
    said, warnings = described_offer(description)
    if any(len(service) > limits.STATEMENT for service in services):
        warnings = [*warnings, found("text-cut", "services", limit=limits.STATEMENT)]
    offers = [*said, *(cut_text(service, limits.STATEMENT) for service in services)]
    if len(offers) > limits.STATEMENTS:
        left = len(offers) - limits.STATEMENTS
        warnings = [*warnings, found("offers-left-out", "services", count=left)]
    return ({"offers": offers[: limits.STATEMENTS]} if offers else {}), warnings


def _point(words: Mapping[str, object]) -> Point | None:
    try:
        latitude = float(str(_first(words, ("lat", "latitude"))))
        longitude = float(str(_first(words, ("lon", "longitude", "lng"))))
    except ValueError:
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def _department_of(post_code: str, department: str, locator: Locator) -> str | None:
    overseas = post_code.startswith(("97", "98"))
    for text in (department, post_code[: 3 if overseas else 2] if post_code else ""):
        found_there = locator.department(text) if text else None
        if found_there is not None:
            return found_there
    return None


def _first(words: Mapping[str, object], names: Sequence[str]) -> object:
    return next((words[name] for name in names if words.get(name) not in (None, "", [])), None)


def _text(value: object) -> str:
    return clean_text(value) if isinstance(value, str) else ""


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
