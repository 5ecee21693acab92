"""Contrasts: needs for which one offer must rank above another that shares its words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.engine.index import IndexBuilder
from models.evaluation import pair_probabilities

OVERALL = "all"


@dataclass(frozen=True, slots=True)
class Triple:
    """One need, the offer that must win, the one that must not, and what makes it hard."""

    phenomenon: str
    need: str
    better: str
    worse: str
    part: str = ""
    """``dev`` may be looked at while working, ``test`` may not; a file without parts has one."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many triples of one phenomenon, in one part of the file, are ranked rightly."""

    phenomenon: str
    right: int
    triples: int
    part: str = ""


def read_triples(path: Path) -> list[Triple]:
    """The triples of a JSONL file; raises KeyError or ValueError on a line that is not one."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Triple(row["phenomenon"], row["need"], row["better"], row["worse"], row.get("part", ""))
        for row in rows
    ]


def measure_contrasts(triples: Sequence[Triple], builder: IndexBuilder) -> list[Share]:
    """Count the triples whose better offer is the more probable, part by part.

    In each part, overall then by phenomenon. Two equal probabilities are a failure.
    """
    needs = [triple.need for triple in triples]
    better = pair_probabilities(needs, [triple.better for triple in triples], builder)
    worse = pair_probabilities(needs, [triple.worse for triple in triples], builder)
    right: dict[tuple[str, str], list[bool]] = {}
    for triple, won in zip(triples, (better > worse).tolist(), strict=True):
        right.setdefault((triple.part, ""), []).append(won)  # "" comes before any phenomenon
        right.setdefault((triple.part, triple.phenomenon), []).append(won)
    return [
        Share(phenomenon or OVERALL, sum(won), len(won), part)
        for (part, phenomenon), won in sorted(right.items())
    ]
