"""Where a foreign row says that a service is given, and on which conditions.

Field names follow data·inclusion v0 and v1 and the exports that come from it.
"""

from collections.abc import Mapping, Sequence

from matcher.store.importers import limits
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import RowProblem, found, quoted
from matcher.store.importers.values import clean_text, without_contacts
from matcher.store.vocabularies import folded
from matcher.territory import Level

ZONES = ("zone-eligibilite", "eligibility-zones", "zones-eligibilite")
CONDITIONS = ("conditions-acces", "access-conditions-di", "access-conditions", "pre-requis")
NATIONAL = {"france", "99100", "pays"}
LEVEL_OF_DIFFUSION = {
    "commune": Level.COMMUNE,
    "epci": Level.EPCI,
    "departement": Level.DEPARTMENT,
    "region": Level.REGION,
}
LEVEL_OF_LENGTH = {5: Level.COMMUNE, 9: Level.EPCI, 2: Level.DEPARTMENT, 3: Level.DEPARTMENT}


def zone_of(
    words: Mapping[str, object], listed: Sequence[str], locator: Locator
) -> tuple[tuple[str, ...], list[RowProblem]]:
    """Read the codes of a zone, ``listed`` as the file wrote them, as territory identifiers.

    ``words`` are the row's values under folded names. A code nobody knows is dropped with a
    warning; a postal code is read as the commune that it leads to.
    """
    diffusion = folded(str(words.get("zone-diffusion-type") or ""))
    level = LEVEL_OF_DIFFUSION.get(diffusion)
    zone: list[str] = []
    warnings: list[RowProblem] = []
    for place, code in enumerate(listed[: limits.LIST]):
        identifier = _territory(code, level, locator)
        if identifier is None:
            where = f"zone_eligibilite[{place}]"
            warnings.append(found("zone-dropped", where, value=quoted(code)))
        else:
            zone.append(identifier)
    return tuple(dict.fromkeys(zone)), warnings


def with_conditions(prose: str, words: Mapping[str, object]) -> str:
    """Let a text say on which conditions it holds, so that whom they exclude counts.

    They come last, and first where a long text will be cut.
    """
    told = next((words[name] for name in CONDITIONS if words.get(name)), None)
    parts = told if isinstance(told, list | tuple) else [told]
    lines = [text for part in parts if isinstance(part, str) and (text := clean_text(part))]
    if not lines or not prose:
        return prose
    conditions = without_contacts(f"Condition : {' '.join(lines)}")
    whole = (prose, conditions)
    return "\n".join(whole if len("\n".join(whole)) <= limits.STATEMENT else whole[::-1])


def _territory(code: str, level: Level | None, locator: Locator) -> str | None:
    if folded(code) in NATIONAL:
        return locator.identifier(Level.COUNTRY, "FR")
    guessed = level or LEVEL_OF_LENGTH.get(len(code))
    identifier = locator.identifier(guessed, code) if guessed else None
    if identifier is None and guessed is Level.COMMUNE:
        commune = locator.first_commune([code], None)
        return commune.id if commune else None
    return identifier
