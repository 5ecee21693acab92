"""Measure every labelled set at once and write the figures down, so that a change shows.

``python -m models.report DATA`` rewrites ``docs/evaluation.md`` and ``docs/reliability.png``. The
folder DATA holds the four sets that are not committed (``tuning/…``); the others are in
``data/labelled``. It needs the ``dev`` extra, for the second encoder and the drawing.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from matcher.engine.index import IndexBuilder
from matcher.engine.protocols import Encoder
from matcher.errors import SynergiesError
from matcher.settings import Settings
from models.calibration import Bin, measure_calibration
from models.contrasts import measure_contrasts, read_triples
from models.evaluation import evaluate_set, open_systems
from models.intervals import RESAMPLES
from models.labelled import read_labelled_set
from models.reliability import draw_reliability
from models.report_tables import (
    calibration_table,
    contrast_table,
    ranking_section,
    summary_table,
    typo_table,
)
from models.typos import typo_cost
from models.universal import UniversalEncoder

TUNING = ("carnet_de_bord", "reunion_noms", "cdtn", "rome")
COMMITTED = ("needs_offers", "acronyms")

OPENING = """# Evaluation

`make eval` writes this file; every number below comes from that one run, with the encoder
`{model}`.
`synergies evaluate DIR` gives the first of these rows for any labelled set, and `--details FILE`
shows it query by query.

## What was looked at

No constant was fitted on any of these sets: coefficients were set by hand. But a set that was
looked at while choosing flatters the choice, so here is which ones were.

| set | looked at |
|---|---|
| `carnet_de_bord`, `reunion_noms`, `cdtn`, `rome` (not committed) | yes, while choosing constants |
| `judged_pairs` | yes, while choosing constants |
| `needs_offers`, `acronyms` | partly, when choosing between variants |
| `contrasts` | its texts were read for writing the rules on exclusions |
| `complementarity` | part `dev` yes; part `test` is measured, its texts were not read |

The texts of most judged pairs are those of the fixtures, from which the frequencies of terms and
the mean vectors were computed (from the texts alone, not from what was judged of them).

So no figure here is that of a set nobody had seen. The sets of `data/labelled` are ours, drafted
with a language model, and no practitioner has validated them: use them to compare, not to promise.
Their READMEs say how they were made.
"""

SUMMARY = """
## In short

nDCG@10 beside the best single ingredient and the best simple fusion, each chosen anew for every
set after the fact, as nobody could in advance. Means are those of the columns; their gain is that
of one mean over the other.
"""

RANKING = """
## Ranking

Each document is an offer, each query a need, ranked by the matching that recommendations use. BM25
and TF-IDF count shared words; “dense alone” is the cosine of the same encoder’s vectors, “centred”
the same once the mean of each side is taken away (of the very texts under test, which flatters
it); USE is the cosine of `{second}`. Fusions combine BM25 and the
centred cosine: by the sum of 1 / (60 + rank), or by a weighted sum of scores brought to mean 0 and
deviation 1 for each query. “Ours minus it” is the difference in nDCG@10 with its 95 % confidence
interval (paired bootstrap, {resamples:,} resamples of the queries); where it holds 0, neither
system is shown to be better.
"""

COMPLEMENTARITY = """
## Complementarity

Share of triples in which an offer that answers the need is more probable than a statement on the
same subject that does not: somebody else’s request for the same thing (`same_need`), or an offer
that excludes what the need is about (`exclusion`). Part `dev` may be read while working on the
matching, part `test` may not.
"""

CONTRASTS = """
## Hard contrasts

Share of triples in which the better offer is more probable than the worse one, which shares more
words with the need in two thirds of them. One author's idea of what is better, in groups of two or
three phrasings of one idea: a few points between two rows say little.
"""

TYPOS = """
## Typing errors

nDCG@10 of the judged queries as they are written, and with one random slip in one word of four
letters or more: a letter replaced, lost, added, or exchanged with the next.
"""

CALIBRATION = """
## Probability of a match

{pairs} judged pairs: area under the ROC curve {auc:.3f} (how often a pair that answers is above one
that does not), expected calibration error {error:.3f} over ten bins of equal width (0 is perfect).
In these pairs, answers are far more frequent than among all needs and offers, by design.

![Share that answers against probability, with 95 % intervals, and how many pairs](reliability.png)
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The document, in Markdown, and the panels of the picture that it shows."""

    text: str
    panels: Mapping[str, Sequence[Bin]]


def main() -> None:
    """Rewrite the two files in ``docs``; what is missing is one line on stderr."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m models.report DATA_DIRECTORY")
    settings = Settings.from_environment(os.environ)
    try:
        builder, plain = open_systems(settings.model, settings.model_directory)
        written = report(Path(sys.argv[1]), builder, plain, UniversalEncoder())
    except SynergiesError as error:
        sys.exit(str(error))
    docs = Path(__file__).parents[1] / "docs"
    draw_reliability(written.panels, docs / "reliability.png")
    (docs / "evaluation.md").write_text(written.text, encoding="utf-8")
    sys.stderr.write("docs/evaluation.md, docs/reliability.png\n")


def report(data: Path, builder: IndexBuilder, plain: Encoder, second: Encoder) -> Report:
    """Measure everything; raises UnusableFile when a set is absent or wrong."""
    labelled = Path(str(files("data"))) / "labelled"
    folders = [data / "tuning" / name for name in TUNING] + [labelled / name for name in COMMITTED]
    sets = [read_labelled_set(folder) for folder in folders]
    evaluations, typos = [], []
    for each in sets:
        sys.stderr.write(f"{each.name}…\n")
        evaluations.append(evaluate_set(each, builder, plain, _silent, second=second))
        typos.append(typo_cost(each, builder))
    complementarity, contrasts = (
        measure_contrasts(read_triples(labelled / name / "triples.jsonl"), builder)
        for name in ("complementarity", "contrasts")
    )
    calibration = measure_calibration(labelled / "judged_pairs" / "pairs.jsonl", builder)
    groups = [("mean of the first four", len(TUNING)), ("mean of all", len(sets))]
    parts = [
        OPENING.format(model=plain.model_id),
        SUMMARY + summary_table(evaluations, groups),
        RANKING.format(resamples=RESAMPLES, second=second.model_id),
        *map(ranking_section, evaluations),
        COMPLEMENTARITY + contrast_table(complementarity),
        CONTRASTS + contrast_table(contrasts),
        TYPOS + typo_table(typos),
        CALIBRATION.format(**asdict(calibration)) + calibration_table(calibration),
    ]
    return Report("".join(parts), {"Statement match": calibration.bins})


def _silent(what: str, done: int, total: int) -> None:
    """Each set takes seconds; its name is progress enough."""


if __name__ == "__main__":
    main()
