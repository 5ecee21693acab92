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


@dataclass(frozen=True, slots=True)
class Share:
    """How many triples of one phenomenon are ranked rightly."""

    phenomenon: str
    right: int
    triples: int


def read_triples(path: Path) -> list[Triple]:
    """The triples of a JSONL file; raises KeyError or ValueError on a line that is not one."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Triple(row["phenomenon"], row["need"], row["better"], row["worse"]) for row in rows]


def measure_contrasts(triples: Sequence[Triple], builder: IndexBuilder) -> list[Share]:
    """Count the triples whose better offer is the more probable, overall then by phenomenon.

    Two equal probabilities are a failure.
    """
    needs = [triple.need for triple in triples]
    better = pair_probabilities(needs, [triple.better for triple in triples], builder)
    worse = pair_probabilities(needs, [triple.worse for triple in triples], builder)
    right = (better > worse).tolist()
    shares = [Share(OVERALL, sum(right), len(triples))]
    for phenomenon in sorted({triple.phenomenon for triple in triples}):
        own = [
            r for r, triple in zip(right, triples, strict=True) if triple.phenomenon == phenomenon
        ]
        shares.append(Share(phenomenon, sum(own), len(own)))
    return shares
