"""Cut a text into the words in which terms of the lexicon are looked for."""

import re
from functools import lru_cache
from typing import NamedTuple

from matcher.engine.remembering import remembers_texts
from models.french import fold, terms

_LETTERS = "0-9A-Za-zÀ-ÖØ-öø-ÿĀ-ž\u0300-\u036f"
_WORD = re.compile(rf"(?:[A-Za-z]\.){{2,8}}[A-Za-z]?(?![{_LETTERS}])|[{_LETTERS}]+")
_PHRASE_END = re.compile(r"[.;:!?()\[\]\n•]")
_ADDRESS = re.compile(r"[@#]|\.[a-z]|www")
_PLURAL = re.compile(r"[A-ZÀ-Ý0-9]{2,}s")
LONGEST_WORD = 40

GLUE = frozenset("a au aux d dans de des du en et l la le les ou par pour sur un une".split())
"""Small words that wordings of one thing differ in: « foyer de / pour jeunes travailleurs »."""


class Token(NamedTuple):
    """A word of a text, ``text[start:end]``."""

    start: int
    end: int
    phrase: int
    """Number of its phrase: what stands on two sides of a full stop is not one expression."""
    word: str
    """Folded, without the points of « M.E.C.S. »."""
    singular: str
    """The same without the plural s of « AESHs »."""
    stem: str
    capital: bool
    accented: bool
    glue: bool


def read_tokens(text: str) -> list[Token]:
    """The words of a text in order, without those of addresses (``ccas@bondy.fr``)."""
    tokens = []
    addresses = _ADDRESS.search(text) is not None
    phrase = done = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        if end - start > LONGEST_WORD:
            continue
        if start > done + 1 or text[done:start] != " ":
            phrase += _PHRASE_END.search(text, done, start) is not None
        done = end
        if not (addresses and _in_address(text, start, end)):
            tokens.append(Token(start, end, phrase, *_known(match[0])))
    return tokens


def key_words(term: str) -> str:
    """A term as one word: ``sortie-seche`` for « Sortie sèche »."""
    return "-".join(token.word for token in read_tokens(term))


@remembers_texts
@lru_cache(maxsize=100_000)
def _known(written: str) -> tuple[str, str, str, bool, bool, bool]:
    word = fold(written.replace(".", ""))
    singular = word[:-1] if _PLURAL.fullmatch(written) else word
    stems = terms(word)
    capital = "." in written or sum(map(str.isupper, written)) >= max(2, len(word) // 2)
    accented = word != written.replace(".", "").casefold()
    stem = stems[0] if stems else word
    return word, singular, stem, capital or word.isdigit(), accented, word in GLUE


def _in_address(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (
        before.endswith(("@", "#", "/www."))
        or after.startswith("@")
        or (after.startswith(".") and after[1:].islower() and after[1:].isalpha())
        or (before.endswith(".") and before[0].isalnum() and text[start].islower())
    )
