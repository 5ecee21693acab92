"""Load the constants of matching: what goes with an encoder's weights."""

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import numpy as np

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from models.french import terms
from models.stance import load_stance
from models.themes import load_themes

GENERIC = "generic"
"""Constants for an encoder that nothing was set for: no centring."""


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
    """The constants set for an encoder, found by its family; generic ones for any other."""
    parameters, statistics = _artefact("parameters"), _artefact("statistics")
    name = family(model_id)
    constants = parameters["encoders"].get(name, parameters["encoders"][GENERIC])
    centres = statistics["centres"].get(name, {}) if constants["centred"] else {}
    model = MatchModel(
        model_id=model_id,
        dense=constants["dense"],
        lexical=constants["lexical"],
        theme=constants.get("theme", 0.0),
        branch=constants.get("branch", 0.0),
        themes=load_themes() if "theme" in constants else None,
        idle=constants.get("idle", 0.0),
        stances=load_stance() if "idle" in constants else None,
        bias=constants["bias"],
        default_idf=statistics["default_idf"],
        average_length=statistics["average_length"],
        centres={Role(role): np.array(mean, np.float32) for role, mean in centres.items()},
        idf=statistics["idf"],
        resources=frozenset(term for word in parameters["resources"] for term in terms(word)),
    )
    return Matching(model, parameters["weights"], parameters["minimum_score"], _digest())


def family(model_id: str) -> str:
    """``multilingual-e5-small`` for ``multilingual-e5-small-int8@1a2b3c4d``, ``hashing`` too."""
    return re.sub(r"-(int8|fp32|\d+)$", "", model_id.partition("@")[0])


def _digest() -> str:
    folder = files("models") / "artefacts" / "matching"
    names = ("parameters.json", "statistics.json", "themes.npz", "stance.npz")
    return sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()[:16]


def _artefact(name: str) -> dict[str, Any]:
    text = (files("models") / "artefacts" / "matching" / f"{name}.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
