"""Which need meets which offer between two actors, and the sentences that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.engine.complementarity import ANSWERED, answers_between
from matcher.engine.index import ActorIndex
from matcher.engine.passages import quotable
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.rows import term_code
from matcher.engine.statements import Passage

SHOWN_LINKS = 2
"""Needs shown per direction; more would be a list to read, not a reason."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A substring of a profile: ``field`` of the actor, from ``start`` to ``end`` in characters."""

    actor_id: str
    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Link:
    """A need and the offer that answers it best, with the probability that it does.

    ``domains`` are the thématiques of both passages, ``themes`` says how much the two texts are
    both about each. ``resource``: whether one of them names a thing that two actors can share.
    """

    needy: Actor
    giver: Actor
    need: Passage
    offer: Passage
    probability: float
    domains: tuple[frozenset[str], frozenset[str]]
    themes: Mapping[str, float]
    resource: bool

    def evidence(self) -> tuple[Evidence, Evidence]:
        """Quote the need, then the offer."""
        return _quote(self.needy, Role.NEED, self.need), _quote(self.giver, Role.OFFER, self.offer)

    def statements(self) -> tuple[Statement, Statement]:
        """The need and the offer, whole."""
        need, offer = self.needy.needs[self.need.position], self.giver.offers[self.offer.position]
        return need, offer


def links(one: ActorIndex, a: int, many: ActorIndex, b: int) -> list[Link]:
    """The needs of ``a`` that ``b`` credibly answers, best first, :data:`SHOWN_LINKS` at most."""
    offers, _ = many.offers.rows_of(np.array([b]))
    needs, _ = one.needs.rows_of(np.array([a]))
    answers = answers_between(one, a, Role.NEED, many, offers)
    if not answers.size:
        return []
    found = []
    for start, end in one.needs.statements_of(a):
        rows = slice(start - needs[0], end - needs[0])
        row, column = divmod(int(np.argmax(answers[rows])), len(offers))
        probability = float(answers[rows][row, column])
        found.append((probability, start + row, int(offers[column])))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    told: dict[int, tuple[float, int, int]] = {}
    for pair in found:  # one offer answering two needs is told once, where it answers best
        if pair[0] >= ANSWERED:
            told.setdefault(int(many.offers.positions[pair[2]]), pair)
    return [_link(one, a, many, b, *pair) for pair in list(told.values())[:SHOWN_LINKS]]


def _link(
    one: ActorIndex, a: int, many: ActorIndex, b: int, probability: float, need: int, offer: int
) -> Link:
    model, needy, giver = one.model, one.actors[a], many.actors[b]
    views = one.needs.views(np.array([need]))[0], many.offers.views(np.array([offer]))[0]
    terms = {*one.needs.rows.terms.row(need), *many.offers.rows.terms.row(offer)}
    return Link(
        needy,
        giver,
        one.needs.passage(need),
        many.offers.passage(offer),
        probability,
        (
            one.needs.domains_of(needy, range(need, need + 1), model)[0],
            many.offers.domains_of(giver, range(offer, offer + 1), model)[0],
        ),
        model.themes_in_common(*views),
        not terms.isdisjoint(map(term_code, model.resources)),
    )


def _quote(actor: Actor, role: Role, passage: Passage) -> Evidence:
    text = actor.statements(role)[passage.position].text
    start, end = quotable(text, passage.span)
    return Evidence(actor.id, f"{role}s[{passage.position}]", start, end, text[start:end])
