"""Where an actor sits, as the engine needs it: codes to compare and a point to measure from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A located territory, with everything above it.

    Identifiers are typed, ``level:code`` (``commune:95018``, ``epci:200058519``,
    ``department:95``, ``region:11``, ``country:FR``), because a région and a département may
    share a code. ``containing`` holds the place itself and all that contains it, several EPCI
    where one lies in another. ``latitude`` and ``longitude`` are in degrees, ``None`` where no
    centre is known or where the place is too large to have one. ``neighbours`` are the
    départements that touch this one.
    """

    containing: frozenset[str]
    commune: str | None = None
    epci: str | None = None
    department: str | None = None
    region: str | None = None
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    neighbours: tuple[str, ...] = ()
