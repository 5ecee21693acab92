"""Cutting texts: into passages that an encoder reads whole, and into sentences to quote from.

Every cut is a span ``(start, end)`` of character offsets, so that what is quoted is always a real
substring of what its author wrote.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

PASSAGE_CHARACTERS = 280
"""About 65 tokens of French: long enough for a whole idea, short enough to be quoted as it is."""

_ABBREVIATIONS = frozenset(
    {"m", "mme", "mlle", "dr", "st", "ste", "cf", "ex", "av", "env", "tel", "p"}
)
_SPACE = r"(?:(?<!\s)\s+)?"  # tried from the first space of a run only, or long runs cost n²
_BREAK = re.compile(
    rf"(?<=[.!?…])(?P<closing>(?:[»”\"')\]]|\s»)*)\s+|{_SPACE}\n\s*|{_SPACE}[•●▪‣]\s*"
)


def sentences(text: str) -> list[Span]:
    """Spans of the sentences and list items of ``text``, trimmed, never empty."""
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        if "\n" not in match.group() and _ends_with_abbreviation(text, match.start()):
            continue
        spans.append((start, match.end("closing") if match["closing"] else match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trim(text, *cut) for cut in spans) if span[0] < span[1]]


def passages(text: str, limit: int = PASSAGE_CHARACTERS) -> list[Span]:
    """Spans of at most ``limit`` characters that together hold every sentence of ``text``.

    Neighbouring sentences share a passage while they fit; a sentence longer than the limit is cut
    between two words where it has any.
    """
    packed: list[Span] = []
    for start, end in _pieces(text, limit):
        if packed and end - packed[-1][0] <= limit:
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
    return packed


def _pieces(text: str, limit: int) -> Iterator[Span]:
    for start, end in sentences(text):
        rest = start
        while end - rest > limit:
            spaces = (p for p in range(rest + limit, rest + limit // 2, -1) if text[p].isspace())
            cut = next(spaces, rest + limit)
            yield _trim(text, rest, cut)
            rest = _trim(text, cut, end)[0]
        if rest < end:
            yield rest, end


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_with_abbreviation(text: str, end: int) -> bool:
    word = re.search(r"(\w+)\.$", text[max(0, end - 12) : end])
    return word is not None and word.group(1).casefold() in _ABBREVIATIONS
