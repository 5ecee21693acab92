"""What matching must know of French statements in general, from committed texts alone.

How rare each index term is, how long an offer is, the mean vectors of needs and of offers, and the
directions in which statements differ by how they are put.
The texts are the fixtures' statements (ours, fictitious), the bank of phrases by thématique (ours)
and the labels of the official vocabularies; no text of a labelled set but those that
``judged_pairs`` borrows from the fixtures.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

import numpy as np

from matcher.engine.columns import Vectors
from matcher.engine.matching import said
from matcher.engine.passages import passages
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from models.analysis import analyse
from models.matching import family
from models.training import stances
from models.training.themes import read_examples

DIGITS = 6
MANNERS = 4
"""Directions taken away: with 3 or 5 every set stays within a point of what it has with 4."""


def compute(encoder: Encoder) -> dict[str, object]:
    """The statistics, with the SHA-256 of what they were computed from."""
    statements = read_statements()
    phrases = dict.fromkeys(text for text, *_ in read_examples())
    texts = [*statements[Role.NEED], *statements[Role.OFFER], *read_labels(), *phrases]
    centres = {
        role.value: _rounded(encoder.encode(told, role).mean(axis=0).tolist())
        for role, told in statements.items()
    }
    kinds = [*statements.values(), read_labels(), list(phrases), *_by_stance().values()]
    lengths = [len(said(analyse(text))) for text in statements[Role.OFFER]]
    return {
        "sources": {
            "texts": len(texts),
            "sha256": sha256("\n".join(texts).encode()).hexdigest(),
            "encoder": encoder.model_id,
        },
        "idf": idf(texts),
        "default_idf": round(_idf(0, len(texts)), DIGITS),
        "average_length": round(sum(lengths) / len(lengths), DIGITS),
        "centres": {family(encoder.model_id): centres},
        "long_centres": {family(encoder.model_id): long_centres(encoder)},
        "manners": {family(encoder.model_id): manners(kinds, encoder, centres)},
    }


def long_centres(encoder: Encoder) -> dict[str, list[float]]:
    """Mean vector of the passages of needs told at length, under the name of their role.

    They are the fixtures' descriptions, each followed by its author's needs: somebody who tells a
    situation writes otherwise than who names a need in a line. Long offers showed no such drift.
    """
    told = [text[start:end] for text in _told_at_length() for start, end in passages(text)]
    return {Role.NEED.value: _rounded(encoder.encode(told, Role.NEED).mean(axis=0).tolist())}


def manners(
    kinds: Sequence[Sequence[str]], encoder: Encoder, centres: Mapping[str, Sequence[float]]
) -> list[list[float]]:
    """The directions in which texts of all kinds are farthest from the mean of a side.

    The first principal directions of an encoder hold length, register, title or sentence, more
    than subjects (Mu and Viswanath 2018, *All-but-the-top*). Each kind weighs the same, and is read
    as needs and as offers: :data:`MANNERS` orthonormal rows.
    """
    spread = np.zeros((encoder.dimension, encoder.dimension))
    for role in Role:
        for texts in kinds:
            away = encoder.encode(texts, role).astype(np.float64) - np.array(centres[role.value])
            spread += away.T @ away / len(texts)
    directions: Vectors = np.linalg.eigh(spread)[1][:, : -MANNERS - 1 : -1].T
    signs = np.sign(directions.sum(axis=1, keepdims=True))  # either would do; always the same
    return [_rounded(direction) for direction in (directions * signs).tolist()]


def _by_stance() -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for example in stances.read_examples():
        told.setdefault(example.stance, []).append(example.text)
    return told


def idf(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each term, in nats (Robertson and Zaragoza 2009, eq. 3.3)."""
    found = Counter(term for text in texts for term in set(said(analyse(text))))
    return {term: round(_idf(count, len(texts)), DIGITS) for term, count in sorted(found.items())}


def _told_at_length() -> list[str]:
    texts = []
    for row in _fixtures():
        needs = [s if isinstance(s, str) else s["text"] for s in row.get("needs") or []]
        texts.append(" ".join([row.get("description") or "", *needs]).strip())
    return [text for text in texts if len(passages(text)) > 1]


def _fixtures() -> list[dict[str, Any]]:
    lines = (files("data") / "fixtures" / "actors.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_statements() -> dict[Role, list[str]]:
    """Every need and every offer of the fixtures, in file order."""
    told: dict[Role, list[str]] = {Role.NEED: [], Role.OFFER: []}
    for row in _fixtures():
        for role, statements in told.items():
            given = row.get(f"{role.value}s") or []
            statements += [s if isinstance(s, str) else s["text"] for s in given]
    return told


def read_labels() -> list[str]:
    """Labels of the official domains and publics."""
    content = json.loads(
        (files("data") / "vocabularies" / "data_inclusion_v1.json").read_text("utf-8")
    )
    return [entry["label"] for name in ("thematiques", "publics") for entry in content[name]]


def _idf(count: int, total: int) -> float:
    return math.log1p((total - count + 0.5) / (count + 0.5))


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, DIGITS) for number in numbers]
