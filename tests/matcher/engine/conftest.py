"""Small fakes of what the engine is given, and profiles drawn at random."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from numpy.typing import NDArray

from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.matching import MatchModel
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.reasons import Explanation, explain
from matcher.engine.scoring import score_pair

TODAY = date(2026, 3, 2)
DIMENSION = 96
OWN_MEANING = 0.05

WORDS = (
    "atelier vélo logement jeunes mobilité emploi santé accueil insertion permis véhicule"
    " colis alimentaire numérique garde enfants chantier jardin mairie dettes budget"
    " bénévoles salle médiation handicap"
).split()
DOMAINS = ("mobilite--velo", "mobilite--permis", "logement--louer", "logement", "sante--soins")
PUBLICS = ("jeunes", "familles", "seniors", "tous-publics")
NEIGHBOURS = {
    "department:95": ("department:93", "department:60"),
    "department:93": ("department:95",),
    "department:60": (),
}
"""The 60 does not name the 95: what one place knows of its neighbours may be older than another."""


def _place(commune: str, department: str, region: str, centre: tuple[float, float] | None) -> Place:
    levels = {
        "commune": f"commune:{commune}",
        "epci": f"epci:{commune[:4]}",
        "department": department,
        "region": region,
    }
    return Place(
        frozenset({*levels.values(), "country:FR"}),
        **levels,
        name=f"Commune {commune}",
        latitude=centre and centre[0],
        longitude=centre and centre[1],
        neighbours=NEIGHBOURS.get(department, ()),
    )


PLACES = (
    _place("95018", "department:95", "region:11", (48.9472, 2.2467)),
    _place("95019", "department:95", "region:11", (48.99, 2.28)),
    _place("95500", "department:95", "region:11", None),
    _place("93010", "department:93", "region:11", (48.9022, 2.4839)),
    _place("60057", "department:60", "region:32", (49.43, 2.08)),
    _place("13055", "department:13", "region:93", (43.2965, 5.3698)),
    Place(
        frozenset({"region:93", "country:FR"}), region="region:93", name="Une région sans centre"
    ),
)
TERRITORIES = tuple(sorted(frozenset().union(*(place.containing for place in PLACES))))


class BagEncoder:
    """Words and their trigrams hashed into few columns, plus a little meaning of each text's own.

    That little is what keeps two different texts from being worth exactly the same.
    """

    model_id = "bag"
    dimension = DIMENSION

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode alike for both roles."""
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        return np.array([_bag(text) for text in texts], dtype=np.float32)


@cache
def _bag(text: str) -> NDArray[np.float32]:
    vector = np.zeros(DIMENSION)
    for word in text.casefold().split():
        grams = [word, *(word[k : k + 3] for k in range(len(word) - 2))]
        for gram in grams:
            seed = int.from_bytes(blake2b(gram.encode(), digest_size=8).digest(), "little")
            vector[seed % DIMENSION] += 1.0 if seed >> 60 & 1 else -1.0
    norm = float(np.linalg.norm(vector))
    if norm == 0:
        return vector.astype(np.float32)
    seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
    own = np.random.default_rng(seed).normal(size=DIMENSION) / np.sqrt(DIMENSION)
    vector = vector / norm + OWN_MEANING * own
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _words(text: str) -> list[str]:
    return [word.strip(".,;!?") for word in text.casefold().split()]


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def model() -> MatchModel:
    return MatchModel(
        model_id="test",
        dense=7.0,
        lexical=2.0,
        bias=-3.2,
        default_idf=1.0,
        average_length=10.0,
        resources=frozenset({"salle"}),
    )


@pytest.fixture(scope="session")
def weights() -> Mapping[str, float]:
    return MappingProxyType(
        {
            "base": -2.6,
            "territory": 1.5,
            "domain": 0.6,
            "publics": 0.3,
            "a_to_b": 3.5,
            "b_to_a": 3.5,
            "relation": -0.7,
            "one_way": 0.5,
            "freshness": 0.2,
        }
    )


@pytest.fixture(scope="session")
def builder(model: MatchModel) -> IndexBuilder:
    """What makes an index of bags of words."""
    return IndexBuilder(BagEncoder(), _words, model)


@pytest.fixture(scope="session")
def index_of(builder: IndexBuilder) -> Callable[[Sequence[Actor]], ActorIndex]:
    """Builds an index of some actors, as of ``today``."""
    return lambda actors: builder.build(actors, today=TODAY)


@pytest.fixture(scope="session")
def explained(
    index_of: Callable[[Sequence[Actor]], ActorIndex], weights: Mapping[str, float]
) -> Callable[[Sequence[Actor]], Explanation]:
    """Explains to the first of two actors, by id, why it should meet the second."""

    def explain_both(actors: Sequence[Actor]) -> Explanation:
        index = index_of(actors)
        a, b = (index.positions[name] for name in sorted(index.ids))
        return explain(index, a, index, b, score_pair(index, a, index, b, weights))

    return explain_both


@pytest.fixture(scope="session")
def places() -> tuple[Place, ...]:
    """Two communes with a centre and one without in the 95, then the 93, 60, 13, a région."""
    return PLACES


@pytest.fixture(scope="session")
def territories() -> tuple[str, ...]:
    """Every territory that contains one of ``places``."""
    return TERRITORIES


@pytest.fixture(scope="session")
def social_worker() -> Callable[..., Actor]:
    """Makes a social worker of Argenteuil from texts of needs and of offers."""
    return lambda id, needs=(), offers=(), **more: _actor(  # noqa: A006
        Kind.SOCIAL_WORKER, id, needs, offers, **more
    )


@pytest.fixture(scope="session")
def entrepreneur() -> Callable[..., Actor]:
    """Makes a social entrepreneur of Argenteuil from texts of needs and of offers."""
    return lambda id, needs=(), offers=(), **more: _actor(  # noqa: A006
        Kind.SOCIAL_ENTREPRENEUR, id, needs, offers, **more
    )


def _actor(
    kind: Kind, name: str, needs: Sequence[str], offers: Sequence[str], **more: object
) -> Actor:
    given: dict[str, object] = {
        "name": name,
        "place": PLACES[0],
        "needs": tuple(Statement(Role.NEED, text) for text in needs),
        "offers": tuple(Statement(Role.OFFER, text) for text in offers),
    }
    return Actor(id=name, kind=kind, **{**given, **more})  # type: ignore[arg-type]


def _some(values: Sequence[str], most: int = 3) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


@pytest.fixture(scope="session")
def texts() -> SearchStrategy[str]:
    """Statements of one sentence or several, sometimes longer than a passage."""
    return _TEXTS


_SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
_LONG = st.lists(st.sampled_from(WORDS), min_size=45, max_size=60).map(" ".join)
_TEXTS = st.one_of(
    _SENTENCES, _SENTENCES, st.lists(_SENTENCES, min_size=2, max_size=3).map(". ".join), _LONG
)


@st.composite
def _statements(draw: DrawFn, role: Role) -> tuple[Statement, ...]:
    kept = []
    for text in draw(st.lists(_TEXTS, max_size=3, unique=True)):
        domains, publics = draw(_some(DOMAINS, 1)), draw(_some(PUBLICS, 1))
        expires = draw(st.sampled_from((None, None, TODAY, TODAY - timedelta(days=1))))
        kept.append(Statement(role, text, domains, publics, expires))
    return tuple(kept)


@st.composite
def _profiles(draw: DrawFn, name: str, names: Sequence[str]) -> Actor:
    return Actor(
        id=name,
        kind=draw(st.sampled_from(Kind)),
        name=name.upper(),
        organization=draw(st.sampled_from((None, "Le Relais", "La Maison commune"))),
        zone=draw(_some(TERRITORIES)),
        radius_km=draw(st.none() | st.floats(0, 900)),
        domains=draw(_some(DOMAINS, 2)),
        publics=draw(_some(PUBLICS, 2)),
        needs=draw(_statements(Role.NEED)),
        offers=draw(_statements(Role.OFFER)),
        capacity_per_month=draw(st.sampled_from((None, 0, 4))),
        known=draw(_some(["someone else", *(other for other in names if other != name)], 2)),
        updated=draw(st.sampled_from((None, TODAY, TODAY - timedelta(days=400)))),
        place=draw(st.none() | st.sampled_from(PLACES)),
    )


@pytest.fixture(scope="session")
def crowds() -> Callable[[int, int], SearchStrategy[list[Actor]]]:
    """Draws between so many and so many actors with everything that a profile may hold."""
    return _crowds


@st.composite
def _crowds(draw: DrawFn, least: int, most: int) -> list[Actor]:
    names = [f"actor-{letter}" for letter in "abcdefghij"[: draw(st.integers(least, most))]]
    return [draw(_profiles(name, names)) for name in names]
