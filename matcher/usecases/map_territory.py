"""Draw a territory: its communes, how many actors sit in each, and who could meet whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.columns import Positions, code_of
from matcher.engine.index import ActorIndex
from matcher.engine.territory import present
from matcher.scope import Scope
from matcher.territory import Level, Referential, Territory
from matcher.usecases.seeing import Sight

WIDTH, TALLEST, MARGIN = 480.0, 560.0, 30.0
"""Size of the drawing, in its own units."""

AROUND, LEAST_AROUND = 0.35, 0.1
"""How far out of the frame a partner is still drawn: a share of the frame, or degrees."""

Seats = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A commune: where it is drawn, who sits there in sight, and whether the territory has it."""

    id: str
    name: str
    x: float
    y: float
    workers: int
    entrepreneurs: int
    inside: bool

    @property
    def actors(self) -> int:
        """All who sit there."""
        return self.workers + self.entrepreneurs


@dataclass(frozen=True, slots=True)
class MapLink:
    """Partners of the list, ``numbers`` there, who sit in two communes, or in the same one."""

    one: MapPoint
    other: MapPoint
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TerritoryMap:
    """``points`` are communes with actors or partners, those with most actors first.

    ``empty`` are the places of the others; ``unplaced`` numbers of the list that cannot be drawn.
    """

    width: float
    height: float
    points: tuple[MapPoint, ...]
    empty: tuple[tuple[float, float], ...]
    links: tuple[MapLink, ...]
    unplaced: tuple[int, ...]


def map_territory(
    application: Application, territory: str, seats: Sequence[Seats], scope: Scope
) -> TerritoryMap:
    """Draw a territory (a typed identifier) with the actors in sight that sit in it.

    ``seats`` are the communes of the partners of a list, in its order. A commune or an EPCI is
    drawn with the département around it, which counts nobody.
    """
    referential = application.referential
    inside = set(referential.communes_of(territory))
    around = referential.level_of(territory, Level.DEPARTMENT)
    frame = inside | (set(referential.communes_of(around.id)) if around else set())
    ends = _near({seat for pair in seats for seat in pair if seat}, frame, referential)
    communes = [known for one in sorted(frame | ends) if (known := referential.get(one)).latitude]
    counts = _counts(Sight(application, scope), territory)
    placed, height = _placed(communes)
    points = [
        MapPoint(one.id, one.name, *placed[one.id], *counts.get(one.id, (0, 0)), one.id in inside)
        for one in communes
    ]
    told = [point for point in points if point.actors or point.id in ends]
    told.sort(key=lambda point: (-point.actors, point.name))
    empty = [(point.x, point.y) for point in points if not point.actors and point.id not in ends]
    links, unplaced = _links(told, seats)
    return TerritoryMap(WIDTH, height, tuple(told), tuple(empty), links, unplaced)


def _near(ends: set[str], frame: set[str], referential: Referential) -> set[str]:
    """Ends of links that lie not too far out of the frame: others would make it tiny."""
    degrees = np.array([_degrees(referential.get(one)) for one in frame]).reshape(-1, 2)
    if not len(degrees):
        return ends
    low, high = np.nanmin(degrees, axis=0), np.nanmax(degrees, axis=0)
    slack = np.maximum(AROUND * (high - low), LEAST_AROUND)
    places = {one: np.array(_degrees(referential.get(one))) for one in ends}
    return {
        one
        for one, place in places.items()
        if (place >= low - slack).all() and (place <= high + slack).all()
    }


def _degrees(territory: Territory) -> tuple[float, float]:
    return (
        float("nan") if territory.latitude is None else territory.latitude,
        float("nan") if territory.longitude is None else territory.longitude,
    )


def _counts(sight: Sight, territory: str) -> dict[str, tuple[int, int]]:
    """How many workers and entrepreneurs in sight sit in each commune of a territory."""
    referential = sight.application.referential
    communes = referential.communes_of(territory)
    codes = code_of(communes)
    counts = np.zeros((len(communes), 2), dtype=np.int64)
    order = np.argsort(codes)
    for part in sight.application.snapshot().parts:
        for side, column in ((1, 0), (0, 1)):
            found = _in_sight(sight, part, present(part, code_of([territory]), side))
            seats = part.columns.sites.communes[part.columns.site[found]]
            at = np.minimum(np.searchsorted(codes[order], seats), len(codes) - 1)
            known = codes[order][at] == seats
            np.add.at(counts[:, column], order[at[known]], 1)
    return {one: (int(w), int(e)) for one, (w, e) in zip(communes, counts, strict=True) if w + e}


def _in_sight(sight: Sight, part: ActorIndex, found: Positions) -> Positions:
    return found if sight.bounds is None else np.asarray(found[sight.bounds.hold(part, found)])


def _placed(communes: Iterable[Territory]) -> tuple[dict[str, tuple[float, float]], float]:
    """Where each is drawn: as on a map of a small country, north up."""
    degrees = {one.id: (one.longitude or 0.0, one.latitude or 0.0) for one in communes}
    if not degrees:
        return {}, 2 * MARGIN
    flat = cos(radians(sum(y for _, y in degrees.values()) / len(degrees)))
    points = {name: (x * flat, -y) for name, (x, y) in degrees.items()}
    left, top = (min(point[axis] for point in points.values()) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points.values()) for axis in (0, 1))
    wide, tall = max(right - left, 1e-6), max(bottom - top, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
    shift = (WIDTH - scale * wide) / 2
    placed = {
        name: (round(shift + scale * (x - left), 1), round(MARGIN + scale * (y - top), 1))
        for name, (x, y) in points.items()
    }
    return placed, round(scale * tall + 2 * MARGIN, 1)


def _links(
    points: Iterable[MapPoint], seats: Sequence[Seats]
) -> tuple[tuple[MapLink, ...], tuple[int, ...]]:
    known = {point.id: point for point in points}
    found: dict[tuple[str, str], list[int]] = {}
    unplaced = []
    for number, (one, other) in enumerate(seats, start=1):
        if one in known and other in known and one and other:
            found.setdefault((min(one, other), max(one, other)), []).append(number)
        else:
            unplaced.append(number)
    links = (MapLink(known[a], known[b], tuple(numbers)) for (a, b), numbers in found.items())
    return tuple(links), tuple(unplaced)
