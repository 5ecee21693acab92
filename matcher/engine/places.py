"""Where an actor sits, as the engine needs it: codes to compare and a point to measure from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A located territory, with everything above it.

    Identifiers are typed, ``level:code`` (``commune:95018``, ``epci:200058519``,
    ``department:95``, ``region:11``, ``country:FR``), because a région and a département may
    share a code. ``latitude`` and ``longitude`` are in degrees, ``None`` where no centre is
    known. ``neighbours`` are the départements that touch this one.
    """

    commune: str | None = None
    epci: str | None = None
    department: str | None = None
    region: str | None = None
    country: str | None = None
    name: str = ""
    department_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    neighbours: tuple[str, ...] = ()

    def identifiers(self) -> frozenset[str]:
        """Every territory that contains this place, the place itself included."""
        levels = (self.commune, self.epci, self.department, self.region, self.country)
        return frozenset(level for level in levels if level)
