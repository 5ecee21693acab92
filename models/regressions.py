"""Keep and read regressions over texts (:class:`matcher.engine.regression.TextRegression`)."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Vectors
from matcher.engine.regression import TextRegression


class Fields(TypedDict):
    """The fields of a :class:`matcher.engine.regression.TextRegression`."""

    dense: Vectors
    lexical: Vectors
    intercepts: Vectors
    columns: Mapping[str, int]
    idf: Vectors
    lexical_share: float


def save_regression(path: Path, model: TextRegression, **more: NDArray[Any]) -> None:
    """Write a model as arrays only (no pickle), in half precision, and ``more`` arrays first.

    The same model gives the same bytes: numpy dates every array of an archive 1980-01-01.
    """
    vocabulary = sorted(model.columns, key=lambda term: model.columns[term])
    np.savez_compressed(
        path,
        allow_pickle=False,
        **more,
        dense=model.dense.astype(np.float16),
        lexical=model.lexical.astype(np.float16),
        intercepts=model.intercepts,
        vocabulary=np.array(vocabulary),
        idf=model.idf,
        lexical_share=np.float64(model.lexical_share),
    )


def read_regression(source: Traversable) -> tuple[Fields, dict[str, NDArray[Any]]]:
    """The fields of a model that :func:`save_regression` wrote, and every array of the file.

    Nothing in the file is ever executed; raises ValueError when it holds objects.
    """
    with source.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return Fields(
        dense=arrays["dense"].astype(np.float32),
        lexical=arrays["lexical"].astype(np.float32),
        intercepts=arrays["intercepts"],
        columns={str(term): column for column, term in enumerate(arrays["vocabulary"])},
        idf=arrays["idf"],
        lexical_share=float(arrays["lexical_share"]),
    ), arrays
