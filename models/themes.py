"""Keep and load the tagger of thématiques (:class:`matcher.engine.themes.ThemeModel`)."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.engine.index import category
from matcher.engine.themes import ThemeModel


def save_themes(path: Path, model: ThemeModel) -> None:
    """Write a model as arrays only (no pickle), in half precision."""
    vocabulary = sorted(model.columns, key=lambda term: model.columns[term])
    np.savez_compressed(
        path,
        codes=np.array(model.codes),
        dense=model.dense.astype(np.float16),
        lexical=model.lexical.astype(np.float16),
        intercepts=model.intercepts,
        vocabulary=np.array(vocabulary),
        idf=model.idf,
        lexical_share=np.float64(model.lexical_share),
    )


@cache
def load_themes() -> ThemeModel:
    """The committed tagger."""
    return read_themes(files("models") / "artefacts" / "matching" / "themes.npz")


def read_themes(source: Traversable) -> ThemeModel:
    """A tagger that :func:`save_themes` wrote; nothing in the file is ever executed."""
    with source.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        codes = tuple(str(code) for code in arrays["codes"])
        return ThemeModel(
            codes=codes,
            branches=branches_of(codes),
            dense=arrays["dense"].astype(np.float32),
            lexical=arrays["lexical"].astype(np.float32),
            intercepts=arrays["intercepts"],
            columns={str(term): column for column, term in enumerate(arrays["vocabulary"])},
            idf=arrays["idf"],
            lexical_share=float(arrays["lexical_share"]),
        )


def branches_of(codes: tuple[str, ...]) -> NDArray[np.int64]:
    """Number of the category of each thématique, categories in alphabetical order."""
    names = sorted({category(code) for code in codes})
    return np.array([names.index(category(code)) for code in codes], dtype=np.int64)
