"""Load the learned constants of matching: what goes with an encoder's weights."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from models.french import terms

GENERIC = "generic"
"""Constants for an encoder that nothing was learned for: no centring, plain idf."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Everything learned: how statements match, what features weigh, what is worth showing."""

    model: MatchModel
    weights: dict[str, float]
    minimum_score: float


def load_matching(model_id: str) -> Matching:
    """The artefact fitted for an encoder, found by the name before the ``@`` of its id."""
    folder = files("models") / "artefacts" / "matching"
    content = _parameters(folder)
    constants = content["encoders"].get(family(model_id), content["encoders"][GENERIC])
    centres = {}
    if "centres" in constants:
        table = np.array(json.loads((folder / constants["centres"]).read_text("utf-8")), np.float32)
        centres = {Role.NEED: table[0], Role.OFFER: table[1]}
    model = MatchModel(
        model_id=model_id,
        dense=constants["dense"],
        lexical=constants["lexical"],
        bias=constants["bias"],
        default_idf=content["default_idf"],
        average_length=content["average_length"],
        centres=centres,
        idf=content["idf"],
        resources=frozenset(term for word in content["resources"] for term in terms(word)),
    )
    return Matching(model, content["weights"], content["minimum_score"])


def family(model_id: str) -> str:
    """``multilingual-e5-small`` for ``multilingual-e5-small-int8@1a2b3c4d``."""
    return model_id.partition("@")[0].removesuffix("-int8").removesuffix("-fp32")


@cache
def _parameters(folder: Traversable) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "parameters.json").read_text("utf-8"))
    return content
