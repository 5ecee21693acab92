"""Load the constants of matching: what goes with an encoder's weights."""

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from models.french import terms
from models.products import whole_products
from models.stance import read_stance
from models.themes import read_themes

GENERIC = "generic"
"""Constants for an encoder that nothing was set for: no centring."""

ARTEFACTS = files("models") / "artefacts" / "matching"
DECLARED, STATISTICS, FITTED = "declared.json", "statistics.json", "fitted.json"
THEMES, STANCE = "themes.npz", "stance.npz"
NAMES = (DECLARED, STATISTICS, THEMES, STANCE, FITTED)
"""The files of the artefact: the first is written by hand, ``synergies train`` makes the others."""


@dataclass(frozen=True, slots=True)
class Matching:
    """How statements match, what features weigh, what is worth showing.

    ``digest`` changes with any of the artefacts that say so.
    """

    model: MatchModel
    weights: dict[str, float]
    minimum_score: float
    digest: str


@cache
def load_matching(model_id: str) -> Matching:
    """The constants for an encoder, found by its family; generic ones for any other."""
    return read_matching(model_id, ARTEFACTS)


def read_matching(model_id: str, folder: Traversable) -> Matching:
    """The same from any folder; what is not made yet there is left out, as training needs."""
    declared = _content(folder, DECLARED)
    fitted = _content(folder, FITTED)
    name = family(model_id)
    constants = dict(declared["encoders"].get(name, declared["encoders"][GENERIC]))
    if name == fitted.get("encoder"):
        constants |= fitted["match"]
    return Matching(
        _model(model_id, folder, constants, declared),
        declared["weights"] | fitted.get("weights", {}),
        declared["minimum_score"],
        _digest(folder),
    )


def family(model_id: str) -> str:
    """``multilingual-e5-small`` for ``multilingual-e5-small-int8@1a2b3c4d``, ``hashing`` too."""
    return re.sub(r"-(int8|fp32|\d+)$", "", model_id.partition("@")[0])


def _model(
    model_id: str, folder: Traversable, constants: dict[str, Any], declared: dict[str, Any]
) -> MatchModel:
    statistics = _content(folder, STATISTICS)
    learned = constants["learned"]
    centres, long_centres = (
        statistics.get(name, {}).get(family(model_id), {}) if learned else {}
        for name in ("centres", "long_centres")
    )
    told = learned and bool(centres)
    manners = statistics.get("manners", {}).get(family(model_id)) if told else None
    return MatchModel(
        model_id=model_id,
        dense=constants["dense"],
        lexical=constants["lexical"],
        theme=constants.get("theme", 0.0),
        branch=constants.get("branch", 0.0),
        themes=read_themes(folder / THEMES) if told and (folder / THEMES).is_file() else None,
        idle=constants.get("idle", 0.0),
        stances=read_stance(folder / STANCE) if told and (folder / STANCE).is_file() else None,
        bias=constants["bias"],
        default_idf=statistics.get("default_idf", 1.0),
        average_length=statistics.get("average_length", 1.0),
        centres={Role(role): np.array(mean, np.float32) for role, mean in centres.items()},
        long_centres={Role(role): np.array(m, np.float32) for role, m in long_centres.items()},
        manners=None if manners is None else np.array(manners, np.float32),
        idf=statistics.get("idf", {}),
        multiply=whole_products,
        resources=frozenset(term for word in declared["resources"] for term in terms(word)),
    )


def _digest(folder: Traversable) -> str:
    made = [(folder / name).read_bytes() for name in NAMES if (folder / name).is_file()]
    return sha256(b"".join(made)).hexdigest()[:16]


def _content(folder: Traversable, name: str) -> dict[str, Any]:
    if not (folder / name).is_file():
        return {}
    content: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return content
