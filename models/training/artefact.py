"""Make the artefact of matching, file after file, from committed texts and labels alone."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Bools, Floats
from matcher.engine.index import IndexBuilder
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from models.analysis import analyse
from models.calibration import Calibration, calibration_of
from models.evaluation import OURS, measure, production_scores
from models.labelled import LabelledSet, read_labelled_set
from models.matching import (
    ARTEFACTS,
    DECLARED,
    FITTED,
    NAMES,
    STANCE,
    STATISTICS,
    THEMES,
    family,
    read_matching,
)
from models.stance import save_stance
from models.themes import save_themes
from models.training import fusion, scores, stances, statistics, themes

MANIFEST = "manifest.json"
FUSION_SETS = ("needs_offers", "long_needs", "service_pages")
"""The ranking sets that the fusion is fitted on; every other set is left for measuring."""

SOURCES = (
    "fixtures/actors.jsonl",
    *(f"vocabularies/{name}" for name in ("domain_phrases.jsonl", "stance_phrases.jsonl")),
    *(f"vocabularies/{name}" for name in ("data_inclusion_v1.json", "lexicon.tsv")),
    *(f"vocabularies/{name}.tsv" for name in ("circumstances", "frame_words")),
    *(f"vocabularies/{name}.tsv" for name in ("acronyms_known", "familiar_words")),
    *(
        f"labelled/{name}/{part}"
        for name in FUSION_SETS
        for part in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
    ),
    "labelled/judged_pairs/pairs.jsonl",
    "labelled/judged_meetings/pairs.jsonl",
)
LIBRARIES = ("numpy", "scikit-learn", "scipy", "snowballstemmer", "onnxruntime", "pyspellchecker")

Judge = Callable[[IndexBuilder], scores.JudgedMeetings]
"""Gives the features of the judged meetings, as an index made by this builder sees them."""

Step = Callable[[int, int], None]
"""Told how many files are made, of how many."""


def make_artefact(folder: Path, encoder: Encoder, judge: Judge, step: Step) -> None:
    """Write every file of the artefact in ``folder``, from committed texts and labels alone.

    Each file is made with those before it, never with those of an earlier training.
    """
    encoder = RememberingEncoder(encoder)
    (folder / DECLARED).write_bytes((ARTEFACTS / DECLARED).read_bytes())
    makers: list[Callable[[], None]] = [
        lambda: _write(folder / STATISTICS, statistics.compute(encoder)),
        lambda: save_themes(
            folder / THEMES, themes.fit(themes.read_examples(), encoder, _model(folder, encoder))
        ),
        lambda: save_stance(
            folder / STANCE, stances.fit(stances.read_examples(), encoder, _model(folder, encoder))
        ),
        lambda: _write(folder / FITTED, fit(folder, encoder, judge)),
        lambda: _write(folder / MANIFEST, manifest(folder, encoder)),
    ]
    for made, make in enumerate(makers):
        step(made, len(makers))
        make()
    step(len(makers), len(makers))


def fit(folder: Path, encoder: Encoder, judge: Judge) -> dict[str, Any]:
    """The fitted constants of statements and of pairs, with what they reach out of fold."""
    labelled = files("data") / "labelled"
    builder = IndexBuilder(encoder, analyse, _model(folder, encoder))
    sets = [read_labelled_set(Path(str(labelled / name))) for name in FUSION_SETS]
    compared = [fusion.compare_set(one, builder) for one in sets]
    judged = fusion.read_judged(Path(str(labelled / "judged_pairs" / "pairs.jsonl")), builder)
    match = fusion.fit_fusion(compared, judged)
    meetings = judge(_with(builder, match))
    declared = json.loads((folder / DECLARED).read_text("utf-8"))["weights"]
    return {
        "encoder": family(encoder.model_id),
        "match": match,
        "match_out_of_fold": _told(fusion.out_of_fold(compared, judged), judged.answers),
        "left_out": list(_left_out(sets, compared, judged, builder, match)),
        "weights": scores.fit_weights(meetings, declared),
        "weights_out_of_fold": _told(scores.out_of_fold(meetings, declared), meetings.glad),
    }


def manifest(folder: Path, encoder: Encoder) -> dict[str, Any]:
    """What the files are, and what they were made from and with."""
    data = files("data")
    return {
        "made_by": "synergies train",
        "seed": fusion.SEED,
        "encoder": encoder.model_id,
        "libraries": {name: version(name) for name in LIBRARIES},
        "sources": {name: _sha256(data / name) for name in SOURCES},
        "files": {name: _sha256(folder / name) for name in NAMES},
    }


def install(made: Path, folder: Path) -> None:
    """Put the files of one folder in the place of another's."""
    for name in (*NAMES, MANIFEST):
        shutil.copyfile(made / name, folder / name)


class RememberingEncoder:
    """Encodes each text once in each role: training reads the same ones again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, Role], NDArray[np.float32]] = {}
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts``; see :class:`matcher.engine.protocols.Encoder`."""
        new = [text for text in dict.fromkeys(texts) if (text, role) not in self._known]
        for text, vector in zip(new, self._encoder.encode(new, role), strict=True):
            self._known[text, role] = vector
        found = [self._known[text, role] for text in texts]
        return np.array(found, dtype=np.float32).reshape(len(texts), self.dimension)


def _left_out(
    sets: list[LabelledSet],
    compared: list[fusion.Comparisons],
    judged: fusion.Judged,
    builder: IndexBuilder,
    match: dict[str, float],
) -> Iterator[dict[str, Any]]:
    """nDCG@10 of each set of the fit, by a fusion fitted without it."""
    for number, one in enumerate(sets):
        others = [rows for row, rows in enumerate(compared) if row != number]
        without = fusion.fit_fusion(others, judged)
        yield {
            "set": one.name,
            "match": without,
            "ndcg": round(_ndcg(one, _with(builder, without)), 4),
            "ndcg_when_fitted_on": round(_ndcg(one, _with(builder, match)), 4),
        }


def _ndcg(labelled: LabelledSet, builder: IndexBuilder) -> float:
    scored = production_scores(labelled, builder, lambda what, done, total: None)
    return measure(OURS, scored, labelled).quality.ndcg


def _with(builder: IndexBuilder, match: dict[str, float]) -> IndexBuilder:
    constants: dict[str, Any] = match
    return replace(builder, model=replace(builder.model, **constants))


def _model(folder: Path, encoder: Encoder) -> MatchModel:
    return read_matching(encoder.model_id, folder).model


def _told(probabilities: Floats, answers: Bools) -> dict[str, Any]:
    told: Calibration = calibration_of(probabilities, answers.astype(np.int64))
    rounded: dict[str, Any] = _rounded(asdict(told))
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def _sha256(file: Traversable) -> str:
    return sha256(file.read_bytes()).hexdigest()
