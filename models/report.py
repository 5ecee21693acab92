"""Measure every labelled set at once and write the figures down, so that a change shows.

``python -m models.report DATA`` rewrites ``docs/evaluation.md`` and ``docs/reliability.png``. The
folder DATA holds the four sets that are not committed (``tuning/…``); the others are in
``data/labelled``. It needs the ``dev`` extra, for the second encoder and the drawing.
"""

import json
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
from models.calibration import Bin, Calibration, read_calibration
from models.contrasts import measure_contrasts, read_triples
from models.evaluation import evaluate_set, open_systems
from models.intervals import RESAMPLES
from models.labelled import read_labelled_set
from models.matching import ARTEFACTS, FITTED
from models.reliability import draw_reliability
from models.report_tables import (
    calibration_table,
    contrast_table,
    left_out_table,
    ranking_section,
    summary_table,
    typo_table,
)
from models.typos import typo_cost
from models.universal import UniversalEncoder

TUNING = ("carnet_de_bord", "reunion_noms", "cdtn", "rome")
COMMITTED = ("needs_offers", "long_needs", "service_pages", "acronyms")

OPENING = """# Evaluation

`make eval` writes this file; every number below comes from that one run, with the encoder
`{model}`.
`synergies evaluate DIR` gives the first of these rows for any labelled set, and `--details FILE`
shows it query by query.

## What was fitted, and what was looked at

`synergies train` fits the coefficients of the fusion on three ranking sets, and two scales on
judged pairs. No other set enters a fit; but a set that was measured again and again while choosing
between variants flatters the choice, so here is which ones were.

| set | fitted on | looked at |
|---|---|---|
| `carnet_de_bord`, `reunion_noms`, `cdtn`, `rome` (not committed) | no | measured while choosing |
| `needs_offers`, `long_needs`, `service_pages` | the fusion | last two: constants of long texts |
| `judged_pairs` | the scale of a match | measured |
| `judged_meetings` | the weights of a pair | measured |
| `acronyms` | no | measured while choosing between variants |
| `contrasts` | no | some texts were read (`negation`, `same_need`) for rules and phrases |
| `complementarity` | no | `dev` read; so was `dev2`, for rules; of `test` only shares, repeatedly |

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
that excludes what the need is about (`exclusion`). Parts `dev` and `dev2` may be read while working
on the matching, part `test` may not. `dev2` was written later and is counted apart: the share to
quote is that of the other two together. A dozen rules and words came from its
failures: they won it eight triples, and `test` none.
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

LEFT_OUT = """
## Leaving one set out

nDCG@10 of each set that the fusion is fitted on, by the fusion of the artefact and by one fitted
without that set; the four sets that are not committed are never fitted on.
"""

CALIBRATION = """
## What probabilities mean

Out of fold, as `synergies train` finds it (five folds, cut by need and by social worker).

![Share that was judged right against probability, with 95 % intervals](reliability.png)
"""

BINS = """
### {title}

{pairs} rows: area under the ROC curve {auc:.3f} (how often one that was judged right is above one
that was not), expected calibration error {error:.3f} over ten bins of equal width (0 is perfect).
{note}
"""

MATCH_NOTE = (
    """In these pairs, answers are far more frequent than among all needs and offers, by design."""
)

SCORE_NOTE = """Each of 350 pairs stands for itself and for the two one-way pairs in it, by two
readers. They were drawn by bands of an earlier score: the share of rows in a bin says nothing, what
is right in it does."""


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
    fitted = json.loads((ARTEFACTS / FITTED).read_text("utf-8"))
    match = read_calibration(fitted["match_out_of_fold"])
    score = read_calibration(fitted["weights_out_of_fold"])
    groups = [("mean of the first four", len(TUNING)), ("mean of all", len(sets))]
    parts = [
        OPENING.format(model=plain.model_id),
        SUMMARY + summary_table(evaluations, groups),
        LEFT_OUT + left_out_table(fitted["left_out"]),
        RANKING.format(resamples=RESAMPLES, second=second.model_id),
        *map(ranking_section, evaluations),
        COMPLEMENTARITY + contrast_table(complementarity),
        CONTRASTS + contrast_table(contrasts),
        TYPOS + typo_table(typos),
        CALIBRATION,
        _bins("Probability that an offer answers a need", match, MATCH_NOTE),
        _bins("Score of a pair", score, SCORE_NOTE),
    ]
    return Report("".join(parts), {"Statement match": match.bins, "Pair score": score.bins})


def _bins(title: str, calibration: Calibration, note: str) -> str:
    return BINS.format(title=title, note=note, **asdict(calibration)) + calibration_table(
        calibration
    )


def _silent(what: str, done: int, total: int) -> None:
    """Each set takes seconds; its name is progress enough."""


if __name__ == "__main__":
    main()
