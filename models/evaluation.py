"""Measure statement matching on a labelled set, beside the baselines it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from matcher.engine.columns import Floats, Vectors
from matcher.engine.complementarity import answers_between, exchanges
from matcher.engine.index import IndexBuilder
from matcher.engine.metrics import Quality, best_first, ndcg_at, quality_at
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.protocols import Encoder
from models.analysis import ExpandingEncoder, analyse
from models.baselines import baseline_scores
from models.encoders import load_encoder
from models.intervals import Interval, paired_interval
from models.labelled import LabelledSet
from models.lexicon import load_lexicon
from models.matching import load_matching

OURS = "synergies"
CUT = 10
RUN_DEPTH = 100
TODAY = date(2000, 1, 1)
"""Any day does: what is evaluated has no dates."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, how much there is."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one system ranks one set."""

    system: str
    quality: Quality
    ndcg: Floats
    """nDCG@10 of each judged query, in the order of the file: float64 of shape (judged,)."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of every system, ours first, and our ranking of each query."""

    name: str
    queries: int
    documents: int
    figures: tuple[Figures, ...]
    leads: Mapping[str, Interval]
    """How far our nDCG@10 is above that of each baseline (below, when negative)."""
    scores: Vectors
    """Our scores: float32 of shape (queries, documents)."""


def open_systems(model: str | None, directory: Path) -> tuple[IndexBuilder, Encoder]:
    """What the product builds its index with, and the bare encoder for the dense baseline.

    Raises NotReady when the weights are not there.
    """
    plain = load_encoder(model, directory)
    encoder = ExpandingEncoder(plain, load_lexicon())
    return IndexBuilder(encoder, analyse, load_matching(encoder.model_id).model), plain


def evaluate_set(
    labelled: LabelledSet,
    builder: IndexBuilder,
    plain: Encoder,
    progress: Progress,
    *,
    second: Encoder | None = None,
) -> Evaluation:
    """Rank every document for every query with each system, and measure the rankings.

    A ``second`` encoder brings the further baselines of :func:`models.baselines.baseline_scores`.
    """
    scores = {OURS: production_scores(labelled, builder, progress)}
    scores |= baseline_scores(labelled, plain, second)
    figures = tuple(measure(name, matrix, labelled) for name, matrix in scores.items())
    ours, *baselines = figures
    leads = {other.system: paired_interval(ours.ndcg, other.ndcg) for other in baselines}
    judged, documents = len(labelled.judged()), len(labelled.corpus)
    return Evaluation(labelled.name, judged, documents, figures, leads, scores[OURS])


def production_scores(labelled: LabelledSet, builder: IndexBuilder, progress: Progress) -> Vectors:
    """Each document as an actor's one offer, each query as an actor's one need."""
    offers = _actors([document.text for document in labelled.corpus], Role.OFFER)
    needs = _actors([query.text for query in labelled.queries], Role.NEED)
    progress("documents", 0, len(offers))
    index = builder.build(offers, today=TODAY)
    progress("queries", 0, len(needs))
    asking = builder.build(needs, today=TODAY)
    everyone = np.arange(len(offers))
    rows = []
    for a in range(len(needs)):
        rows.append(exchanges(asking, a, index, everyone).received)
        progress("ranking", a + 1, len(needs))
    return np.array(rows, dtype=np.float32)


def pair_probabilities(
    needs: Sequence[str], offers: Sequence[str], builder: IndexBuilder
) -> Floats:
    """How probably each offer answers the need beside it: float64 of shape (pairs,).

    The product's own match of two statements; long ones by their best passages.
    """
    asking = builder.build(_actors(needs, Role.NEED), today=TODAY)
    giving = builder.build(_actors(offers, Role.OFFER), today=TODAY)
    found = np.zeros(len(needs))
    for a in range(len(needs)):
        rows, _ = giving.offers.rows_of(np.array([a]))
        answers = answers_between(asking, a, Role.NEED, giving, rows)
        found[a] = answers.max(initial=0.0)
    return found


def answer_probabilities(
    needs: Sequence[str], offers: Sequence[str], builder: IndexBuilder
) -> Floats:
    """How probably each offer answers each need: float64 of shape (needs, offers).

    The same match as :func:`pair_probabilities`; a text without words answers nothing (0).
    """
    asking = builder.build(_actors(needs, Role.NEED), today=TODAY)
    giving = builder.build(_actors(offers, Role.OFFER), today=TODAY)
    rows, offsets = giving.offers.rows_of(np.arange(len(offers)))
    found = np.zeros((len(needs), len(offers)))
    for a in range(len(needs)):
        best = answers_between(asking, a, Role.NEED, giving, rows).max(axis=0, initial=0.0)
        filled = np.diff(offsets) > 0
        found[a, filled] = np.maximum.reduceat(best, offsets[:-1][filled])
    return found


def measure(system: str, scores: Vectors, labelled: LabelledSet) -> Figures:
    """Quality at 10 of a score matrix of shape (queries, documents), over the judged queries."""
    identifiers = [document.id for document in labelled.corpus]
    rankings = {
        query.id: [identifiers[k] for k in best_first(row, identifiers, CUT)]
        for row, query in zip(scores, labelled.queries, strict=True)
        if query.id in labelled.relevance
    }
    ndcg = [
        ndcg_at(CUT, rankings[query.id], labelled.relevance[query.id])
        for query in labelled.judged()
    ]
    return Figures(system, quality_at(CUT, rankings, labelled.relevance), np.array(ndcg))


def run_lines(evaluation: Evaluation, labelled: LabelledSet) -> list[str]:
    """Our ranking as ``query_id<TAB>doc_id<TAB>rank<TAB>score``, the first 100 of each query."""
    identifiers = [document.id for document in labelled.corpus]
    return [
        f"{query.id}\t{identifiers[k]}\t{rank}\t{row[k]:.6f}"
        for row, query in zip(evaluation.scores, labelled.queries, strict=True)
        for rank, k in enumerate(best_first(row, identifiers, RUN_DEPTH), 1)
    ]


def _actors(texts: Sequence[str], role: Role) -> list[Actor]:
    made = []
    for number, text in enumerate(texts):
        said = (Statement(role, text),)
        name = f"{number:08d}"
        kind = Kind.SOCIAL_WORKER if role is Role.NEED else Kind.SOCIAL_ENTREPRENEUR
        needs, offers = (said, ()) if role is Role.NEED else ((), said)
        made.append(Actor(name, kind, name, needs=needs, offers=offers))
    return made
