"""How good a ranking is, judged by graded relevance: nDCG, reciprocal rank and recall at a cut.

All follow trec_eval's conventions (gain linear in the grade, a document is relevant from a grade
above 0), so that numbers compare with published ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Floats, Positions

Relevance = Mapping[str, float]
"""Grade of each judged document of one query; what is not judged counts as 0."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over ``queries`` queries, each in [0, 1]; NaN when no query could be judged."""

    ndcg: float
    mrr: float
    recall: float
    queries: int


def best_first(
    scores: NDArray[np.float64] | NDArray[np.float32], ids: Sequence[str], k: int
) -> Positions:
    """Positions of the ``k`` highest scores, best first; equal scores go by id, NaN comes last.

    ``scores`` is of shape (documents,), as long as ``ids``; int64 of shape (min(k, documents),).
    """
    if len(scores) != len(ids):
        raise ValueError(f"{len(scores)} scores for {len(ids)} documents")
    return np.lexsort((np.array(ids, dtype=np.str_), -scores))[: max(k, 0)].astype(np.int64)


def ndcg_at(k: int, ranked: Sequence[str], relevance: Relevance) -> float:
    """Discounted gain of the first ``k`` documents over that of the best possible order.

    Gain is the grade, discount log2(rank + 1) (Järvelin and Kekäläinen 2002, *Cumulated
    gain-based evaluation of IR techniques*, with the discount of Burges et al. 2005 that
    trec_eval's ``ndcg_cut`` uses). 0 when nothing is relevant.
    """
    ideal = np.sort(_positive(relevance))[::-1]
    best = _discounted_gain(ideal[:k])
    return _discounted_gain(_gains(k, ranked, relevance)) / best if best else 0.0


def reciprocal_rank_at(k: int, ranked: Sequence[str], relevance: Relevance) -> float:
    """1 / rank of the first relevant document, 0 when none is among the first ``k``.

    Voorhees 1999, *The TREC-8 question answering track report*; its mean is MRR@k.
    """
    hits = np.flatnonzero(_gains(k, ranked, relevance))
    return float(1 / (hits[0] + 1)) if len(hits) else 0.0


def recall_at(k: int, ranked: Sequence[str], relevance: Relevance) -> float:
    """Share of the relevant documents found among the first ``k``; 0 when nothing is relevant.

    Manning, Raghavan and Schütze 2008, *Introduction to Information Retrieval*, eq. 8.2.
    """
    relevant = len(_positive(relevance))
    found = np.count_nonzero(_gains(k, ranked, relevance))
    return float(found / relevant) if relevant else 0.0


def quality_at(
    k: int, run: Mapping[str, Sequence[str]], judgements: Mapping[str, Relevance]
) -> Quality:
    """Judge a whole run: the three metrics, averaged over the queries that can be judged.

    A query without any relevant document says nothing of a ranking and is left out; a judged
    query that the run does not answer counts 0.
    """
    judged = {query: grades for query, grades in judgements.items() if len(_positive(grades))}
    if not judged:
        return Quality(float("nan"), float("nan"), float("nan"), 0)
    metrics = (ndcg_at, reciprocal_rank_at, recall_at)
    table = [
        [metric(k, run.get(query, ()), grades) for metric in metrics]
        for query, grades in sorted(judged.items())
    ]
    ndcg, mrr, recall = np.mean(table, axis=0)
    return Quality(float(ndcg), float(mrr), float(recall), len(judged))


def _positive(relevance: Relevance) -> Floats:
    grades = np.array(list(relevance.values()), dtype=np.float64)
    return grades[grades > 0]


def _gains(k: int, ranked: Sequence[str], relevance: Relevance) -> Floats:
    """Grades of the first ``k`` distinct documents, none below 0: a repetition earns nothing."""
    distinct = list(dict.fromkeys(ranked))[: max(k, 0)]
    return np.array([max(0.0, relevance.get(document, 0.0)) for document in distinct])


def _discounted_gain(gains: Floats) -> float:
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))
