"""The statements of many actors as one block of vectors and terms, in actor order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from matcher.engine.columns import Bools, Numbers, Positions, Vectors, expand
from matcher.engine.matching import CIRCUMSTANCE, Analyzer, MatchModel
from matcher.engine.passages import Span, passages, sentences
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.protocols import Encoder
from matcher.engine.rows import Rows, quantised
from matcher.engine.terms import EXCLUDED, Terms

CONTEXT = {Role.NEED: 1.0, Role.OFFER: 0.7}
"""What a term said elsewhere in a long statement weighs, beside one said in the passage."""

LEANING = {Role.NEED: 3.0, Role.OFFER: 1.0}
"""Weight of a statement's mean vector beside that of one of its passages.

A long need is one request told at length; a long offer may hold several services.
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a statement that is matched on its own: where it stands."""

    position: int
    """Position of its statement in the actor's own list."""
    span: Span


@dataclass(frozen=True, slots=True)
class StatementBlock:
    """The needs, or the offers, of many actors: :class:`Rows`, and where each row was read.

    ``positions`` (rows,) is the position of a row's statement in its actor's own list, ``spans``
    (rows, 2) where the passage begins and ends in it, in characters.
    """

    role: Role
    rows: Rows
    positions: Numbers
    spans: Numbers

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
        weights: list[dict[str, float]] = []
        read: list[Passage] = []
        actor_offsets, statement_starts, statement_offsets = [0], [], [0]
        for actor in actors:
            for position, statement in current(actor, role, today):
                spans = passages(statement.text)
                statement_starts += [len(read)] * bool(spans)
                context: dict[str, float] = {}
                if len(spans) > 1:
                    context = model.weigh(analyzer(statement.text), role)
                for start, end in spans:
                    texts.append(statement.text[start:end])
                    said.append(analyzer(texts[-1]))
                    weights.append(joined(model.weigh(said[-1], role), context, CONTEXT[role]))
                    read.append(Passage(position, (start, end)))
            actor_offsets.append(len(read))
            statement_offsets.append(len(statement_starts))
        starts = [*statement_starts, len(read)]
        vectors = in_context(encoder.encode(texts, role), starts, LEANING[role], model.drift(role))
        views = model.views(
            vectors,
            said,
            role,
            lambda row: [analyzer(texts[row][start:end]) for start, end in sentences(texts[row])],
        )
        return cls(
            role,
            Rows(
                *quantised(views),
                Terms.of(weights),
                np.array(actor_offsets, dtype=np.int32),
                np.array(statement_starts, dtype=np.int32),
                np.array(statement_offsets, dtype=np.int32),
            ),
            np.array([passage.position for passage in read], dtype=np.int32),
            np.array([passage.span for passage in read], dtype=np.int32).reshape(-1, 2),
        )

    def __len__(self) -> int:
        return len(self.positions)

    def passage(self, row: int) -> Passage:
        """Where one row was read."""
        start, end = self.spans[row].tolist()
        return Passage(int(self.positions[row]), (start, end))

    def views(self, rows: Positions | slice) -> Vectors:
        """Some rows as ``MatchModel.views`` gave them, as exactly as they are kept."""
        return np.asarray(self.rows.vectors[rows] * self.rows.scales[rows, None])

    def view(self, row: int) -> Vectors:
        """One of them."""
        return np.asarray(self.rows.vectors[row] * self.rows.scales[row])

    def domains_of(self, actor: Actor, row: int, model: MatchModel) -> frozenset[str]:
        """Thématiques of one passage of ``actor``: its own word, else what the model reads."""
        declared = actor.statements(self.role)[int(self.positions[row])].domains
        return frozenset(declared) if declared else model.tags(self.view(row)[None])[0]

    def speaks(self, actors: Positions) -> Bools:
        """Whether each of some actors has a row here."""
        return np.asarray(self.rows.actor_offsets[actors + 1] > self.rows.actor_offsets[actors])

    def span_of(self, actor: int) -> range:
        """Rows of one actor."""
        first, last = self.rows.actor_offsets[actor : actor + 2].tolist()
        return range(first, last)

    def rows_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """Rows of some actors, and the offsets that cut them by actor."""
        return expand(self.rows.actor_offsets, actors)

    def starts_of(self, actors: Positions) -> tuple[Positions, Positions]:
        """First rows of some actors' statements, within :meth:`rows_of`, and their offsets."""
        statements, offsets = expand(self.rows.statement_offsets, actors)
        _, row_offsets = self.rows_of(actors)
        shift = np.repeat(self.rows.actor_offsets[actors] - row_offsets[:-1], np.diff(offsets))
        starts = self.rows.statement_starts[statements].astype(np.int64)
        return starts - shift, offsets

    def statements_of(self, actor: int) -> list[tuple[int, int]]:
        """First row of each statement of one actor, and the row after its last."""
        span = slice(self.rows.statement_offsets[actor], self.rows.statement_offsets[actor + 1])
        starts = self.rows.statement_starts[span].tolist()
        return list(pairwise([*starts, int(self.rows.actor_offsets[actor + 1])])) if starts else []


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
