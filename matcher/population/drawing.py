"""Draw a population: who, where, about what, in words that are never quite the same."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.engine.passages import PASSAGE_CHARACTERS
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.population.homes import Home, Homes, load_homes
from matcher.population.sources import Sources, load_sources
from matcher.population.variations import BETWEEN, varied

Floats = NDArray[np.float64]

SOURCE = "bench: fictitious"
FICTITIOUS = "(fictif)"
BLOCK = 4096
"""Actors drawn at once."""

NEWEST = date(2026, 11, 1)
OLDEST_DAYS = 720
"""Profiles were last changed in the days before :data:`NEWEST`, all as likely."""

PREFIXES = {Kind.SOCIAL_WORKER: "ts", Kind.SOCIAL_ENTREPRENEUR: "es"}
COUNTRY = "country:FR"

ZONES = {
    "none": 0.08,
    "commune": 0.23,
    "communes": 0.08,
    "epci": 0.34,
    "department": 0.18,
    "departments": 0.04,
    "region": 0.03,
    "country": 0.01,
    "remote": 0.01,
}
"""Share of each sort of zone; who works remotely names no commune."""

RADII = (10.0, 15.0, 20.0, 25.0, 30.0, 40.0)
WITH_RADIUS = 0.15
DOMAINS = (0.08, 0.06, 0.36, 0.5)
PUBLICS = (0.12, 0.4, 0.42, 0.06)
STATEMENTS = (0.0, 0.2, 0.6, 0.2)
"""Share of actors with none, one, two, three of them: those of the fixtures, rounded."""

MOST = 3
WITH_DOMAIN = 0.23
WITH_PUBLIC = 0.03
"""Share of statements that declare a thématique, a public of their own."""

SAYS_PUBLIC, SAYS_TOWN, SAYS_DETAIL = 0.3, 0.65, 0.5
"""Share of statements that say for whom, where, and how much or when.

One that does not say where says both others, or half a country would say the same.
"""

KNOWING = 0.05
OF_ACTOR, OF_STATEMENT = 22, 8
"""Numbers drawn for an actor, and for each of its statements."""


def population(
    actors: int, seed: int = 0, *, newest: date = NEWEST, communes: Homes | None = None
) -> Iterator[Actor]:
    """Draw ``actors`` fictitious actors, two social workers for each social entrepreneur.

    The same ``actors`` and ``seed`` give the same actors in every process, and a smaller number
    gives the first of a larger one, save for whom they know. ``communes`` are those of France
    unless told. Actors come located by code, without ``place``.
    """
    drawing = _Drawing(actors, newest, communes or load_homes(), load_sources())
    for start in range(0, actors, BLOCK):
        count = min(BLOCK, actors - start)
        generator = np.random.Generator(np.random.PCG64([seed, start]))
        drawn = generator.random((BLOCK, OF_ACTOR + 2 * MOST * OF_STATEMENT))
        yield from drawing.block(start, drawn[:count])


class _Drawing:
    """What stays the same from one block to the next."""

    def __init__(self, total: int, newest: date, homes: Homes, sources: Sources) -> None:
        self._total = total
        self._homes = homes
        self._sources = sources
        self._days = [newest - timedelta(days=day) for day in range(OLDEST_DAYS)]
        self._domains = tuple(sources.domains)
        self._publics = tuple(sources.publics)
        self._zones = tuple(ZONES)

    @cached_property
    def _organizations(self) -> Mapping[Kind, list[tuple[str, str]]]:
        return {
            kind: [
                (structure, f"{name} {place} {FICTITIOUS}")
                for structure, name in some
                for place in self._sources.places
            ]
            for kind, some in self._sources.organizations.items()
        }

    def block(self, start: int, drawn: Floats) -> Iterator[Actor]:
        """The actors of some rows of numbers between 0 and 1."""
        homes = np.searchsorted(self._homes.cumulated, drawn[:, 0], side="right").tolist()
        zones = _among(list(ZONES.values()), drawn[:, 1]).tolist()
        domains = _among(list(self._sources.domains.values()), drawn[:, 2:5]).tolist()
        publics = _among(list(self._sources.publics.values()), drawn[:, 5:8]).tolist()
        counts = np.stack(
            [_among(DOMAINS, drawn[:, 8]), _among(PUBLICS, drawn[:, 9])]
            + [_among(STATEMENTS, drawn[:, 10 + side]) for side in (0, 1)],
            axis=1,
        ).tolist()
        rows = drawn.tolist()
        for offset, (row, home, zone, domain, public, count) in enumerate(
            zip(rows, homes, zones, domains, publics, counts, strict=True)
        ):
            yield self._actor(
                start + offset,
                row,
                self._homes.homes[home],
                self._zones[zone],
                tuple(dict.fromkeys([self._domains[one] for one in domain[: max(1, count[0])]])),
                tuple(dict.fromkeys([self._publics[one] for one in public[: count[1]]])),
                count,
            )

    def _actor(
        self,
        number: int,
        row: list[float],
        home: Home,
        zone: str,
        domains: tuple[str, ...],
        publics: tuple[str, ...],
        counts: list[int],
    ) -> Actor:
        kind = _kind(number)
        organizations = self._organizations[kind]
        structure, organization = organizations[int(row[12] * len(organizations))]
        remote = zone == "remote"
        needs, offers = (
            self._statements(role, row, home, domains, publics, counts[side + 2])
            for side, role in enumerate((Role.NEED, Role.OFFER))
        )
        return Actor(
            _name_of(number),
            kind,
            self._person(row) if kind is Kind.SOCIAL_WORKER else organization,
            organization,
            structure,
            None,
            None if remote else home.code,
            _zone(zone, home, row[13]),
            None if remote or row[14] >= WITH_RADIUS else RADII[int(row[15] * len(RADII))],
            domains if counts[0] else (),
            publics,
            "",
            needs,
            offers,
            None if row[16] < 0.3 else 1 + int(row[17] * 6),
            False,
            True,
            self._known(number, row),
            SOURCE,
            self._days[int(row[18] * OLDEST_DAYS)],
        )

    def _person(self, row: list[float]) -> str:
        names = self._sources.first_names
        return f"{names[int(row[19] * len(names))]} {chr(ord('A') + int(row[20] * 26))}."

    def _known(self, number: int, row: list[float]) -> tuple[str, ...]:
        if row[21] >= KNOWING:
            return ()
        other = int(row[21] / KNOWING * self._total)
        return (_name_of(other),) if other != number else ()

    def _statements(
        self,
        role: Role,
        row: list[float],
        home: Home,
        domains: tuple[str, ...],
        publics: tuple[str, ...],
        count: int,
    ) -> tuple[Statement, ...]:
        bank = self._sources.phrases[role]
        details = self._sources.details[role]
        first = OF_ACTOR + (0 if role is Role.NEED else MOST * OF_STATEMENT)
        said: dict[str, Statement] = {}
        for at in range(first, first + count * OF_STATEMENT, OF_STATEMENT):
            which, phrase, whom, where, detail, declares, public, form = row[at : at + OF_STATEMENT]
            domain = domains[int(which * len(domains))]
            phrases = bank[domain]
            chosen = publics[int(public * len(publics))] if publics else None
            adding = []
            if chosen and (whom < SAYS_PUBLIC or where >= SAYS_TOWN):
                forms = self._sources.said_of_publics[chosen]
                adding.append(forms[int(form * len(forms))])
            if where < SAYS_TOWN:
                adding.append(home.at)
            if detail < SAYS_DETAIL or where >= SAYS_TOWN:
                adding.append(details[int(detail / SAYS_DETAIL % 1 * len(details))])
            said_so = phrases[int(phrase * len(phrases))]
            text = varied(said_so, BETWEEN.join(adding))
            if len(text) > PASSAGE_CHARACTERS:
                text = varied(said_so, adding[-1])
            said[text] = Statement(
                role,
                text,
                (domain,) if declares < WITH_DOMAIN else (),
                (chosen,) if chosen and declares > 1 - WITH_PUBLIC else (),
            )
        return tuple(said.values())


def _kind(number: int) -> Kind:
    return Kind.SOCIAL_ENTREPRENEUR if number % 3 == 2 else Kind.SOCIAL_WORKER


def _name_of(number: int) -> str:
    return f"{PREFIXES[_kind(number)]}-{number:07d}"


def _zone(sort: str, home: Home, drawn: float) -> tuple[str, ...]:
    """Identifiers of the territories where somebody of ``home`` acts, none twice."""
    own, near = f"commune:{home.code}", home.nearby[int(drawn * len(home.nearby))]
    beside = home.neighbours[int(drawn * len(home.neighbours)) :][:1]
    zone = {
        "none": (),
        "commune": (own,),
        "communes": (own, near) if near != own else (own,),
        "epci": (home.epci,),
        "department": (home.department,),
        "departments": (home.department, *beside),
        "region": (home.region,),
    }
    return zone.get(sort, (COUNTRY,))


def _among(
    shares: "tuple[float, ...] | list[float] | list[int]", drawn: Floats
) -> NDArray[np.int64]:
    """Positions drawn with these shares, of the shape of ``drawn``."""
    cumulated = np.cumsum(np.asarray(shares, dtype=np.float64))
    found = np.searchsorted(cumulated / cumulated[-1], drawn, side="right")
    return np.asarray(np.minimum(found, len(shares) - 1), dtype=np.int64)
