"""The statements of many actors as one block of vectors and terms, in actor order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.engine.columns import Positions, Vectors, expand
from matcher.engine.matching import Analyzer, MatchModel, TermMatrix
from matcher.engine.passages import Span, passages
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.protocols import Encoder


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a statement that is encoded on its own: where it stands and what it weighs."""

    position: int
    """Position of its statement in the actor's own list."""
    span: Span
    terms: dict[str, float]


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
        """Cut, encode and weigh every statement that still counts on ``today``."""
        texts: list[str] = []
        said: list[list[str]] = []
        rows: list[Passage] = []
        actor_offsets, statement_starts, statement_offsets = [0], [], [0]
        for actor in actors:
            for position, statement in current(actor, role, today):
                spans = passages(statement.text)
                statement_starts += [len(rows)] * bool(spans)
                for start, end in spans:
                    texts.append(statement.text[start:end])
                    said.append(analyzer(texts[-1]))
                    rows.append(Passage(position, (start, end), model.weigh(said[-1], role)))
            actor_offsets.append(len(rows))
            statement_offsets.append(len(statement_starts))
        return cls(
            role,
            model.views(encoder.encode(texts, role), said, role),
            tuple(rows),
            TermMatrix.of([row.terms for row in rows]),
            np.array(actor_offsets, dtype=np.int64),
            np.array(statement_starts, dtype=np.int64),
            np.array(statement_offsets, dtype=np.int64),
        )

    def rows_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """Rows of some actors, and the offsets that cut them by actor."""
        return expand(self.actor_offsets, actors)

    def starts_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """First rows of some actors' statements, within :meth:`rows_of`, and their offsets."""
        statements, offsets = expand(self.statement_offsets, actors)
        _, row_offsets = self.rows_of(actors)
        shift = np.repeat(self.actor_offsets[actors] - row_offsets[:-1], np.diff(offsets))
        return self.statement_starts[statements] - shift, offsets


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
