"""Reasons quote what was really written, and what they quote really counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.complementarity import ANSWERED
from matcher.engine.index import ActorIndex
from matcher.engine.kernels.answers import NEXT_NEED
from matcher.engine.links import SHOWN_LINKS, Evidence, Link
from matcher.engine.passages import passages
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.reasons import Explanation, SynergyKind, explain
from matcher.engine.scoring import Score, score_pair
from matcher.engine.shared import in_common
from matcher.engine.statements import Passage

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
Weights = Mapping[str, float]
TODAY = date(2026, 3, 2)
QUICK = settings(deadline=None, max_examples=30)
FIELDS = {"needs": Role.NEED, "offers": Role.OFFER}


@pytest.fixture(scope="session")
def meeting_pairs(crowds: Crowds, texts: SearchStrategy[str]) -> SearchStrategy[list[Actor]]:
    """Two actors, of whom the second offers much of what the first needs, in other words.

    No passage stands in two of its offers: removing one of them would leave the other to answer.
    """
    return _meeting(crowds(2, 2))


@st.composite
def _meeting(draw: st.DrawFn, pairs: SearchStrategy[list[Actor]]) -> list[Actor]:
    one, other = draw(pairs)
    answers = [
        replace(need, role=Role.OFFER, text=f"{need.text} {draw(st.sampled_from(EXTRA))}")
        for need in one.needs
    ]
    offers = (*answers, *other.offers)
    said = [offer.text[slice(*span)] for offer in offers for span in passages(offer.text)]
    assume(len(set(said)) == len(said))
    return [one, replace(other, offers=offers)]


EXTRA = ("ouvert", "gratuit", "chaque mardi")


@QUICK
@given(data=st.data())
def test_every_quote_is_what_its_author_wrote_at_that_place(
    data: st.DataObject,
    meeting_pairs: SearchStrategy[list[Actor]],
    index_of: IndexOf,
    weights: Weights,
) -> None:
    index = index_of(data.draw(meeting_pairs))

    for quote in _quotes(_explained(index, weights)):
        role, position = _where(quote)
        actor = index.actors[index.positions[quote.actor_id]]
        assert actor.statements(role)[position].text[quote.start : quote.end] == quote.quote != ""


@QUICK
@given(data=st.data())
def test_removing_a_quoted_statement_lowers_the_score(
    data: st.DataObject,
    meeting_pairs: SearchStrategy[list[Actor]],
    index_of: IndexOf,
    weights: Weights,
) -> None:
    actors = data.draw(meeting_pairs)
    index = index_of(actors)
    before = _scored(index, weights).logit

    for quote in _quotes(_explained(index, weights)):
        poorer = index_of([_without(actor, quote) for actor in actors])
        assert _scored(poorer, weights).logit < before


@QUICK
@given(data=st.data())
def test_both_actors_are_told_the_same_exchanges(
    data: st.DataObject,
    meeting_pairs: SearchStrategy[list[Actor]],
    index_of: IndexOf,
    weights: Weights,
) -> None:
    index = index_of(data.draw(meeting_pairs))
    seen, turned = (
        explain(index, a, index, b, score_pair(index, a, index, b, weights))
        for a, b in ((0, 1), (1, 0))
    )

    assert seen.kind == turned.kind
    assert seen.distance_km == turned.distance_km
    assert sorted(map(_content, _quotes(seen))) == sorted(map(_content, _quotes(turned)))
    opposite = {"a_to_b": "b_to_a", "b_to_a": "a_to_b", None: None}
    assert sorted((r.code, str(r.direction)) for r in seen.reasons) == sorted(
        (r.code, str(opposite[r.direction])) for r in turned.reasons
    )


@QUICK
@given(data=st.data())
def test_an_exchange_that_is_told_counts_in_its_direction(
    data: st.DataObject,
    meeting_pairs: SearchStrategy[list[Actor]],
    index_of: IndexOf,
    weights: Weights,
) -> None:
    index = index_of(data.draw(meeting_pairs))
    score = _scored(index, weights)
    first, second = (index.actors[k] for k in _pair(index))

    for direction, needy in (("a_to_b", first), ("b_to_a", second)):
        told = [
            reason
            for reason in _explained(index, weights).reasons
            if reason.code == "offer_answers_need" and reason.direction == direction
        ]
        assert len(told) <= SHOWN_LINKS
        for reason in told:
            assert reason.parameters["needy"] == needy.id == reason.evidence[0].actor_id
            assert reason.evidence[0].field.startswith("needs[")
            assert reason.evidence[1].field.startswith("offers[")
        best = max((_probability(reason.parameters) for reason in told), default=0.0)
        assert score.value(direction) >= (1 - NEXT_NEED) * best - 1e-6
        assert best == 0.0 or best >= ANSWERED


def test_an_empty_profile_is_given_no_exchange(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Weights,
) -> None:
    index = index_of([social_worker("a"), entrepreneur("b", ["permis"], ["atelier vélo"])])

    explanation = _explained(index, weights)

    assert _quotes(explanation) == []
    assert [reason.code for reason in explanation.reasons] == ["same_commune"]


def test_the_kind_follows_what_is_exchanged_and_how_far(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    places: tuple[Place, ...],
    weights: Weights,
) -> None:
    asker = social_worker("a", ["atelier vélo", "une salle"], ["dettes budget"])
    partners = {
        SynergyKind.REFER: entrepreneur("b", [], ["atelier vélo"]),
        SynergyKind.SHARE: entrepreneur("b", [], ["une salle"]),
        SynergyKind.CO_BUILD: entrepreneur("b", ["dettes budget"], ["atelier vélo"]),
        SynergyKind.TRANSPOSE: entrepreneur("b", [], ["atelier vélo"], place=places[5]),
    }

    kinds = {
        kind: _explained(index_of([asker, partner]), weights).kind
        for kind, partner in partners.items()
    }

    assert kinds == {kind: kind for kind in SynergyKind}


def test_equal_exchanges_are_told_in_the_same_order_to_both(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Weights,
) -> None:
    index = index_of(
        [social_worker("a", ["permis"], ["permis"]), entrepreneur("b", ["permis"], ["permis"])]
    )

    seen, turned = (
        [quote.actor_id for quote in _quotes(explain(index, a, index, b, score))]
        for a, b, score in (
            (0, 1, score_pair(index, 0, index, 1, weights)),
            (1, 0, score_pair(index, 1, index, 0, weights)),
        )
    )

    assert seen == turned == ["a", "b", "b", "a"]


def test_an_offer_that_answers_two_needs_is_told_once_where_it_answers_best(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Weights,
) -> None:
    index = index_of(
        [social_worker("a", ["permis voiture", "permis"]), entrepreneur("b", (), ["permis"])]
    )

    reasons = _explained(index, weights).reasons

    told = [reason.evidence[0].quote for reason in reasons if reason.evidence]
    assert told == ["permis"]


def test_what_two_actors_share_is_told(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Weights,
) -> None:
    shared = {"domains": ("mobilite--velo",), "publics": ("jeunes", "tous-publics")}
    index = index_of([social_worker("a", **shared, known=("b",)), entrepreneur("b", **shared)])

    told = {reason.code: reason.parameters for reason in _explained(index, weights).reasons}

    assert told["shared_domains"] == {"codes": ("mobilite--velo",)}
    assert told["shared_publics"] == {"codes": ("jeunes",)}
    assert "already_acquainted" in told


def test_an_exchange_says_where_and_what_is_shared_and_nothing_repeats_it(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    places: tuple[Place, ...],
    weights: Weights,
) -> None:
    shared = {"domains": ("mobilite--velo",), "publics": ("jeunes",)}
    there = entrepreneur("b", [], ["atelier vélo"], place=places[1], **shared)
    index = index_of([social_worker("a", ["atelier vélo"], **shared), there])

    exchange, public = _explained(index, weights).reasons

    assert exchange.parameters["domains"] == ("mobilite--velo",)
    assert exchange.parameters["publics"] == ("jeunes",)
    assert 0 < _number(exchange.parameters["distance_km"]) < 30
    assert {"commune", "covered"}.isdisjoint(exchange.parameters)
    assert (public.code, public.parameters) == ("shared_publics", {"codes": ("jeunes",)})


def test_what_a_statement_declares_goes_before_what_its_author_does(
    index_of: IndexOf,
    social_worker: Callable[..., Actor],
    entrepreneur: Callable[..., Actor],
    weights: Weights,
) -> None:
    both = ("logement--louer", "mobilite--velo")
    need = Statement(Role.NEED, "atelier vélo", domains=("mobilite--velo",))
    asker = replace(social_worker("a", domains=both), needs=(need,))
    index = index_of([asker, entrepreneur("b", [], ["atelier vélo"], domains=both)])

    (exchange,) = _explained(index, weights).reasons

    assert exchange.parameters["domains"] == ("mobilite--velo",)


def test_the_thematique_of_the_texts_is_named_first_or_a_public_instead() -> None:
    told = {"logement--louer": 0.0, "mobilite--velo": 2.1}
    assert in_common(_link(told, publics=()), TODAY)[0] == ("mobilite--velo", "logement--louer")
    assert in_common(_link(told, publics=("jeunes",)), TODAY)[0] == ("mobilite--velo",)
    off_topic = dict.fromkeys(told, 0.0)
    assert in_common(_link(off_topic, publics=("jeunes",)), TODAY) == ((), ("jeunes",))
    assert in_common(_link(off_topic, publics=()), TODAY)[0] == tuple(sorted(told))


def _link(themes: dict[str, float], publics: tuple[str, ...]) -> Link:
    """An exchange between two actors who declare these thématiques and publics."""
    needy, giver = (
        Actor(
            *(name, Kind.SOCIAL_WORKER, name),
            domains=tuple(themes),
            publics=publics,
            needs=(Statement(Role.NEED, "un vélo"),),
            offers=(Statement(Role.OFFER, "un vélo"),),
        )
        for name in "ab"
    )
    passage, silent = Passage(0, (0, 7)), frozenset[str]()
    return Link(needy, giver, passage, passage, 0.9, (0, 0), (silent, silent), themes)


def _pair(index: ActorIndex) -> tuple[int, int]:
    """Where the first of two actors by id stands, then the second."""
    first, second = sorted(index.ids)
    return index.positions[first], index.positions[second]


def _scored(index: ActorIndex, weights: Weights) -> Score:
    a, b = _pair(index)
    return score_pair(index, a, index, b, weights)


def _explained(index: ActorIndex, weights: Weights) -> Explanation:
    a, b = _pair(index)
    return explain(index, a, index, b, _scored(index, weights))


def _quotes(explanation: Explanation) -> list[Evidence]:
    return [quote for reason in explanation.reasons for quote in reason.evidence]


def _content(quote: Evidence) -> tuple[str, str, int, int]:
    return (quote.actor_id, quote.field, quote.start, quote.end)


def _where(quote: Evidence) -> tuple[Role, int]:
    field, _, position = quote.field.rstrip("]").partition("[")
    return FIELDS[field], int(position)


def _without(actor: Actor, quote: Evidence) -> Actor:
    if actor.id != quote.actor_id:
        return actor
    role, position = _where(quote)
    kept = actor.statements(role)[:position] + actor.statements(role)[position + 1 :]
    return replace(actor, needs=kept) if role is Role.NEED else replace(actor, offers=kept)


def _probability(parameters: Mapping[str, object]) -> float:
    probability = parameters["probability"]
    assert isinstance(probability, float)
    return probability


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value
