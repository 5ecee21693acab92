"""Which need meets which offer between two actors, and the sentences that prove it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matcher.engine.columns import Vectors
from matcher.engine.complementarity import ANSWERED, answers_between
from matcher.engine.index import ActorIndex
from matcher.engine.passages import quotable
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.remembering import remembers_texts
from matcher.engine.statements import Passage
from matcher.engine.terms import term_code

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

    ``rows`` are those of the two passages in their blocks, ``domains`` their thématiques;
    ``themes`` says how much the two texts are both about each.
    """

    needy: Actor
    giver: Actor
    need: Passage
    offer: Passage
    probability: float
    rows: tuple[int, int]
    domains: tuple[frozenset[str], frozenset[str]]
    themes: Mapping[str, float]

    def evidence(self) -> tuple[Evidence, Evidence]:
        """Quote the need, then the offer."""
        return quote(self.needy, Role.NEED, self.need), quote(self.giver, Role.OFFER, self.offer)

    def statements(self) -> tuple[Statement, Statement]:
        """The need and the offer, whole."""
        need, offer = self.needy.needs[self.need.position], self.giver.offers[self.offer.position]
        return need, offer


def links(one: ActorIndex, a: int, many: ActorIndex, b: int) -> list[Link]:
    """The needs of ``a`` that ``b`` credibly answers, best first, :data:`SHOWN_LINKS` at most."""
    first, offers = one.needs.span_of(a).start, many.offers.span_of(b)
    answers = answers_between(one, a, Role.NEED, many, np.arange(offers.start, offers.stop))
    if not answers.size:
        return []
    found = []
    for start, end in one.needs.statements_of(a):
        some = answers[start - first : end - first]
        row, column = divmod(int(some.argmax()), len(offers))
        found.append((float(some[row, column]), start + row, offers.start + column))
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
    return Link(
        needy,
        giver,
        one.needs.passage(need),
        many.offers.passage(offer),
        probability,
        (need, offer),
        (
            one.needs.domains_of(needy, need, model),
            many.offers.domains_of(giver, offer, model),
        ),
        _ThemesInCommon(model.theme_columns, one.needs.view(need), many.offers.view(offer)),
    )


def names_resource(needy: ActorIndex, giver: ActorIndex, link: Link) -> bool:
    """Whether one of the two texts names a thing that two actors can share."""
    things = _codes(needy.model.resources)
    said = needy.needs.rows.terms.row(link.rows[0]), giver.offers.rows.terms.row(link.rows[1])
    return not all(map(things.isdisjoint, said))


class _ThemesInCommon(Mapping[str, float]):
    """What ``Link.themes`` says, worked out for those thématiques that are asked about."""

    def __init__(self, columns: Mapping[str, int], need: Vectors, offer: Vectors) -> None:
        self._columns, self._need, self._offer = columns, need, offer

    def __getitem__(self, code: str) -> float:
        column = self._columns[code]
        return float(self._need[column] * self._offer[column])

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@remembers_texts
@lru_cache(maxsize=8)
def _codes(terms: frozenset[str]) -> frozenset[int]:
    return frozenset(map(term_code, terms))


def quote(actor: Actor, role: Role, passage: Passage) -> Evidence:
    """Quote a passage of one of an actor's statements, as much of it as reads well."""
    text = actor.statements(role)[passage.position].text
    start, end = quotable(text, passage.span)
    return Evidence(actor.id, f"{role}s[{passage.position}]", start, end, text[start:end])
