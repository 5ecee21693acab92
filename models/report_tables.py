"""What the report shows of each measurement, as Markdown: a heading, a table, a row per system."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from models.baselines import FUSIONS, INGREDIENTS
from models.calibration import Calibration
from models.contrasts import Share
from models.evaluation import Evaluation, Figures
from models.intervals import Interval
from models.typos import TypoCost

NAMES = {
    "synergies": "Synergies",
    "bm25": "BM25",
    "tf-idf": "TF-IDF",
    "dense": "dense alone",
    "centred": "dense, centred",
    "use": "USE",
    "reciprocal-ranks": "fusion: reciprocal ranks",
    "fusion": "fusion: .3 BM25 + .7 centred",
    "fusion-use": "fusion: .25 BM25 + .5 centred + .25 USE",
}


def summary_table(evaluations: Sequence[Evaluation], groups: Sequence[tuple[str, int]]) -> str:
    """A row per set, then one of means for each group: its name, how many first sets it takes.

    The best ingredient and the best fusion are chosen anew for each set, after the fact, which no
    system could do in advance.
    """
    rows, numbers = [], []
    for evaluation in evaluations:
        ours = evaluation.figures[0].quality.ndcg
        single, fusion = _best(evaluation, INGREDIENTS), _best(evaluation, FUSIONS)
        numbers.append([ours, single.quality.ndcg, fusion.quality.ndcg])
        lead = _interval(evaluation.leads[fusion.system])
        named = [f"{each.quality.ndcg:.3f} ({NAMES[each.system]})" for each in (single, fusion)]
        gain = _percent(ours / single.quality.ndcg - 1) if single.quality.ndcg else ""
        rows.append([evaluation.name, f"{ours:.3f}", named[0], gain, named[1], lead])
    for name, count in groups:
        ours, best, fused = np.array(numbers[:count]).mean(axis=0).tolist()
        cells = [f"{ours:.3f}", f"{best:.3f}", _percent(ours / best - 1) if best else ""]
        rows.append([name, *cells, f"{fused:.3f}", _signed(ours - fused)])
    head = ("", "Synergies", "best ingredient", "gain", "best fusion", "ours minus it [95 % CI]")
    return "\n" + table(head, rows)


def ranking_section(evaluation: Evaluation) -> str:
    """One set's heading and a row per system, ours first."""
    rows = []
    for figures in evaluation.figures:
        quality, lead = figures.quality, evaluation.leads.get(figures.system)
        numbers = [f"{value:.3f}" for value in (quality.ndcg, quality.mrr, quality.recall)]
        rows.append([NAMES[figures.system], *numbers, _interval(lead) if lead else ""])
    heading = f"{evaluation.name}: {evaluation.queries} queries, {evaluation.documents} documents"
    head = ("", "nDCG@10", "MRR@10", "recall@10", "ours minus it [95 % CI]")
    return f"\n### {heading}\n\n{table(head, rows)}"


def contrast_table(shares: Sequence[Share]) -> str:
    """A row for all triples, then one per phenomenon; three columns for each part of the file."""
    found = {(share.phenomenon, share.part): share for share in shares}
    parts = sorted({share.part for share in shares})
    head = ["phenomenon"]
    for part in parts:
        head += [f"{part} {column}".strip() for column in ("triples", "right", "share")]
    rows = []
    for phenomenon in dict.fromkeys(share.phenomenon for share in shares):
        row = [phenomenon]
        for part in parts:
            share = found.get((phenomenon, part))
            row += [str(share.triples), str(share.right), _share(share)] if share else ["", "", ""]
        rows.append(row)
    return "\n" + table(head, rows)


def typo_table(costs: Sequence[TypoCost]) -> str:
    """A row per set: nDCG@10 of its queries as written and with one typo each."""
    rows = [
        [c.name, str(c.typed), f"{c.clean_ndcg:.3f}", f"{c.typed_ndcg:.3f}", _percent(-c.relative)]
        for c in costs
    ]
    return "\n" + table(("", "queries with a typo", "clean", "with typo", "change"), rows)


def left_out_table(found: Sequence[Mapping[str, Any]]) -> str:
    """A row per set of the fit: with it, without it."""
    rows = [
        [one["set"], f"{one['ndcg_when_fitted_on']:.3f}", f"{one['ndcg']:.3f}"] for one in found
    ]
    return "\n" + table(("", "fitted on it too", "fitted without it"), rows)


def calibration_table(calibration: Calibration) -> str:
    """A row per bin that holds a pair."""
    rows = [
        [f"{b.low:.1f}–{b.high:.1f}", str(b.pairs), f"{b.probability:.3f}", f"{b.answered:.3f}"]
        for b in calibration.bins
    ]
    return "\n" + table(("probability", "pairs", "mean probability", "share that answers"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left and the others to the right."""
    return "".join(_lines(head, rows))


def _best(evaluation: Evaluation, systems: Sequence[str]) -> Figures:
    """The row of highest nDCG@10 among ``systems``, the first of them when some are equal."""
    return max(
        (figures for figures in evaluation.figures if figures.system in systems),
        key=lambda figures: figures.quality.ndcg,
    )


def _interval(lead: Interval) -> str:
    return f"{_signed(lead.difference)} [{_signed(lead.low)}, {_signed(lead.high)}]"


def _signed(number: float) -> str:
    return f"{round(number, 3) + 0.0:+.3f}".replace("-", "−")


def _percent(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f} %".replace("-", "−")


def _share(share: Share) -> str:
    return f"{share.right / share.triples:.3f}"


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n"
    yield "|---|" + "--:|" * (len(head) - 1) + "\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"
