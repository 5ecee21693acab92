"""Quotes as a sentence can hold them: on one line, typeset, cut where a reader would pause."""

import re
from functools import lru_cache

from matcher.engine.passages import sentences
from matcher.engine.remembering import remembers_texts

CUT = " […]"
RESUMED = "[…] "
"""What stands before a quote that begins inside a sentence."""

REMEMBERED = 256
"""Texts kept as they were set: one sentence tries the same one several times."""

SHORTEST_SHARE = 0.5
"""A cut at a pause that keeps less than this much of the room gives way to a longer one."""

OVERFLOW = 1.2
"""How far beyond its room a quote may go to reach the end of what it says."""

_PAUSE = re.compile(r"(?=\s[(–—:;])|(?<=[,;:)])(?=\s)")
_SYMBOL = re.compile(r"\s*[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+\s*")
_MARKDOWN = (
    (re.compile(r"\\[tnr](?=\W|[A-ZÀ-Ý])"), " "),  # a tab that was written out
    (re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"^[^\S\n]*#{1,6}[^\S\n]+([^\n]*[^\s:.!?])[^\S\n]*$", re.MULTILINE), r"\1 :"),
    (re.compile(r"^[^\S\n]*(?:#{1,6}|>+)[^\S\n]+", re.MULTILINE), ""),
    (re.compile(r"\n[^\S\n]*[-*•●▪‣·][^\S\n]*(?=\w)"), " – "),
    (re.compile(r"(?<!\w)(\*{1,3}|__)(?=\S)([^*\n]+?)(?<=\S)\1(?!\w)"), r"\2"),
)
"""Marks of Markdown, and what is printed instead."""

_MARKING = "\\[#>*_\n"
"""No mark of Markdown is without one of these."""

_LEADING = re.compile(r"^[^\w«“\"‘'’([€]+")
_HANGING_WORDS = (
    "a à au aucun aucune aux avec ce ces chaque chez d’un d’une dans de des du elle elles en"
    " est et il ils la le les leur leurs mais ne nos non notre nous on ont ou où par pas pendant"
    " plus pour puis qu’elles qu’ils qu’on qu’un qu’une quand que qui sa sans se ses si son sont"
    " sous sur tous tout toute toutes très un une vers vos votre vous y \\d+"
).split()
_HANGING = re.compile(rf"(?:[\s,;–]+(?:{'|'.join(_HANGING_WORDS)}))+$", re.IGNORECASE)
"""Small words that a cut would leave without what they announce."""

_TRAILING = " .;,:-–—*"
_OPENING_WORDS = frozenset(
    "ai au aucun aucune aux avec avoir besoin ce ces cette chez comment comprendre créer d dans de"
    " des deux du elle en est être faire il ils j je l la le les leur ma mes mon n nos notre nous"
    " on où par pas peu plus plusieurs pour pouvoir qu que quelqu quelques quand qui s sans si son"
    " sur ta tous tout toute toutes trois trop trouver un une venir votre vos vous y".split()
)


@remembers_texts
@lru_cache(maxsize=REMEMBERED)
def typeset(text: str) -> str:
    """What somebody typed, set as French is printed inside guillemets.

    On one line, with typographic apostrophes, pictures and list items as dashes, without Markdown,
    and with second-level quotation marks, since ours stand around it.
    """
    if any(mark in text for mark in _MARKING):
        for mark, instead in _MARKDOWN:
            text = mark.sub(instead, text)
    line = _SYMBOL.sub(" – ", " ".join(text.split()))
    if "'" in line:
        line = re.sub(r"(?<=\w)'(?=\w)", "’", line)
    if "«" in line or "»" in line:
        line = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", line))
    if '"' in line:
        line = re.sub(r'"([^"]*)"', r"“\1”", line)
    return line.strip()


def quoted(text: str, room: int) -> str:
    """A quote of about ``room`` characters, without the marks that open and close it.

    Cut after a sentence, else at a pause, else between two words; only what is cut inside a
    sentence says so with an ellipsis in brackets.
    """
    line = _bare(typeset(text))
    most = OVERFLOW * room
    if len(line) <= most:
        return line
    ends = [end for _, end in sentences(line) if SHORTEST_SHARE * room <= end <= most]
    if ends:
        return _bare(line[: ends[-1]])
    pauses = [match.start() for match in _PAUSE.finditer(line, 0, room - len(CUT) + 1)]
    whole = [cut for cut in pauses if cut >= SHORTEST_SHARE * room and _closed(line[:cut])]
    cut = whole[-1] if whole else line.rfind(" ", 0, room - len(CUT) + 1)
    kept = line[: cut if cut > 0 else room - len(CUT)]
    return _bare(_HANGING.sub("", kept)) + CUT


def inside(quote: str) -> str:
    """A quote as it stands in the middle of a sentence: « Nous cherchons » becomes « nous … ».

    Only words that cannot be a name lose their capital.
    """
    first = re.match(r"[^\W\d]+", quote)
    if first is None or first[0].casefold() not in _OPENING_WORDS or first[0][1:].isupper():
        return quote
    following = quote[first.end() :].lstrip(" ’'")
    if following[:1].isupper():
        return quote
    return quote[0].lower() + quote[1:]


def _bare(line: str) -> str:
    """Without bullets in front and full stops behind; « etc. » keeps its own."""
    stripped = _LEADING.sub("", line).rstrip(_TRAILING)
    return stripped + "." if stripped.casefold().endswith((" etc", "(etc")) else stripped


def _closed(text: str) -> bool:
    return text.count("(") <= text.count(")") and text.count("“") <= text.count("”")
