"""Lay out an evaluation query by query, for a person who reads where we win and lose."""

import numpy as np

from matcher.engine.metrics import best_first
from models.evaluation import Evaluation
from models.labelled import LabelledSet

SHOWN = 3
EXCERPT = 160
"""Characters of a document's text that are enough to recognise it."""

AFTER = ("difference", "first", "second", "third", "best_relevant", "rank")


def detail_lines(evaluation: Evaluation, labelled: LabelledSet) -> list[str]:
    """A header and one tab-separated line per judged query, worst loss first.

    ``difference`` is our nDCG@10 minus that of the best baseline; documents are ``id: text``;
    ``rank`` is where we put the most relevant document among all, empty when it is not there.
    """
    systems = [figures.system for figures in evaluation.figures]
    ndcg = np.stack([figures.ndcg for figures in evaluation.figures], axis=1)
    differences = ndcg[:, 0] - ndcg[:, 1:].max(axis=1)
    rows = dict(zip((query.id for query in labelled.queries), evaluation.scores, strict=True))
    identifiers = [document.id for document in labelled.corpus]
    texts = {document.id: document.text for document in labelled.corpus}
    judged = labelled.judged()
    lines = ["\t".join(["query_id", "query", *(f"ndcg_{name}" for name in systems), *AFTER])]
    for k in sorted(range(len(judged)), key=lambda k: (differences[k], judged[k].id)):
        order = best_first(rows[judged[k].id], identifiers, len(identifiers))
        ranked = [identifiers[position] for position in order]
        best, rank = _most_relevant(labelled.relevance[judged[k].id], ranked)
        shown = (ranked + [""] * SHOWN)[:SHOWN]
        figures = [f"{value:.3f}" for value in (*ndcg[k], differences[k])]
        documents = [_excerpt(document, texts) for document in (*shown, best)]
        lines.append("\t".join([judged[k].id, _flat(judged[k].text), *figures, *documents, rank]))
    return lines


def _most_relevant(relevance: dict[str, float], ranked: list[str]) -> tuple[str, str]:
    """The document of the highest grade, our best ranked of them, and its rank from 1."""
    ranks = {document: rank for rank, document in enumerate(ranked, 1)}
    last = len(ranked) + 1
    best = min(relevance, key=lambda d: (-relevance[d], ranks.get(d, last), d))
    return best, str(ranks.get(best, ""))


def _excerpt(document: str, texts: dict[str, str]) -> str:
    text = _flat(texts.get(document, ""))[:EXCERPT]
    return f"{document}: {text}" if text else document


def _flat(text: str) -> str:
    """On one line and without tabs, as a cell must be."""
    return " ".join(text.split())
