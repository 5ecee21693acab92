"""Read a labelled set: ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv``."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from matcher.errors import UnusableFile


@dataclass(frozen=True, slots=True)
class Text:
    """One query, or one document with its title in front."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Needs, offers, and which offers answer which need (graded relevance, above 0)."""

    name: str
    corpus: tuple[Text, ...]
    queries: tuple[Text, ...]
    relevance: dict[str, dict[str, float]]

    def judged(self) -> tuple[Text, ...]:
        """The queries that have at least one relevant document."""
        return tuple(query for query in self.queries if self.relevance.get(query.id))


def read_labelled_set(directory: Path) -> LabelledSet:
    """Read the three files of a set; raises UnusableFile naming file, line and reason.

    A judged document that is not in the corpus stays judged: it counts as not found.
    """
    if not directory.is_dir():
        raise UnusableFile("folder-absent", path=str(directory))
    corpus = tuple(_texts(directory / "corpus.jsonl"))
    if not corpus:
        raise UnusableFile("file-empty", path=str(directory / "corpus.jsonl"))
    queries = tuple(_texts(directory / "queries.jsonl"))
    relevance = _judgements(directory / "qrels.tsv", {query.id for query in queries})
    labelled = LabelledSet(directory.resolve().name, corpus, queries, relevance)
    if not labelled.judged():
        raise UnusableFile("nothing-judged", path=str(directory))
    return labelled


def _texts(path: Path) -> Iterator[Text]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            identifier, text = _identifier(row["id"]), row.get("text") or ""
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnusableFile("line-unreadable", path=str(path), line=number) from error
        if not isinstance(text, str) or identifier in seen:
            raise UnusableFile("line-unreadable", path=str(path), line=number)
        seen.add(identifier)
        yield Text(identifier, _with_title(row.get("title"), text))


def _identifier(given: object) -> str:
    """An id as text, a whole number too; a tab or a line break in it would break a run file."""
    identifier = str(given) if type(given) in {str, int} else ""
    identifier.encode()  # half a character cannot be written either: UnicodeEncodeError
    if not identifier or set("\t\r\n") & set(identifier):
        raise ValueError(identifier)
    return identifier


def _with_title(title: object, text: str) -> str:
    if not isinstance(title, str) or not title or title in text:
        return text
    return f"{title.rstrip('. ')}. {text}" if text else title


def _judgements(path: Path, queries: set[str]) -> dict[str, dict[str, float]]:
    relevance: dict[str, dict[str, float]] = {}
    for number, line in islice(_lines(path), 1, None):
        cells = line.split("\t")
        try:
            query, document, grade = cells[0], cells[1], float(cells[2])
        except (IndexError, ValueError) as error:
            raise UnusableFile("line-unreadable", path=str(path), line=number) from error
        if not math.isfinite(grade):
            raise UnusableFile("line-unreadable", path=str(path), line=number)
        if grade > 0 and query in queries:
            relevance.setdefault(query, {})[document] = grade
    return relevance


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFile("file-absent", path=str(path)) from error
    for number, raw in enumerate(content.splitlines(), 1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnusableFile("line-not-utf8", path=str(path), line=number) from error
        if line.strip():
            yield number, line
