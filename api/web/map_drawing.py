"""How a map is drawn: sizes of circles, and which names fit beside them."""

from dataclasses import dataclass
from math import sqrt

from matcher.usecases.map_territory import MapLink, MapPoint, TerritoryMap

LABELS = 7
SMALLEST, LARGEST = 3.5, 13.0
LETTER, LINE = 6.0, 13.0
"""How wide a letter and how high a line of a name is, about, in units of the map."""

HIGH, DIGIT = 17.0, 6.0
"""How high the numbers of a link stand, and how wide one more of them is."""

SHARES = (0.5, 0.38, 0.62, 0.26, 0.74, 0.14, 0.86)
"""Where on a link its numbers may stand."""

TOLD = 80
"""Communes named in the table beside the map."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """A commune with actors, or with a partner of the list."""

    point: MapPoint
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a commune, where it hides no other."""

    text: str
    x: float
    y: float
    anchor: str
    linked: bool
    """Whether it is of a partner of the list: a narrow screen has room for few others."""


@dataclass(frozen=True, slots=True)
class Badge:
    """The numbers of the list beside a link."""

    link: MapLink
    x: float
    y: float
    text: str

    @property
    def width(self) -> float:
        """Of the pill around the numbers."""
        return HIGH + DIGIT * (len(self.text) - 1)


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template writes; ``dots`` is the path of the communes without anybody."""

    map: TerritoryMap
    dots: str
    circles: tuple[Circle, ...]
    labels: tuple[Label, ...]
    badges: tuple[Badge, ...]
    told: tuple[MapPoint, ...]
    left_out: int


def drawn(some: TerritoryMap) -> Drawing:
    """Decide what is drawn of a map: largest circles first, so that small ones stay in sight."""
    most = max((point.actors for point in some.points), default=1) or 1
    circles = tuple(Circle(point, _radius(point.actors, most)) for point in some.points)
    badges = _badges(some.links)
    counted = [point for point in some.points if point.actors]
    return Drawing(
        map=some,
        dots="".join(f"M{x:g} {y:g}h0" for x, y in some.empty),
        circles=circles,
        labels=_labels(circles, badges, some),
        badges=badges,
        told=tuple(counted[:TOLD]),
        left_out=max(0, len(counted) - TOLD),
    )


def _radius(actors: int, most: int) -> float:
    return round(SMALLEST + (LARGEST - SMALLEST) * sqrt(actors / most), 1)


def _badges(links: tuple[MapLink, ...]) -> tuple[Badge, ...]:
    """Each beside the middle of its link, or where on it no other stands yet."""
    found: list[Badge] = []
    for link in links:
        places = [_badge(link, share) for share in SHARES]
        taken = [_around(one) for one in found]
        free = (one for one in places if not any(_meet(_around(one), box) for box in taken))
        found.append(next(free, places[0]))
    return tuple(found)


def _badge(link: MapLink, share: float) -> Badge:
    one, other = link.one, link.other
    x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
    if one is other:  # beside the commune, wherever the others leave room
        x, y = x + 60 * (share - 0.5), y - 40 * abs(share - 0.5)
    return Badge(link, round(x, 1), round(y, 1), ", ".join(map(str, link.numbers)))


def _around(badge: Badge) -> Box:
    half = badge.width / 2
    return (badge.x - half, badge.y - HIGH / 2, badge.x + half, badge.y + HIGH / 2)


def _labels(
    circles: tuple[Circle, ...], badges: tuple[Badge, ...], some: TerritoryMap
) -> tuple[Label, ...]:
    """Names of the communes of the list, then of those with most actors, as far as they fit."""
    ends = {end.id for link in some.links for end in (link.one, link.other)}
    taken = [_around(badge) for badge in badges]
    found: list[Label] = []
    ranked = sorted(circles, key=lambda circle: circle.point.id not in ends)
    most = LABELS + len(ends)
    for circle in ranked:
        others = [_square(one) for one in circles if one is not circle]
        for label in _beside(circle, circle.point.id in ends):
            box = _box(label)
            fits = box[0] >= 0 and box[2] <= some.width
            if fits and len(found) < most and not any(_meet(box, one) for one in (*taken, *others)):
                found.append(label)
                taken.append(box)
                break
    return tuple(found)


def _beside(circle: Circle, linked: bool) -> tuple[Label, ...]:
    """A name at the right of a circle, at its left, below, above."""
    point, gap = circle.point, circle.radius + 5
    return (
        Label(point.name, round(point.x + gap, 1), round(point.y + 4.5, 1), "start", linked),
        Label(point.name, round(point.x - gap, 1), round(point.y + 4.5, 1), "end", linked),
        Label(point.name, point.x, round(point.y + gap + 10, 1), "middle", linked),
        Label(point.name, point.x, round(point.y - gap - 1, 1), "middle", linked),
    )


def _box(label: Label) -> Box:
    width = LETTER * len(label.text)
    left = {"start": label.x, "end": label.x - width, "middle": label.x - width / 2}[label.anchor]
    return (left, label.y - LINE + 3, left + width, label.y + 3)


def _square(circle: Circle) -> Box:
    x, y, half = circle.point.x, circle.point.y, 0.7 * circle.radius
    return (x - half, y - half, x + half, y + half)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
