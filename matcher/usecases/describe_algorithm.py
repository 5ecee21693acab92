"""Describe the processing: what French law asks to be told of one that helps people decide.

The headings are those of article R. 311-3-1-2 of the code des relations entre le public et
l’administration: contribution to the decision, data and their sources, parameters and weights,
operations.
"""

from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version

from pydantic import Field

from matcher.bootstrap import Application
from matcher.engine.complementarity import ANSWERED
from matcher.engine.features import FEATURES
from matcher.engine.kernels.answers import NEXT_NEED
from matcher.engine.matching import MatchModel
from matcher.engine.ranking import DOUBLED, FULL, REPEATED
from matcher.engine.reasons import EXCHANGE
from matcher.scope import Scope
from matcher.usecases.answers import Answer
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

OPERATIONS = ("statements", "candidates", "features", "score", "ranking", "reasons", "abstention")
REFUSED_USES = ("candidates", "contracts", "benefits", "alone")
DATA = {
    "profiles": None,
    "territories": "data/territories/SOURCES.md",
    "vocabularies": "data/vocabularies/SOURCES.md",
    "model": "models/cards",
}
"""What is used, and where its origin and licence are written in the repository."""


class Parameter(Answer):
    """One feature of a pair: what it is and how much it weighs."""

    feature: str
    label: str
    meaning: str
    weight: float = Field(description="Log-odds per unit of the feature.")


class DataSource(Answer):
    """Something the processing reads."""

    name: str
    text: str
    sources: str | None = Field(description="Where origin and licence are written.")


class Operation(Answer):
    """One step, in order."""

    name: str
    text: str


class Matching(Answer):
    """How one offer answers one need: a logistic over meaning, themes and words.

    ``constants`` are all the numbers of :class:`matcher.engine.matching.MatchModel`, by name.
    """

    text: str
    constants: dict[str, float]


class Versions(Answer):
    """What an answer was computed with."""

    software: str
    model: str
    index_version: str
    actors: int


class AlgorithmSheet(Answer):
    """The characteristics of the processing."""

    purpose: str
    contribution: str = Field(description="What it decides (nothing) and who does.")
    refused_uses: list[str]
    parameters: list[Parameter]
    minimum_score: float
    matching: Matching
    operations: list[Operation]
    data: list[DataSource]
    never_used: str
    rights: str
    versions: Versions


def _constants(model: MatchModel) -> dict[str, float]:
    """Every number of the model and of what is done with it: nothing that weighs stays hidden."""
    numbers = {f.name: getattr(model, f.name) for f in fields(model)}
    shown = {name: number for name, number in numbers.items() if isinstance(number, float)}
    return shown | {
        "next_need": NEXT_NEED,
        "answered": ANSWERED,
        "exchange": EXCHANGE,
        "repeated": REPEATED,
        "doubled": DOUBLED,
        "full": FULL,
    }


def describe_algorithm(application: Application, words: Words, scope: Scope) -> AlgorithmSheet:
    """Write the sheet from the constants at work in this installation, not from memory."""
    sight = Sight(application, scope)
    matching, snapshot = application.matching, application.snapshot()
    return AlgorithmSheet(
        purpose=words.say("algorithm.purpose"),
        contribution=words.say("algorithm.contribution"),
        refused_uses=[words.say(f"algorithm.refused.{use}") for use in REFUSED_USES],
        parameters=[_parameter(name, matching.weights[name], words) for name in FEATURES],
        minimum_score=matching.minimum_score,
        matching=Matching(
            text=words.say("algorithm.matching"),
            constants=_constants(matching.model),
        ),
        operations=[
            Operation(name=name, text=words.say(f"algorithm.operation.{name}"))
            for name in OPERATIONS
        ],
        data=[
            DataSource(name=name, text=words.say(f"algorithm.data.{name}"), sources=sources)
            for name, sources in DATA.items()
        ],
        never_used=words.say("algorithm.never_used"),
        rights=words.say("algorithm.rights"),
        versions=Versions(
            software=_software(),
            model=matching.model.model_id,
            index_version=sight.version(snapshot),
            actors=sight.count(snapshot),
        ),
    )


def _parameter(name: str, weight: float, words: Words) -> Parameter:
    return Parameter(
        feature=name,
        label=words.say(f"feature.{name}"),
        meaning=words.say(f"algorithm.feature.{name}"),
        weight=weight,
    )


def _software() -> str:
    try:
        return version("synergies")
    except PackageNotFoundError:
        return "unreleased"
