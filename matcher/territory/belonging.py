"""To which départements an actor belongs: what decides who answers for it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from matcher.territory.referential import Referential
from matcher.territory.territories import Level

DEPARTMENT = f"{Level.DEPARTMENT}:"


def departments_of(
    commune: str | None, zone: Sequence[str], referential: Referential
) -> tuple[str, ...]:
    """Identifiers of the départements of an actor, sorted: that of its commune.

    An actor without commune sits where its zone begins; if that is no commune either, it belongs
    to every département that its zone names, by itself or by a commune or EPCI inside it. A
    région or a country names none. ``commune`` is a code, ``zone`` holds identifiers.
    """
    return _departments(commune, tuple(zone), referential)


@lru_cache(maxsize=1 << 16)
def _departments(
    commune: str | None, zone: tuple[str, ...], referential: Referential
) -> tuple[str, ...]:
    seat = f"commune:{commune}" if commune else next(iter(zone), "")
    named = (seat,) if seat.startswith("commune:") and _above(seat, referential) else zone
    found = {department for one in named for department in _above(one, referential)}
    return tuple(sorted(found))


def naming(departments: Iterable[str], referential: Referential) -> tuple[str, ...]:
    """Every territory whose mention names one of the départements: itself, its EPCI, communes."""
    found: set[str] = set()
    for department in departments:
        communes = referential.communes_of(department)
        above = (parent for one in communes for parent in referential.get(one).parents)
        found |= {department, *communes, *(one for one in above if one.startswith("epci:"))}
    return tuple(sorted(found))


def _above(identifier: str, referential: Referential) -> list[str]:
    try:
        parents = referential.get(identifier).parents
    except KeyError:
        return []
    return [one for one in (identifier, *parents) if one.startswith(DEPARTMENT)]


def departments_within(identifier: str, referential: Referential) -> tuple[str, ...]:
    """Identifiers of the départements of a territory: its own, those it touches or holds."""
    above = _above(identifier, referential)
    if above:
        return tuple(sorted(above))
    communes = referential.communes_of(identifier)
    return tuple(sorted({one for commune in communes for one in _above(commune, referential)}))
