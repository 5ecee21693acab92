"""Whether the constants of matching are those that training left, from texts still there."""

import json
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from models.matching import ARTEFACTS

MANIFEST = "manifest.json"


def altered_artefacts(folder: Traversable = ARTEFACTS) -> list[str]:
    """Names of learned files that are absent or not those the manifest beside them tells of."""
    return _other(folder, "files", folder, absent_too=True)


def altered_sources(folder: Traversable = ARTEFACTS) -> list[str]:
    """Names of texts (the lexicon is one) that are no longer those the constants were learned from.

    What is not installed, such as the labelled sets, is not looked at.
    """
    return _other(folder, "sources", files("data"), absent_too=False)


def _other(folder: Traversable, part: str, where: Traversable, *, absent_too: bool) -> list[str]:
    try:
        told: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))[part]
    except (OSError, ValueError, KeyError):
        return [MANIFEST]
    there = {name: where.joinpath(*name.split("/")) for name in told}
    return [
        name
        for name, file in there.items()
        if (absent_too or file.is_file()) and _hash(file) != told[name]
    ]


def _hash(file: Traversable) -> str | None:
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else None
