"""Tell in what two artefacts differ."""

import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from models.matching import NAMES
from models.training.artefact import MANIFEST

SHOWN = 5
"""Values named per file, those that moved most."""


def differences(made: Traversable, kept: Traversable) -> Iterator[tuple[str, str]]:
    """Each file that is not the same to the byte, and in what: (name, description)."""
    for name in (*NAMES, MANIFEST):
        new, old = made / name, kept / name
        if not old.is_file():
            yield name, "absent"
        elif new.read_bytes() != old.read_bytes():
            yield name, "; ".join(_changes(_values(new), _values(old))) or "layout"


def _values(file: Traversable) -> dict[str, Any]:
    """Every value of a file by its path: numbers, words, arrays."""
    if file.name.endswith(".npz"):
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return dict(arrays)
    return dict(_leaves(json.loads(file.read_text("utf-8")), ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}/{key}")
    elif isinstance(value, list) and value and all(isinstance(x, float) for x in value):
        yield path, np.array(value)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}/{number}")
    else:
        yield path, value


def _changes(new: dict[str, Any], old: dict[str, Any]) -> Iterator[str]:
    """Where two files differ: what came, what went, how far numbers moved; a few lines at most."""
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    moved = {key: gap for key in new.keys() & old.keys() if (gap := _gap(new[key], old[key]))}
    yield from (
        f"+{len(keys)}" if sign else f"-{len(keys)}"
        for sign, keys in ((1, came), (0, went))
        if keys
    )
    for key in sorted(moved, key=lambda key: (-moved[key], key))[:SHOWN]:
        yield f"{key} ({moved[key]:.2g})"


def _gap(new: Any, old: Any) -> float:
    """How far two values are apart: the largest distance of numbers, infinity for others."""
    first, second = np.asarray(new), np.asarray(old)
    if first.shape != second.shape or first.dtype.kind not in "fiu":
        return 0.0 if np.array_equal(first, second) else float("inf")
    return float(np.max(np.abs(first.astype(np.float64) - second), initial=0.0))
