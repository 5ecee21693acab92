"""Keep and load the tagger of thématiques (:class:`matcher.engine.themes.ThemeModel`)."""

from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine.actor_columns import category
from matcher.engine.themes import ThemeModel
from models.regressions import read_regression, save_regression


def save_themes(path: Path, model: ThemeModel) -> None:
    """Write a model as arrays only, in half precision; the same model gives the same bytes."""
    save_regression(path, model, codes=np.array(model.codes))


def read_themes(source: Traversable) -> ThemeModel:
    """A tagger that :func:`save_themes` wrote; nothing in the file is ever executed."""
    fields, arrays = read_regression(source)
    codes = tuple(str(code) for code in arrays["codes"])
    return ThemeModel(codes=codes, branches=branches_of(codes), **fields)


def branches_of(codes: tuple[str, ...]) -> NDArray[np.int64]:
    """Number of the category of each thématique, categories in alphabetical order."""
    names = sorted({category(code) for code in codes})
    return np.array([names.index(category(code)) for code in codes], dtype=np.int64)
