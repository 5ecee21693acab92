"""How well one offer answers one need: meaning, words and themes fused into a probability.

This is the only place where a need meets an offer. ``recommend``, the HTTP routes, batches and
``synergies evaluate`` all compare with it, one asker at a time (``complementarity``) or by tiles.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Numbers, Vectors
from matcher.engine.profiles import Role
from matcher.engine.rows import Small, multiplied
from matcher.engine.stance import Sentences, StanceModel
from matcher.engine.terms import EXCLUDED
from matcher.engine.themes import ThemeModel

Real = TypeVar("Real", np.float32, np.float64)

Analyzer = Callable[[str], list[str]]
"""Turns a text into its index terms (folded, stemmed, acronyms expanded)."""


Multiply = Callable[[Small, Small], Numbers]
"""Products of all int8 rows of one array with all of another: exact whole numbers, int32."""


CIRCUMSTANCE = "#"
"""First character of a term for a group of people or a circumstance: ``#minor/16``, ``#animal``.

It weighs nothing by itself; what an offer excludes of it (``!#animal``) counts against.
"""

CUE = "~"
"""First character of a cue: words in their order that tell a statement's stance, not its subject.
"""

ENOUGH, BEYOND = 60.0, 0.25
"""Nats that one sentence says; what comes beyond counts as its fourth root."""

TOLD = 0.5
"""Probability from which a statement is said to be about a thématique that nobody declared."""

OPENING = "^"
"""First character of the beginning of a word (``^loge``): a weaker witness than its stem."""

OPENING_SHARE = 0.7
"""What an opening weighs beside a stem as rare: families of words share it, so do strangers."""

CONCEPT = "="
"""First character of a term for a thing that the lexicon knows by several names: ``=mecs``."""

CONCEPT_SHARE = 1.5
"""What such a thing weighs beside a stem as rare: two texts that name it speak of the same."""

WORD_ALARM = 0.7
"""What the exclusion of a word costs, beside that of a circumstance: words have other meanings."""

OPENING_ALARM = 0.4
"""What the exclusion of a word of the same family costs: « fugueurs non admis », for a fugue."""

RARE = 4.0
"""Nats of a word's idf from which its exclusion costs in full."""

VACANCY = EXCLUDED + CIRCUMSTANCE + "vacancy"
"""What an offer that is full or closed leaves out: it is in vain for every need."""


@dataclass(frozen=True)
class MatchModel:
    """The learned constants of statement matching; an artefact of ``models/artefacts``.

    ``centres`` are the mean vectors of needs and of offers (float32, shape (dimension,)): encoders
    put every French sentence in one narrow cone, and a side's mean says nothing of a statement.
    ``long_centres`` are those of passages of long statements; ``manners`` (k, dimension) are the
    orthonormal directions that tell how statements are put, not what about. ``themes`` says which
    thématiques a statement is about. ``idf`` weighs index terms, ``default_idf`` those never seen;
    ``resources`` are the terms of things that two actors can share (a room, a van). ``stances``
    tells which offers ask, or talk, rather than give: they lose up to ``idle`` nats. ``dense``,
    ``theme``, ``branch``, ``lexical`` and ``bias`` are the coefficients of a logistic regression.
    ``multiply`` gives the exact products of many rows.
    """

    model_id: str
    dense: float
    lexical: float
    bias: float
    default_idf: float
    average_length: float
    theme: float = 0.0
    branch: float = 0.0
    themes: ThemeModel | None = None
    idle: float = 0.0
    stances: StanceModel | None = None
    centres: Mapping[Role, Vectors] = field(default_factory=dict)
    long_centres: Mapping[Role, Vectors] = field(default_factory=dict)
    manners: Vectors | None = None
    idf: Mapping[str, float] = field(default_factory=dict)
    resources: frozenset[str] = frozenset()
    unsaid: float = 8.0
    exclusion: float = 7.0
    saturation: float = 1.2
    length_share: float = 0.5
    multiply: Multiply = multiplied

    def views(
        self,
        vectors: Vectors,
        terms: Sequence[Sequence[str]],
        role: Role,
        sentences: Sentences | None = None,
    ) -> Vectors:
        """What statements are compared by: float32 of shape (statements, columns).

        The inner product of a need's row with an offer's is ``dense`` times the cosine of their
        centred vectors without their manners, plus ``theme`` and ``branch`` times the Bhattacharyya
        coefficient (1943) of their distributions over thématiques and over categories, less
        ``idle`` for an offer that gives nothing. ``sentences`` gives the terms of each sentence of
        a row.
        """
        centred = self.centred(vectors, role)
        silent = np.array([not kept for kept in terms], dtype=np.bool_)
        parts = [np.sqrt(np.float32(self.dense)) * self._subject(centred)]
        if self.themes is not None:
            leaves = self.themes.probabilities(centred, terms)
            leaves[silent] = 0
            parts.append(np.sqrt(np.float32(self.theme) * leaves))
            parts.append(np.sqrt(np.float32(self.branch) * self.themes.grouped(leaves)))
        if self.stances is not None:
            if role is Role.NEED:
                stance = self.stances.refusal(centred, terms)
            else:
                stance = self.stances.idleness(centred, terms, sentences)
            stance[silent] = 0
            parts.append(-stance if role is Role.NEED else np.float32(self.idle) * stance)
        return np.hstack(parts).astype(np.float32)

    def tags(self, views: Vectors) -> list[frozenset[str]]:
        """The thématiques that each row of :meth:`views` is rather about than not."""
        if self.themes is None or not self.theme:
            return [frozenset()] * len(views)
        about = views[:, self._theme_span()] ** 2 >= np.float32(self.theme) * TOLD
        codes = self.themes.codes
        return [frozenset(codes[code] for code in row.nonzero()[0].tolist()) for row in about]

    @cached_property
    def theme_columns(self) -> Mapping[str, int]:
        """The column of :meth:`views` of each thématique; none without a model of them.

        What each adds to the product of two rows is how much both are about it.
        """
        if self.themes is None:
            return {}
        start = self._theme_span().start
        return {code: start + number for number, code in enumerate(self.themes.codes)}

    def drift(self, role: Role) -> Vectors | None:
        """How far the mean of long statements' passages is from that of a side's statements."""
        if role not in self.centres or role not in self.long_centres:
            return None
        return self.long_centres[role] - self.centres[role]

    def centred(self, vectors: Vectors, role: Role) -> Vectors:
        """Take a side's mean away and bring rows back to norm 1 (rows of zeros stay zeros)."""
        centre = self.centres.get(role)
        if centre is None or not len(vectors):
            return vectors
        silent = ~vectors.any(axis=1)
        moved = _unit(vectors - centre)
        moved[silent] = 0
        return moved.astype(np.float32)

    def weigh(self, terms: Sequence[str], role: Role) -> dict[str, float]:
        """Weights of a text's terms, such that need · offer is the share of the need answered.

        An offer's weights are BM25's saturated frequencies (Robertson and Zaragoza 2009, eq. 3.15);
        a need's are its terms' idf, divided by their sum so that long and short needs compare.
        ``unsaid`` (nats) joins that sum: two words never say all of a need, so that sharing one
        of them proves little; beyond :data:`ENOUGH` it grows slowly, since most of a long story is
        not the request. What an offer excludes costs it ``exclusion`` nats where the need is about
        it, however many words the need has.
        """
        counts = Counter(said(terms))
        if role is Role.NEED:
            # « famille, pas de logement » needs just what it says it has not.
            counts.update(_words([term[1:] for term in terms if term.startswith(EXCLUDED)]))
            total = _demand(sum(self._idf(term) for term in counts) + self.unsaid)
            shares = {term: self._idf(term) / total for term in counts}
            return self._alarms(counts, terms) | shares
        words = sum(not term.lstrip(EXCLUDED).startswith((CIRCUMSTANCE, CUE)) for term in terms)
        length = 1 - self.length_share + self.length_share * words / self.average_length
        k = self.saturation
        weights = {term: count * (k + 1) / (count + k * length) for term, count in counts.items()}
        cost = -self.exclusion / self.lexical if self.lexical else 0.0
        held = {*counts, *terms}  # what it both takes and leaves out, it may well take
        left_out = {t for t in terms if t.startswith(EXCLUDED) and t[1:] not in held}
        return weights | dict.fromkeys(left_out, cost)

    def _subject(self, centred: Vectors) -> Vectors:
        """Rows without their part along the manners, at norm 1 again (Mu and Viswanath 2018)."""
        if self.manners is None:
            return centred
        return _unit(centred - centred @ self.manners.T @ self.manners)

    def _theme_span(self) -> slice:
        """Columns of :meth:`views` that hold the thématiques."""
        assert self.themes is not None
        start = self.themes.dense.shape[1]
        return slice(start, start + len(self.themes.codes))

    def _alarms(self, words: Iterable[str], terms: Sequence[str]) -> dict[str, float]:
        """How much a need suffers, from 0 to 1, from the exclusion of each thing that it is about.

        A whole exclusion for a circumstance (for an age, shared between the bands it may be in);
        for a word, so much of :data:`WORD_ALARM` as it is rare.
        """
        alarms = ({VACANCY: 1.0} if terms else {}) | {
            EXCLUDED + term: min(1.0, self._idf(term) / RARE)
            * (OPENING_ALARM if term.startswith(OPENING) else WORD_ALARM)
            for term in words
        }
        about = {term for term in terms if term.startswith(CIRCUMSTANCE)}
        kinds = Counter(map(_kind, about))
        return alarms | {EXCLUDED + term: 1.0 / kinds[_kind(term)] for term in about}

    def _idf(self, term: str) -> float:
        share = OPENING_SHARE if term.startswith(OPENING) else 1.0
        if term.startswith(CONCEPT):
            share = CONCEPT_SHARE
        return share * self.idf.get(term, self.default_idf)


def said(terms: Sequence[str]) -> list[str]:
    """The terms that a text says, without what it excludes and without marks."""
    return [term for term in terms if not term.startswith((EXCLUDED, CIRCUMSTANCE, CUE))]


def _unit(rows: NDArray[np.floating[Any]]) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)


def _demand(nats: float) -> float:
    """What a need's words have to be shared against: a long one tells more than it demands."""
    return nats if nats < ENOUGH else float(ENOUGH * (nats / ENOUGH) ** BEYOND)


def _words(terms: Sequence[str]) -> list[str]:
    return [term for term in said(terms) if not term.startswith(OPENING)]


def _kind(circumstance: str) -> str:
    """``#minor`` for ``#minor/16``: bands of one kind share one alarm."""
    return circumstance.partition("/")[0]


def sigmoid(logits: NDArray[Real]) -> NDArray[Real]:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=logits.dtype)


def logit(probability: float) -> float:
    """The inverse of the logistic function, in nats."""
    return float(np.log(probability) - np.log1p(-probability))
