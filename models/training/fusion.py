"""Fit how meaning, themes and words are fused into the probability that an offer answers a need.

Two regressions of scikit-learn. The first orders: a pairwise logistic regression (Joachims 2002,
*Optimizing search engines using clickthrough data*, with the logistic loss) on the differences
between an offer that answers and one that does not, each ranking set weighing the same. The second
gives the sum its scale: a logistic regression of one variable (Platt 1999) on judged pairs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from matcher.engine.columns import Bools, Floats, Positions
from matcher.engine.index import IndexBuilder
from matcher.engine.matching import sigmoid
from models.evaluation import answer_probabilities
from models.labelled import LabelledSet

INGREDIENTS = ("dense", "theme", "branch", "lexical")
INVERSE_REGULARISATION = 1e6
"""Four coefficients for thousands of comparisons need no penalty."""

SEED = 20261123
FOLDS = 5
DIGITS = 3
TINY = 1e-9
UNTOUCHED = 0.5
"""Nats that exclusions or stance may take from a pair before it teaches nothing of the rest."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Differences of ingredients between an answer and a non-answer of one need.

    ``rows`` is float64 of shape (comparisons, ingredients); ``share`` weighs them so that every
    need of the set counts the same and the set counts 1.
    """

    rows: Floats
    share: Floats


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged pairs: ingredients (pairs, ingredients), whether they answer, and whose need it is."""

    rows: Floats
    answers: Bools
    needs: tuple[str, ...]


def compare_set(labelled: LabelledSet, builder: IndexBuilder) -> Comparisons:
    """The comparisons of a labelled set: for each need, every answer against every other offer.

    Choosing the most similar of the others would let the model that chooses them shape the fit.
    """
    needs = [query.text for query in labelled.judged()]
    tensor, usable = ingredients(needs, [offer.text for offer in labelled.corpus], builder)
    columns = {document.id: column for column, document in enumerate(labelled.corpus)}
    found = []
    for row, query in enumerate(labelled.judged()):
        relevant = np.zeros(len(columns), dtype=np.bool_)
        relevant[[columns[d] for d in labelled.relevance[query.id] if d in columns]] = True
        answers, others = relevant & usable[row], ~relevant & usable[row]
        found.append(_differences(tensor[row], np.flatnonzero(answers), np.flatnonzero(others)))
    return _weighed(found)


def read_judged(path: Path, builder: IndexBuilder) -> Judged:
    """The judged pairs of a JSONL file, without those that exclusions or stance decide."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    needs = list(dict.fromkeys(row["need"] for row in rows))
    offers = list(dict.fromkeys(row["offer"] for row in rows))
    tensor, usable = ingredients(needs, offers, builder)
    places = [(needs.index(row["need"]), offers.index(row["offer"]), row) for row in rows]
    kept = [(n, o, row) for n, o, row in places if usable[n, o]]
    return Judged(
        np.array([tensor[n, o] for n, o, _ in kept]),
        np.array([bool(row["answers"]) for *_, row in kept]),
        tuple(row["need"] for *_, row in kept),
    )


def ingredients(
    needs: Sequence[str], offers: Sequence[str], builder: IndexBuilder
) -> tuple[Floats, Bools]:
    """What the fusion adds up, for every need and offer, and where nothing else decides.

    float64 of shape (needs, offers, ingredients), each ingredient being what matching itself
    gives when its coefficient is 1 and the others 0; bool of shape (needs, offers).
    """
    nothing = dict.fromkeys((*INGREDIENTS, "bias"), 0.0)

    def alone(name: str, **rules: float) -> Floats:
        constants: dict[str, Any] = nothing | {name: 1.0} | rules
        model = replace(builder.model, **constants)
        answers = answer_probabilities(needs, offers, replace(builder, model=model))
        return np.asarray(np.log(np.maximum(answers, TINY)) - np.log1p(-answers))

    quiet = {"idle": 0.0, "exclusion": 0.0}
    tensor = np.stack([alone(name, **quiet) for name in INGREDIENTS], axis=2)
    ruled = alone("lexical") - tensor[:, :, INGREDIENTS.index("lexical")]
    return tensor, np.abs(ruled) < UNTOUCHED


def fit_order(sets: Sequence[Comparisons]) -> Floats:
    """Coefficients of the ingredients that best order answers above the rest: (ingredients,)."""
    rows = np.concatenate([one.rows for one in sets])
    share = np.concatenate([one.share for one in sets])
    classes = np.repeat([1, 0], len(rows))
    regression = LogisticRegression(C=INVERSE_REGULARISATION, fit_intercept=False, max_iter=1000)
    regression.fit(
        np.concatenate([rows, -rows]), classes, sample_weight=np.tile(share * len(rows), 2)
    )
    return np.asarray(regression.coef_[0])


def fit_scale(sums: Floats, answers: Bools) -> tuple[float, float]:
    """Slope and intercept that turn sums of shape (pairs,) into log-odds of answering."""
    regression = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000)
    regression.fit(sums[:, None], answers)
    return float(regression.coef_[0, 0]), float(regression.intercept_[0])


def fit_fusion(sets: Sequence[Comparisons], judged: Judged) -> dict[str, float]:
    """The constants of a match: a coefficient per ingredient, and ``bias``."""
    order = fit_order(sets)
    slope, bias = fit_scale(judged.rows @ order, judged.answers)
    constants = dict(zip(INGREDIENTS, order * slope, strict=True)) | {"bias": bias}
    return {name: round(float(value), DIGITS) for name, value in constants.items()}


def out_of_fold(sets: Sequence[Comparisons], judged: Judged) -> Floats:
    """Probability of each judged pair by a scale fitted without its need: float64 (pairs,)."""
    sums = judged.rows @ fit_order(sets)
    found = np.zeros(len(sums))
    for fold in folds(judged.needs):
        slope, bias = fit_scale(sums[~fold], judged.answers[~fold])
        found[fold] = sigmoid(slope * sums[fold] + bias)
    return found


def folds(groups: Sequence[str]) -> list[Bools]:
    """Cut rows into :data:`FOLDS` parts that share no group, at random with a fixed seed."""
    names = sorted(set(groups))
    order = np.random.default_rng(SEED).permutation(len(names))
    part: Mapping[str, int] = {
        name: int(place) % FOLDS for name, place in zip(names, order, strict=True)
    }
    parts = np.array([part[group] for group in groups])
    return [parts == fold for fold in range(FOLDS)]


def _differences(rows: Floats, answers: Positions, others: Positions) -> Floats:
    return (rows[answers][:, None] - rows[others][None]).reshape(-1, rows.shape[-1])


def _weighed(found: Sequence[Floats]) -> Comparisons:
    told = [rows for rows in found if len(rows)]
    share = np.concatenate([np.full(len(rows), 1 / len(rows) / len(told)) for rows in told])
    return Comparisons(np.concatenate(told), share)
