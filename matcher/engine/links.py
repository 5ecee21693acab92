"""Which need meets which offer between two actors, and the sentences that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Positions, Vectors
from matcher.engine.complementarity import ANSWERED, answers_between
from matcher.engine.index import ActorIndex
from matcher.engine.passages import quotable
from matcher.engine.profiles import Actor, Role, Statement
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

    ``themes`` says how much the two texts are both about each thématique.
    """

    needy: Actor
    giver: Actor
    need: Passage
    offer: Passage
    probability: float
    themes: Mapping[str, float]

    def evidence(self) -> tuple[Evidence, Evidence]:
        """Quote the need, then the offer."""
        return _quote(self.needy, Role.NEED, self.need), _quote(self.giver, Role.OFFER, self.offer)

    def statements(self) -> tuple[Statement, Statement]:
        """The need and the offer, whole."""
        need, offer = self.needy.needs[self.need.position], self.giver.offers[self.offer.position]
        return need, offer

    def terms(self) -> frozenset[str]:
        """Index terms of both statements."""
        return frozenset(self.need.terms) | frozenset(self.offer.terms)


def links(one: ActorIndex, a: int, many: ActorIndex, b: int) -> list[Link]:
    """The needs of ``a`` that ``b`` credibly answers, best first, :data:`SHOWN_LINKS` at most."""
    rows, _ = many.offers.rows_of(np.array([b]))
    answers = answers_between(one, a, Role.NEED, many, rows)
    if not answers.size:
        return []
    starts, _ = one.needs.starts_of(np.array([a]))
    found = [
        _best(one, a, many, b, rows, answers, int(start), int(end))
        for start, end in zip(starts, [*starts[1:], len(answers)], strict=True)
    ]
    found.sort(key=lambda link: (-link.probability, link.need.position))
    told: dict[int, Link] = {}  # one offer answering two needs is told once, where it answers best
    for link in found:
        if link.probability >= ANSWERED:
            told.setdefault(link.offer.position, link)
    return list(told.values())[:SHOWN_LINKS]


def _best(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    b: int,
    rows: Positions,
    answers: Vectors,
    start: int,
    end: int,
) -> Link:
    row, column = divmod(int(np.argmax(answers[start:end])), answers.shape[1])
    need, offer = int(one.needs.actor_offsets[a]) + start + row, int(rows[column])
    return Link(
        one.actors[a],
        many.actors[b],
        one.needs.passages[need],
        many.offers.passages[offer],
        float(answers[start + row, column]),
        one.model.themes_in_common(one.needs.vectors[need], many.offers.vectors[offer]),
    )


def _quote(actor: Actor, role: Role, passage: Passage) -> Evidence:
    text = actor.statements(role)[passage.position].text
    start, end = quotable(text, passage.span)
    return Evidence(actor.id, f"{role}s[{passage.position}]", start, end, text[start:end])
