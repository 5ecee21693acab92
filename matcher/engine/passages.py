"""Cutting texts: into passages that an encoder reads whole, and into sentences to quote from.

Every cut is a span ``(start, end)`` of character offsets, so that what is quoted is always a real
substring of what its author wrote.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from matcher.engine.placeholders import begins_false_latin, only_holds_a_place
from matcher.engine.remembering import remembers_texts

Span = tuple[int, int]

PASSAGE_CHARACTERS = 280
"""About 65 tokens of French: long enough for a whole idea, short enough to be quoted as it is."""

_ABBREVIATIONS = frozenset(
    {"m", "mme", "mlle", "dr", "st", "ste", "cf", "ex", "av", "env", "tel", "p"}
)
_WRAPPED_FROM = 50
"""A line of so many characters whose next begins in lower case was broken by a screen's width."""

_SPACE = r"(?:(?<!\s)\s+)?"  # tried from the first space of a run only, or long runs cost n²
_BREAK = re.compile(
    rf"(?<=[.!?…])(?P<closing>(?:[»”\"')\]]|\s»)*)\s+|{_SPACE}\n\s*|{_SPACE}[•●▪‣]\s*"
)
_MAY_BREAK = re.compile(r"[\n•●▪‣]|[.!?…][\s»”\"')\]]")
"""Without one of these nothing breaks, which most short texts are told by at once."""

_HANGING = re.compile(
    r"(?:\b(?:à|a|au|aux|avec|ce|ces|chez|d[’']une?|dans|de|des|du|en|est|et|la|le|les|leurs?|nos"
    r"|notre|ou|par|pour|qui|sa|ses|son|sous|sur|un|une|vers)|[,(«’']|[^\S\n])[^\S\n]*$",
    re.IGNORECASE,
)
"""How a line ends that the next one goes on with."""

_PAUSE = re.compile(r"(?<=[;,:)])\s|\s(?=[(–—])")
_OPENING_MARKS = re.compile(r"(?:\\[tnr](?![a-z])|_+(?=\W)|__|[^\w«“\"‘'’(\[€])+")
_CLOSING_MARKS = re.compile(r"(?:\\[tnr]|[\s*_#•●▪‣|=:,;–—-])+$")
_HEADING = re.compile(r"\s*#{1,6}\s")
_TAIL = 120
"""Characters that a quote may take beyond its passage to end its sentence."""


@remembers_texts
@lru_cache(maxsize=256)  # indexing, quoting and wording ask the same of one text in a row
def sentences(text: str) -> tuple[Span, ...]:
    """Spans of the sentences and list items of ``text``, trimmed, never empty.

    A line that only goes on with the one before, as where a screen was narrow, begins nothing.
    """
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text) if _MAY_BREAK.search(text) else ():
        if "\n" not in match.group() and _ends_with_abbreviation(text, match.start()):
            continue
        if _goes_on(text, match.start(), match.end()):
            continue
        spans.append((start, match.end("closing") if match["closing"] else match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return tuple(span for span in (_trim(text, *cut) for cut in spans) if span[0] < span[1])


def passages(text: str, limit: int = PASSAGE_CHARACTERS) -> list[Span]:
    """Spans of at most ``limit`` characters that together hold every sentence that says something.

    Neighbouring sentences share a passage while they fit; a sentence longer than the limit is cut
    at a pause, else between two words. What only holds the place of a text is left out.
    """
    packed: list[Span] = []
    last = -1
    for number, start, end in _pieces(text, limit):
        if packed and number <= last + 1 and end - packed[-1][0] <= limit:
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
        last = number
    return packed


def quotable(text: str, passage: Span) -> Span:
    """The part of a passage that reads well as a quote, from sentence to sentence where it can.

    Without Markdown, bullets or a heading at its edges, nor the end of a sentence that began
    before; a sentence that ends a little later is quoted to its end.
    """
    start, end = passage
    inside = [cut for cut in sentences(text) if cut[0] < end and start < cut[1]]
    begun = [cut for cut in inside if cut[0] >= start]
    if begun and begun[0][0] - start < (end - start) / 2:
        start = _said(text, begun)[0][0]
    if inside and end < inside[-1][1]:
        ended = [cut for cut in inside[:-1] if cut[1] > start]
        if ended and end - inside[-1][0] < (end - start) / 2:
            end = ended[-1][1]
        elif inside[-1][1] - end <= _TAIL:
            end = inside[-1][1]
    opening = _OPENING_MARKS.match(text, start, end)
    bare = opening.end() if opening else start
    closing = _CLOSING_MARKS.search(text[bare:end])
    kept = bare + closing.start() if closing else end
    return (bare, kept) if bare < kept else passage


def begins_sentence(text: str, start: int) -> bool:
    """Whether nothing but marks stands between ``start`` and the beginning of its sentence."""
    before = max((cut for cut, _ in sentences(text) if cut <= start), default=0)
    return not any(character.isalnum() for character in text[before:start])


def _said(text: str, cuts: Sequence[Span]) -> Sequence[Span]:
    """Sentences from the first that is neither a heading nor a placeholder, if there is one."""
    for number, (start, end) in enumerate(cuts if len(cuts) > 1 else ()):
        if not _HEADING.match(text, start) and not only_holds_a_place(text[start:end]):
            return cuts[number:]
    return cuts


def _pieces(text: str, limit: int) -> Iterator[tuple[int, int, int]]:
    """The number of a sentence, then the span of a piece of it."""
    latin_until = -1
    for number, (start, end) in enumerate(sentences(text)):
        if begins_false_latin(text[start:end]):
            paragraph = text.find("\n", end)
            latin_until = len(text) if paragraph < 0 else paragraph
        if start < latin_until or only_holds_a_place(text[start:end]):
            continue
        rest = start
        while end - rest > limit:
            cut = _cut(text, rest, limit)
            yield number, *_trim(text, rest, cut)
            rest = _trim(text, cut, end)[0]
        if rest < end:
            yield number, rest, end


def _cut(text: str, start: int, limit: int) -> int:
    pauses = [match.start() for match in _PAUSE.finditer(text, start + limit // 2, start + limit)]
    if pauses:
        return pauses[-1]
    spaces = (p for p in range(start + limit, start + limit // 2, -1) if text[p].isspace())
    return next(spaces, start + limit)


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether what follows one line break, at ``start``, goes on with the line before it."""
    between = text[end:start]
    if between.count("\n") != 1 or not text[start : start + 1].isalnum():
        return False
    line = text[max(text.rfind("\n", max(0, end - _WRAPPED_FROM), end) + 1, end - 60) : end]
    spaced = line + between[: between.index("\n")]
    if not line or line[-1] in ".!?…:;•" or text[start].isupper():
        return False
    return len(line) >= _WRAPPED_FROM or _HANGING.search(spaced) is not None


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_with_abbreviation(text: str, end: int) -> bool:
    word = re.search(r"(\w+)\.$", text[max(0, end - 12) : end])
    return word is not None and word.group(1).casefold() in _ABBREVIATIONS
