"""The statements of many actors as one block of vectors and terms, in actor order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from matcher.engine.columns import Bools, Positions, Vectors, expand
from matcher.engine.matching import CIRCUMSTANCE, EXCLUDED, Analyzer, MatchModel, TermMatrix
from matcher.engine.passages import Span, passages
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.protocols import Encoder

CONTEXT = {Role.NEED: 1.0, Role.OFFER: 0.7}
"""What a term said elsewhere in a long statement weighs, beside one said in the passage."""

LEANING = {Role.NEED: 3.0, Role.OFFER: 1.0}
"""Weight of a statement's mean vector beside that of one of its passages.

A long need is one request told at length; a long offer may hold several services.
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a statement that is matched on its own: where it stands and what it weighs."""

    position: int
    """Position of its statement in the actor's own list."""
    span: Span
    terms: dict[str, float]
    domains: frozenset[str] = frozenset()
    """Thématiques of its statement as declared, else those that the model reads in the passage."""


@dataclass(frozen=True, slots=True)
class StatementBlock:
    """The needs, or the offers, of ``actors`` as rows that belong together.

    ``vectors`` is float32 of shape (rows, columns), one row per passage, as ``MatchModel.views``
    gives them.
    ``actor_offsets`` (actors + 1,) cuts the rows by actor, ``statement_starts`` (statements,)
    says at which row each statement begins, ``statement_offsets`` (actors + 1,) cuts the
    statements by actor.
    """

    role: Role
    vectors: Vectors
    passages: tuple[Passage, ...]
    terms: TermMatrix
    actor_offsets: Positions
    statement_starts: Positions
    statement_offsets: Positions

    @classmethod
    def build(
        cls,
        actors: Sequence[Actor],
        role: Role,
        *,
        encoder: Encoder,
        analyzer: Analyzer,
        model: MatchModel,
        today: date,
    ) -> "StatementBlock":
        """Cut, encode and weigh every statement that still counts on ``today``.

        A passage of a long statement is read in its context: its vector leans towards the mean of
        the statement's, and its terms are joined by the statement's, which weigh less.
        """
        texts: list[str] = []
        said: list[list[str]] = []
        rows: list[Passage] = []
        declared: list[frozenset[str]] = []
        actor_offsets, statement_starts, statement_offsets = [0], [], [0]
        for actor in actors:
            for position, statement in current(actor, role, today):
                spans = passages(statement.text)
                statement_starts += [len(rows)] * bool(spans)
                context: dict[str, float] = {}
                if len(spans) > 1:
                    context = model.weigh(analyzer(statement.text), role)
                for start, end in spans:
                    texts.append(statement.text[start:end])
                    said.append(analyzer(texts[-1]))
                    weights = joined(model.weigh(said[-1], role), context, CONTEXT[role])
                    rows.append(Passage(position, (start, end), weights))
                    declared.append(frozenset(statement.domains))
            actor_offsets.append(len(rows))
            statement_offsets.append(len(statement_starts))
        starts = [*statement_starts, len(rows)]
        vectors = in_context(encoder.encode(texts, role), starts, LEANING[role], model.drift(role))
        views = model.views(vectors, said, role)
        return cls(
            role,
            views,
            tuple(_tagged(rows, declared, model.tags(views))),
            TermMatrix.of([row.terms for row in rows]),
            np.array(actor_offsets, dtype=np.int64),
            np.array(statement_starts, dtype=np.int64),
            np.array(statement_offsets, dtype=np.int64),
        )

    def speaks(self, actors: Positions) -> Bools:
        """Whether each of some actors has a row here."""
        return np.asarray(self.actor_offsets[actors + 1] > self.actor_offsets[actors])

    def domains_of(self, actor: int) -> frozenset[str]:
        """The thématiques of one actor's passages."""
        span = slice(self.actor_offsets[actor], self.actor_offsets[actor + 1])
        return frozenset().union(*(passage.domains for passage in self.passages[span]))

    def rows_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """Rows of some actors, and the offsets that cut them by actor."""
        return expand(self.actor_offsets, actors)

    def starts_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """First rows of some actors' statements, within :meth:`rows_of`, and their offsets."""
        statements, offsets = expand(self.statement_offsets, actors)
        _, row_offsets = self.rows_of(actors)
        shift = np.repeat(self.actor_offsets[actors] - row_offsets[:-1], np.diff(offsets))
        return self.statement_starts[statements] - shift, offsets


def _tagged(
    rows: Sequence[Passage], declared: Sequence[frozenset[str]], told: Sequence[frozenset[str]]
) -> Iterator[Passage]:
    """The passages with their thématiques: the author's word goes before the model's."""
    for row, said, read in zip(rows, declared, told, strict=True):
        yield replace(row, domains=said or read)


def joined(weights: dict[str, float], context: dict[str, float], share: float) -> dict[str, float]:
    """A passage's weights of terms, and its statement's where they are stronger in spite of less.

    What is said elsewhere in a statement still counts, ``share`` of what is said here; a mere
    word that is left out there is not, for it may be a matter of that passage alone.
    """
    found = dict(weights)
    for term, weight in context.items():
        if term.startswith(EXCLUDED) and not term[1:].startswith(CIRCUMSTANCE):
            continue
        lesser = share * weight
        if abs(lesser) > abs(found.get(term, 0.0)):
            found[term] = lesser
    return found


def in_context(
    vectors: Vectors, starts: Sequence[int], leaning: float, drift: Vectors | None = None
) -> Vectors:
    """Passages' vectors plus ``leaning`` times their statement's mean, brought back to norm 1.

    ``starts`` are the first rows of statements, then the number of rows; a statement of one
    passage, or of passages without words, is left as it is. ``drift``, of shape (dimension,), is
    then taken away: what long statements have in common, beside what all statements have.
    """
    found = vectors.copy()
    for start, end in pairwise(starts):
        if end - start > 1:
            moved = vectors[start:end] + np.float32(leaning) * vectors[start:end].mean(axis=0)
            norms = np.linalg.norm(moved, axis=1, keepdims=True)
            spoken = vectors[start:end].any(axis=1, keepdims=True)
            moved = moved / np.where(norms > 0, norms, 1) - (0 if drift is None else drift)
            found[start:end] = np.where(spoken, moved, 0)
    return found


def current(actor: Actor, role: Role, today: date) -> list[tuple[int, Statement]]:
    """The statements of an actor that count: not expired, not empty, not said twice."""
    seen: set[str] = set()
    kept = []
    for position, statement in enumerate(actor.statements(role)):
        said = " ".join(statement.text.casefold().split())
        expired = statement.expires is not None and statement.expires < today
        if said and said not in seen and not expired:
            seen.add(said)
            kept.append((position, statement))
    return kept
