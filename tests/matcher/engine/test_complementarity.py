"""What one brings to the other, computed for many at once, equals the plain definition."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.columns import Positions
from matcher.engine.complementarity import exchanges
from matcher.engine.index import ActorIndex
from matcher.engine.kernels.answers import NEXT_NEED
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.statements import StatementBlock

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
QUICK = settings(deadline=None, max_examples=30)


@QUICK
@given(data=st.data())
def test_both_directions_equal_a_loop_over_statements(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    index = index_of(data.draw(crowds(1, 5)))
    others = np.array(data.draw(st.permutations(range(len(index.actors)))), dtype=np.int64)

    for a in range(len(index.actors)):
        received = [_by_hand(index, a, index, int(b)) for b in others]
        given_away = [_by_hand(index, int(b), index, a) for b in others]
        found = exchanges(index, a, index, others)
        assert found.received == pytest.approx(received, abs=1e-5)
        assert found.given == pytest.approx(given_away, abs=1e-5)


@QUICK
@given(data=st.data())
def test_a_profile_of_another_index_is_met_like_a_stored_one(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf
) -> None:
    actors = data.draw(crowds(1, 4))
    index, alone = index_of(actors), index_of(actors[:1])
    everyone = np.arange(len(actors))
    position = index.positions[actors[0].id]

    apart, stored = (
        exchanges(alone, 0, index, everyone),
        exchanges(index, position, index, everyone),
    )
    assert apart.received.tolist() == stored.received.tolist()
    assert apart.given.tolist() == stored.given.tolist()


@QUICK
@given(data=st.data())
def test_one_more_offer_or_one_more_need_never_lowers_what_is_brought(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, texts: SearchStrategy[str]
) -> None:
    one, other = data.draw(crowds(2, 2))
    text = data.draw(texts)
    more_needs = replace(one, needs=(*one.needs, Statement(Role.NEED, text)))
    more_offers = replace(other, offers=(*other.offers, Statement(Role.OFFER, text)))

    ids = (one.id, other.id)

    before = _brought(index_of([one, other]), *ids)

    assert _brought(index_of([more_needs, other]), *ids) >= before - 1e-6
    assert _brought(index_of([one, more_offers]), *ids) >= before - 1e-6


def test_nobody_brings_anything_without_needs_or_without_offers(
    index_of: IndexOf, social_worker: Callable[..., Actor], entrepreneur: Callable[..., Actor]
) -> None:
    index = index_of([social_worker("a", ["permis"]), entrepreneur("b", ["permis"])])
    a, b = index.positions["a"], index.positions["b"]
    nobody: Positions = np.zeros(0, dtype=np.int64)

    assert exchanges(index, a, index, np.array([a, b])).received.tolist() == [0.0, 0.0]
    assert exchanges(index, a, index, np.array([b, a, b])).given.tolist() == [0.0, 0.0, 0.0]
    assert [len(way) for way in exchanges(index, a, index, nobody)] == [0, 0]


def _brought(index: ActorIndex, needy: str, giver: str) -> float:
    a, b = index.positions[needy], index.positions[giver]
    return float(exchanges(index, a, index, np.array([b])).received[0])


def _by_hand(one: ActorIndex, a: int, many: ActorIndex, b: int) -> float:
    """What ``b`` brings to ``a``: best offer per need, then needs weighed by rank."""
    needs = _statements(one.needs, a)
    offers = [row for statement in _statements(many.offers, b) for row in statement]
    if not offers:
        return 0.0
    met = sorted(
        (max(_probability(one, n, many, o) for n in rows for o in offers) for rows in needs),
        reverse=True,
    )
    return sum((1 - NEXT_NEED) * NEXT_NEED**rank * value for rank, value in enumerate(met))


def _statements(block: StatementBlock, actor: int) -> list[list[int]]:
    rows = range(*block.rows.actor_offsets[actor : actor + 2].tolist())
    positions = dict.fromkeys(int(block.positions[row]) for row in rows)
    return [[r for r in rows if block.positions[r] == position] for position in positions]


def _probability(one: ActorIndex, need: int, many: ActorIndex, offer: int) -> float:
    asked, offered = one.needs.views(np.array([need]))[0], many.offers.views(np.array([offer]))[0]
    wanted, given_terms = one.needs.rows.terms.row(need), many.offers.rows.terms.row(offer)
    lexical = sum(weight * given_terms.get(term, 0.0) for term, weight in wanted.items())
    model = one.model
    logit = float(asked @ offered) + model.lexical * lexical + model.bias
    return float(1 / (1 + np.exp(-logit)))
