"""Structures and services of data·inclusion, v0 and v1: structures are actors, services offers.

Field names follow the public schemas v0 and v1 of the GIP Plateforme de l’inclusion.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.store.importers import limits
from matcher.store.importers.directories import (
    codes,
    described_offer,
    usable_id,
    whereabouts,
)
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused, RowProblem, found
from matcher.store.importers.values import clean_text, cut_text, unusable_values, without_contacts
from matcher.store.importers.zones import ZONES, with_conditions, zone_of
from matcher.store.vocabularies import folded


@dataclass(frozen=True, slots=True)
class Service:
    """One service: the id of its structure, the values of an offer, and where it is given."""

    line: int
    structure_id: str
    offer: Mapping[str, object]
    zone: tuple[str, ...]
    warnings: tuple[RowProblem, ...]


def structure_values(
    structure: Mapping[str, object], locator: Locator
) -> tuple[dict[str, object], tuple[str, ...], list[RowProblem]]:
    """Turn a structure into the values of an actor row, its networks, and warnings.

    The description stands as the offer until services are attached.
    """
    words = {folded(name): value for name, value in structure.items()}
    description = _prose(words)
    values: dict[str, object] = {
        "id": structure_id(words),
        "kind": words.get("typologie"),
        "structure_type": words.get("typologie"),
        "name": words.get("nom"),
        "description": description,
        "domains": codes(words.get("thematiques")),
        "source": words.get("source") or "data·inclusion",
        "updated": str(words.get("date-maj") or "")[:10] or None,
    }
    place, warnings = whereabouts(words, locator)
    filled = {name: value for name, value in values.items() if value not in (None, "", [])} | place
    if len(description) <= limits.DESCRIPTION:
        filled["offers"], cut = described_offer(description)
        warnings += cut
    networks = words.get("reseaux-porteurs") or words.get("labels-nationaux")
    return filled, tuple(codes(networks)), warnings


def structure_id(words: Mapping[str, object]) -> str | None:
    """Give the id that is unique over all sources: v1 has it, v0 leaves it to source and id."""
    return _composed(words, "id", "di-surrogate-id")


def read_service(line: int, service: Mapping[str, object], locator: Locator) -> Service:
    """Read a service; raises :class:`Refused`."""
    problems = list(unusable_values(service))
    words = {folded(name): value for name, value in service.items()}
    owner = _composed(words, "structure-id", "di-structure-surrogate-id")
    name = clean_text(str(words.get("nom") or ""))
    if not owner:
        problems.append(found("required", "structure_id"))
    if not name:
        problems.append(found("required", "nom"))
    prose = _prose(words)
    if len(prose) > limits.DESCRIPTION:
        context = {"limit": limits.DESCRIPTION, "length": len(prose)}
        problems.append(found("too-long", "description", **context))
    if problems or owner is None:
        raise Refused(problems)
    whole = with_conditions(f"{name.rstrip('.')}. {prose}" if prose else name, words)
    text = cut_text(whole, limits.STATEMENT)
    zone, warnings = _zone(words, locator)
    if text != whole:
        warnings.append(found("text-cut", "description", limit=limits.STATEMENT))
    offer = {
        "text": text,
        "domains": codes(words.get("thematiques"))[: limits.LIST],
        "publics": codes(words.get("publics") or words.get("profils"))[: limits.LIST],
    }
    return Service(line, owner, offer, zone, tuple(warnings))


def _composed(words: Mapping[str, object], name: str, *unique: str) -> str | None:
    for candidate in unique:
        if words.get(candidate):
            return usable_id(words[candidate])
    source, local = str(words.get("source") or ""), str(words.get(name) or "")
    if not local or not source or local.startswith(f"{source}--"):
        return usable_id(local)
    return usable_id(f"{source}--{local}")


def _prose(words: Mapping[str, object]) -> str:
    names = ("description", "presentation-resume", "presentation-detail")
    texts = [clean_text(str(words[name])) for name in names if words.get(name)]
    kept: list[str] = []
    for text in texts:  # a summary is often how the detail begins
        kept = [one for one in kept if not text.startswith(one.rstrip("….")[:200])]
        kept.append(text)
    return without_contacts("\n".join(kept))


def _zone(
    words: Mapping[str, object], locator: Locator
) -> tuple[tuple[str, ...], list[RowProblem]]:
    """Read where a service is given: who may come, else where it says it is given."""
    listed = next((told for name in ZONES if (told := codes(words.get(name)))), [])
    if not listed:
        national = folded(str(words.get("zone-diffusion-type") or "")) == "pays"
        listed = codes(words.get("zone-diffusion-code")) or (["pays"] if national else [])
    return zone_of(words, listed, locator)
