"""Cut a text into pieces: the passage that counts, and the terms of the trade, where they stand."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from itertools import pairwise

from matcher.engine.profiles import Kind
from matcher.usecases.answers import GlossAnswer
from models.lexicon import load_lexicon

AROUND = 160
"""Characters of a statement that are shown on each side of the passage that counts."""

CUT = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text; ``number`` tells the explained terms of one card apart."""

    text: str
    marked: bool = False
    gloss: GlossAnswer | None = None
    number: int = 0

    @property
    def told(self) -> str:
        """What its term means, in one or two sentences; empty where there is nothing to explain."""
        if self.gloss is None:
            return ""
        said = (self.gloss.expansion, self.gloss.explanation)
        return " ".join(f"{one[0].upper()}{one[1:].rstrip('.')}." for one in said if one)


def pieces_of(
    text: str,
    start: int,
    end: int,
    writer: Kind | str,
    told: MutableMapping[str, GlossAnswer],
    numbers: Iterator[int],
) -> tuple[Piece, ...]:
    """``text`` with ``text[start:end]`` marked, cut short far from it.

    Terms of ``told`` (by expansion) are explained where they first stand, and taken out of it.
    """
    first, last = _window(text, start, end)
    glosses: dict[int, tuple[int, GlossAnswer]] = {}
    done = first
    for found in load_lexicon().find(text, Kind(writer)):
        inside = done <= found.start and found.end <= last
        if inside and _in_one(found.start, found.end, start, end):
            gloss = told.pop(found.entry.expansion, None)
            if gloss:
                glosses[found.start] = (found.end, gloss)
                done = found.end
    edges = {first, last, start, end}.union(glosses, (one for one, _ in glosses.values()))
    cuts = sorted(edges)
    pieces = []
    for here, there in pairwise(cuts):
        gloss = glosses[here][1] if here in glosses else None
        number = next(numbers) if gloss else 0
        pieces.append(Piece(text[here:there], start <= here < end, gloss, number))
    before = [Piece(f"{CUT} ")] if first else []
    after = [Piece(f" {CUT}")] if last < len(text) else []
    return (*before, *pieces, *after)


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where a statement is shown: whole words."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    if first:
        first = min(start, text.find(" ", first, start) + 1 or start)
    if last < len(text):
        last = max(end, text.rfind(" ", end, last))
    return first, last


def _in_one(first: int, last: int, start: int, end: int) -> bool:
    """Whether a term is wholly in the passage that counts, or wholly out of it."""
    return last <= start or first >= end or (start <= first and last <= end)
