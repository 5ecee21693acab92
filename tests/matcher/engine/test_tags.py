"""Which thématiques an actor is found by: those of the author, else those that the model reads."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.engine.candidates import Filters, Sides, candidates
from matcher.engine.columns import code_of
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.matching import TOLD, MatchModel
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.themes import ThemeModel

DIMENSION = 3
WORDS = ("toit", "vélo", "permis", "bonjour")
HOME, BIKE, LICENCE = CODES = ("logement--louer", "mobilite--velo", "mobilite--permis")
THEMES = ThemeModel(
    codes=CODES,
    branches=np.array([0, 1, 1], dtype=np.int64),
    dense=np.array([[0.2, 0, 0], [0, 0.3, 0], [0, 0, 0.1], [0, 0, 0]], dtype=np.float32),
    lexical=6 * np.eye(4, 3, dtype=np.float32),
    intercepts=np.array([0, 0, 0, 1.5], dtype=np.float32),
    columns={"toit": 0, "vélo": 1, "permis": 2},
    idf=np.ones(3, dtype=np.float32),
    lexical_share=1.0,
)
MODEL = MatchModel(
    model_id="test",
    dense=9.0,
    lexical=2.0,
    bias=-3.0,
    default_idf=1.0,
    average_length=5.0,
    theme=2.5,
    branch=1.5,
    themes=THEMES,
)


class EvenEncoder:
    """Finds the same meaning in everything: only words tell a thématique."""

    model_id = "even"
    dimension = DIMENSION

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Equal unit rows."""
        return np.full((len(texts), DIMENSION), 1 / np.sqrt(DIMENSION), dtype=np.float32)


@pytest.fixture(scope="session")
def indexed(today: date) -> Callable[..., ActorIndex]:
    """Indexes some actors with the tagger of these tests, or another model."""

    def index(*actors: Actor, model: MatchModel = MODEL) -> ActorIndex:
        return IndexBuilder(EvenEncoder(), _analyse, model).build(actors, today=today)

    return index


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5), max_size=5))
def test_a_statement_is_about_what_it_is_rather_about_than_not(terms: list[list[str]]) -> None:
    vectors = EvenEncoder().encode(["x"] * len(terms), Role.NEED)
    told = THEMES.probabilities(vectors, terms)

    tags = MODEL.tags(MODEL.views(vectors, terms, Role.NEED))

    assert tags == [
        frozenset(code for code, p in zip(CODES, row, strict=True) if said and p >= TOLD)
        for said, row in zip(terms, told, strict=True)
    ]


def test_a_word_that_the_tagger_knows_tells_its_theme_and_another_tells_none() -> None:
    terms = [["vélo"], ["bonjour"], [], ["toit", "bonjour"]]
    vectors = EvenEncoder().encode(["x"] * 4, Role.OFFER)

    tags = MODEL.tags(MODEL.views(vectors, terms, Role.OFFER))

    assert tags == [frozenset({BIKE}), frozenset(), frozenset(), frozenset({HOME})]


@pytest.mark.parametrize("model", [replace(MODEL, themes=None), replace(MODEL, theme=0.0)])
def test_without_a_tagger_nothing_is_read(model: MatchModel) -> None:
    vectors = EvenEncoder().encode(["x"], Role.NEED)

    assert model.tags(model.views(vectors, [["vélo"]], Role.NEED)) == [frozenset()]


def test_the_word_of_the_author_goes_before_that_of_the_model(
    indexed: Callable[..., ActorIndex], social_worker: Callable[..., Actor]
) -> None:
    declared = Statement(Role.NEED, "vélo", (LICENCE,))
    read = Statement(Role.NEED, "toit")

    index = indexed(replace(social_worker("a"), needs=(declared, read)))

    assert _by_passage(index) == [{LICENCE}, {HOME}]
    assert index.domains_of(0) == {LICENCE, HOME}
    assert set(index.columns.domains.row(0).tolist()) == _codes(LICENCE, HOME)


def test_every_passage_of_a_statement_has_what_its_author_declared(
    indexed: Callable[..., ActorIndex], social_worker: Callable[..., Actor]
) -> None:
    long = ". ".join(["toit"] * 60 + ["vélo"] * 60)
    one, other = (
        indexed(replace(social_worker("a"), needs=(Statement(Role.NEED, long, domains),)))
        for domains in ((), (LICENCE,))
    )

    assert set(_by_passage(other)) == {frozenset({LICENCE})}
    told = _by_passage(one)
    assert len(told) > 1
    assert [told[0], told[-1]] == [{HOME}, {BIKE}]


def test_an_actor_has_what_the_profile_declares_and_what_both_sides_of_it_tell(
    indexed: Callable[..., ActorIndex], social_worker: Callable[..., Actor]
) -> None:
    actor = social_worker("a", ["toit"], ["vélo", "bonjour"], domains=("sante--soins",))

    index = indexed(actor)

    assert index.domains_of(0) == {"sante--soins", HOME, BIKE}
    assert set(index.columns.domains.row(0).tolist()) == _codes("sante--soins", HOME, BIKE)


def test_what_an_actor_is_found_by_is_its_own_among_others(
    indexed: Callable[..., ActorIndex],
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
) -> None:
    index = indexed(
        social_worker("a", ["toit"], domains=(LICENCE,)),
        entrepreneur("b", ["bonjour"], ["vélo"]),
        social_worker("c"),
    )

    found = {name: index.domains_of(position) for name, position in index.positions.items()}

    assert found == {"a": {LICENCE, HOME}, "b": {BIKE}, "c": frozenset()}
    for name, position in index.positions.items():
        assert set(index.columns.domains.row(position).tolist()) == _codes(*found[name])


def test_a_filter_finds_an_actor_whose_statements_only_the_model_tags(
    indexed: Callable[..., ActorIndex],
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
) -> None:
    index = indexed(
        social_worker("a", ["vélo"]),
        entrepreneur("declaring", (), ["bonjour"], domains=(BIKE,)),
        entrepreneur("other", (), ["toit"]),
        entrepreneur("silent", (), ["bonjour"]),
        entrepreneur("telling", (), ["vélo"]),
    )

    assert _found(index, BIKE) == ["declaring", "telling"]
    assert _found(index, "mobilite") == ["declaring", "telling"]
    assert _found(index, HOME) == ["other"]


def test_without_a_tagger_the_filter_finds_only_who_declares(
    indexed: Callable[..., ActorIndex],
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
) -> None:
    actors = (
        social_worker("a", ["vélo"]),
        entrepreneur("declaring", (), ["bonjour"], domains=(BIKE,)),
        entrepreneur("telling", (), ["vélo"]),
    )

    assert _found(indexed(*actors, model=replace(MODEL, themes=None)), BIKE) == ["declaring"]


def test_what_is_read_is_kept_apart_from_what_is_declared(
    indexed: Callable[..., ActorIndex], social_worker: Callable[..., Actor]
) -> None:
    index = indexed(
        social_worker("by profile", ["vélo"], domains=(HOME,)),
        replace(
            social_worker("by statement"),
            needs=(Statement(Role.NEED, "bonjour", (LICENCE,)), Statement(Role.NEED, "vélo")),
        ),
        social_worker("not at all", ["vélo"], ["toit"]),
        social_worker("silent", ["bonjour"]),
    )
    columns = index.columns
    rows = [
        index.positions[name] for name in ("by profile", "by statement", "not at all", "silent")
    ]

    declared = [set(columns.declared_domains.row(row).tolist()) for row in rows]
    categories = [set(columns.declared_categories.row(row).tolist()) for row in rows]

    assert declared == [_codes(HOME), _codes(LICENCE), set(), set()]
    assert categories == [*(_codes("logement"), _codes("mobilite"), set(), set())]
    assert set(columns.domains.row(rows[0]).tolist()) == _codes(HOME, BIKE)


def _by_passage(index: ActorIndex) -> list[frozenset[str]]:
    """Thématiques of each passage that the only actor of an index needs."""
    actor, rows = index.actors[0], range(len(index.needs))
    return [index.needs.domains_of(actor, row, index.model) for row in rows]


def _found(index: ActorIndex, domain: str) -> list[str]:
    filters = Filters(domains=(domain,), sides=Sides.CROSS)
    found = candidates(index, index.positions["a"], index, filters)
    return [index.actors[b].id for b in found]


def _codes(*texts: str) -> set[int]:
    return set(code_of(texts).tolist())


def _analyse(text: str) -> list[str]:
    return text.replace(".", " ").split()
