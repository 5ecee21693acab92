"""Read ``data/vocabularies/lexicon.tsv``, one term and one sense a line."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from matcher.engine.profiles import Kind
from models.french import terms

COLUMNS = (
    "term",
    "expansion",
    "also",
    "sense_context",
    "side",
    "when",
    "explanation",
    "kind",
    "source",
)
BOTH = "both"


class Sort(StrEnum):
    """An acronym, or words that one side uses and the other may not understand."""

    ACRONYM = "acronym"
    JARGON = "jargon"


class When(StrEnum):
    """What it takes for a word to be this term."""

    ALWAYS = ""
    CAPITALS = "capitals"
    """In small letters it is an ordinary word."""
    WEIGHED = "weighed"
    """In small letters it takes several words of its context (« place en mecs »)."""
    CONTEXT = "context"
    """Beside a word of its context only, in capitals too."""


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One sense of a term.

    ``also`` are other wordings of the expansion, ``context`` index terms that tell this sense
    from others, ``side`` who uses the term (``None``: both sides), ``explanation`` one short
    sentence for the other side or nothing.
    """

    term: str
    expansion: str
    also: tuple[str, ...]
    context: frozenset[str]
    side: Kind | None
    explanation: str
    sort: Sort
    when: When


def read_entries() -> list[Entry]:
    """Every line of the lexicon, in order: of a term's senses the most common one comes first."""
    return [_entry(row) for row in read_rows()]


def read_rows() -> list[dict[str, str]]:
    """The lexicon as it is written, one mapping of column to cell per line."""
    text = (files("data") / "vocabularies" / "lexicon.tsv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        term=row["term"],
        expansion=row["expansion"],
        also=tuple(filter(None, row["also"].split("|"))),
        context=frozenset(terms(row["sense_context"])),
        side=None if row["side"] == BOTH else Kind(row["side"]),
        explanation=row["explanation"],
        sort=Sort(row["kind"]),
        when=When(row["when"]),
    )
