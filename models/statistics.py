"""Compute what matching must know of French statements in general, from committed texts alone.

``python -m models.statistics DATA`` rewrites ``artefacts/matching/statistics.json``: how rare each
index term is, how long an offer is, and the mean vectors of needs and of offers. The texts are the
fixtures' statements (ours, fictitious), the labels of the official vocabularies, and the
descriptions of two open directories in the folder DATA (``siae_immersion``, ``mednum``; MIT and
Licence Ouverte); no text of a labelled set.
"""

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from matcher.engine.passages import passages
from matcher.engine.profiles import Role
from matcher.settings import Settings
from models.analysis import open_encoder, said_terms
from models.matching import family

DIGITS = 6


def main() -> None:
    """Rewrite the artefact next to this file."""
    data = Path(sys.argv[1])
    models = Settings.from_environment(os.environ).model_directory
    path = Path(__file__).parent / "artefacts" / "matching" / "statistics.json"
    content = json.dumps(compute(data, models), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(content + "\n", encoding="utf-8")


def compute(data: Path, directory: Path) -> dict[str, object]:
    """The statistics, with the SHA-256 of what they were computed from."""
    statements = read_statements()
    labels = read_labels()
    described = read_descriptions(data)
    texts = [*statements[Role.NEED], *statements[Role.OFFER], *labels, *described]
    encoder = open_encoder(None, directory)
    centres = {
        role.value: _rounded(encoder.encode(said, role).mean(axis=0).tolist())
        for role, said in statements.items()
    }
    lengths = [len(said_terms(text)) for text in statements[Role.OFFER]]
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
    }


def idf(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each term, in nats (Robertson and Zaragoza 2009, eq. 3.3)."""
    found = Counter(term for text in texts for term in set(said_terms(text)))
    return {term: round(_idf(count, len(texts)), DIGITS) for term, count in sorted(found.items())}


def read_statements() -> dict[Role, list[str]]:
    """Every need and every offer of the fixtures, in file order."""
    lines = (files("data") / "fixtures" / "actors.jsonl").read_text("utf-8").splitlines()
    said: dict[Role, list[str]] = {Role.NEED: [], Role.OFFER: []}
    for row in map(json.loads, lines):
        for role, statements in said.items():
            given = row.get(f"{role.value}s") or []
            statements += [s if isinstance(s, str) else s["text"] for s in given]
    return said


def read_labels() -> list[str]:
    """Labels of the official domains and publics."""
    content = json.loads(
        (files("data") / "vocabularies" / "data_inclusion_v1.json").read_text("utf-8")
    )
    return [entry["label"] for name in ("thematiques", "publics") for entry in content[name]]


def read_descriptions(data: Path) -> list[str]:
    """Passages of the descriptions of two open directories."""
    found = []
    for name in ("siae_immersion/siae_described.jsonl", "mednum/gironde.jsonl"):
        for line in (data / name).read_text("utf-8").splitlines():
            text = json.loads(line).get("description") or ""
            found += [text[start:end] for start, end in passages(text)]
    return found


def _idf(count: int, total: int) -> float:
    return math.log1p((total - count + 0.5) / (count + 0.5))


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, DIGITS) for number in numbers]


if __name__ == "__main__":
    main()
