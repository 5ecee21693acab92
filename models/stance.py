"""Keep and load the model of stances (:class:`matcher.engine.stance.StanceModel`)."""

from importlib.resources.abc import Traversable
from pathlib import Path

from matcher.engine.stance import StanceModel
from models.regressions import read_regression, save_regression


def save_stance(path: Path, model: StanceModel) -> None:
    """Write a model as arrays only, in half precision; the same model gives the same bytes."""
    save_regression(path, model)


def read_stance(source: Traversable) -> StanceModel:
    """A model that :func:`save_stance` wrote; nothing in the file is ever executed."""
    fields, _ = read_regression(source)
    return StanceModel(**fields)
