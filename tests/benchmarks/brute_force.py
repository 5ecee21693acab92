"""The slowest way to the same answers: every actor compared, nothing skipped, in plain numpy.

Candidates are judged pair by pair instead of looked up by place, products are whole matrices,
terms are dictionaries, and all pairs are ranked. What is not a short cut of the engine is shared
with it: the features besides the two exchanges, the weights, the order of equals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.engine.candidates import Sides, passing
from matcher.engine.columns import Floats, Positions, Vectors
from matcher.engine.complementarity import ANSWERED, Exchanges
from matcher.engine.features import acquainted, judge
from matcher.engine.index import ActorIndex
from matcher.engine.kernels.answers import NEXT_NEED
from matcher.engine.matching import logit
from matcher.engine.profiles import Role
from matcher.engine.ranking import Ranked, rank_lazily
from matcher.engine.recommending import Question
from matcher.engine.scoring import logits, score_of
from matcher.engine.statements import StatementBlock
from matcher.engine.territory import can_meet, distances_km

Terms = Sequence[Mapping[Any, float]]
"""For each row, what each of its terms weighs: codes of an index, or words."""


@dataclass(frozen=True, slots=True)
class PlainRows:
    """What rows are compared by: ``vectors`` float32 (rows, columns), ``terms`` with weights."""

    vectors: Vectors
    terms: Terms


def dequantised(block: StatementBlock) -> PlainRows:
    """Rows of an index as it keeps them."""
    terms = [block.rows.terms.row(row) for row in range(len(block))]
    return PlainRows(block.views(slice(None)), terms)


class BruteForce:
    """Answers a question about actors of one index by going through all of it."""

    def __init__(self, index: ActorIndex, rows: Mapping[Role, PlainRows]) -> None:
        self._index = index
        self._rows = rows
        self._holding = {role: _holding(rows[role].terms) for role in Role}

    def partners(self, a: int, question: Question, first: int) -> list[tuple[str, float]]:
        """Ids of the first partners of actor ``a`` and their scores, best first."""
        index, columns = self._index, self._index.columns
        everybody = np.arange(len(index.ids))
        others = everybody[self._allowed(a, everybody, question)]
        exchanged = self._exchanges(a, others)
        proved = np.flatnonzero(np.maximum(*exchanged) >= ANSWERED)
        others, exchanged = others[proved], exchanged.take(proved)
        table = judge(index, np.full(len(others), a), index, others, exchanged)
        worth = np.round(logits(table, question.weights), 5)
        pairs = [
            Ranked(
                f"{index.ids[a]}\n{index.ids[b]}",
                float(worth[k]),
                (index.ids[b], score_of(table.values[k], question.weights).score),
                (int(columns.identities[b]), int(columns.organizations[b])),
                full=0 in (columns.capacities[b], columns.capacities[a]),
                meeting=(None, int(columns.organizations[b])),
            )
            for k, b in enumerate(others.tolist())
            if worth[k] >= logit(question.minimum_score)
        ]
        pairs.sort(key=lambda pair: -pair.logit)
        return [pair.found for pair in rank_lazily(pairs, first)]

    def _allowed(self, a: int, everybody: Positions, question: Question) -> Positions:
        """Who may be proposed to ``a``, each looked at by itself."""
        columns, filters = self._index.columns, question.filters
        firsts = np.full(len(everybody), a)
        if filters.radius_km is None:
            allowed = can_meet(columns, firsts, columns, everybody)
        else:
            distances = distances_km(columns, firsts, columns, everybody)
            allowed = np.nan_to_num(distances, nan=np.inf) <= filters.radius_km
        allowed &= passing(self._index, everybody, filters) & (everybody != a)
        if filters.sides is Sides.CROSS:
            allowed &= columns.social_workers != columns.social_workers[a]
        if filters.exclude_known:
            allowed &= acquainted(columns, firsts, columns, everybody) == 0
        return np.flatnonzero(allowed)

    def _exchanges(self, a: int, others: Positions) -> Exchanges:
        """What others bring to ``a``, and what it brings to them."""
        needs, offers = self._index.needs, self._index.offers
        received, given = np.zeros(len(others)), np.zeros(len(others))
        asked, brought = self._answers(a, Role.NEED), self._answers(a, Role.OFFER)
        mine, first = needs.statements_of(a), int(needs.rows.actor_offsets[a])
        for k, b in enumerate(others.tolist()):
            start, end = offers.rows.actor_offsets[b : b + 2].tolist()
            if start < end:
                met = [asked[s - first : e - first, start:end].max() for s, e in mine]
                received[k] = _together(met)
            if len(brought):
                met = [brought[:, s:e].max() for s, e in needs.statements_of(b)]
                given[k] = _together(met)
        return Exchanges(received, given)

    def _answers(self, a: int, role: Role) -> Floats:
        """Log-odds that rows of ``a`` in one role and everybody's in the other match."""
        other = Role.OFFER if role is Role.NEED else Role.NEED
        mine, theirs, model = self._rows[role], self._rows[other], self._index.model
        offsets = self._index.block(role).rows.actor_offsets
        rows = range(int(offsets[a]), int(offsets[a + 1]))
        found = (mine.vectors[rows.start : rows.stop] @ theirs.vectors.T).astype(np.float64)
        for k, row in enumerate(rows):
            for term, weight in mine.terms[row].items():
                if term in self._holding[other]:
                    answering, weights = self._holding[other][term]
                    found[k, answering] += model.lexical * weight * weights
        return found + model.bias


def _holding(terms: Terms) -> dict[object, tuple[Positions, Floats]]:
    """For each term, the rows that hold it and what it weighs there."""
    found: dict[object, dict[int, float]] = {}
    for row, weights in enumerate(terms):
        for term, weight in weights.items():
            found.setdefault(term, {})[row] = weight
    return {
        term: (np.array([*rows]), np.array([*rows.values()], dtype=np.float64))
        for term, rows in found.items()
    }


def _together(met: Sequence[float]) -> float:
    """All needs as one number: each counts :data:`NEXT_NEED` of the one before, best first."""
    total = 0.0
    for place, one in enumerate(sorted(met, reverse=True)):
        total += (1 - NEXT_NEED) * NEXT_NEED**place / (1 + np.exp(-one))
    return float(total)
