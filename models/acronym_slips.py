"""Find the acronym of the lexicon that was meant by one that nobody knows: « MCES » for MECS.

Half of the acronyms of four letters are one replaced letter away from another. So either the slip
is seen (a small letter among capitals), or it can be undone in few ways (a letter lost, two
exchanged), or the words around tell which acronym is meant.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

from matcher.engine.remembering import remembers_texts
from models.french import fold, terms
from models.lexicon import load_lexicon
from models.lexicon_file import Entry, Sort
from models.slips import CHANCES, one_slip_away
from models.vocabulary import load_places, load_vocabulary

SHORTEST = 4
"""Of shorter acronyms, nearly all are one slip away from others."""

FEWEST_CAPITALS = 3

CLEAR = 6
"""From so many letters on, two acronyms are hardly ever one slip apart."""

TOLD = 2
"""Words around that it takes to read another letter, or one less, than what is written."""

AROUND = 400
"""Characters on each side in which a word may tell which acronym is meant."""

BESIDE = 30
"""Characters on each side in which the next word begins."""

MOST_TRIED = 60
"""Mistyped acronyms that are looked up in one text."""

_KNOWN = "acronyms_known.tsv"
_TWO_CAPITALS = "[A-Z]{2}|[a-z][A-Z]{2}|[A-Z][a-z][A-Z]"
_CAPITALS = re.compile(rf"(?<![\w-])(?={_TWO_CAPITALS})[A-Za-z]{{3,10}}(?![\w-])")
_LAST_WORD = re.compile(r"([a-z]+)[^a-z]*$")
_NAME_BEFORE = re.compile(r"[A-ZÀ-Ý]{2,}[ &]$")
_NAME_AFTER = re.compile(r"[ &][A-ZÀ-Ý]{2,}")
_NAMED = frozenset(
    "agence asso association atelier ateliers cabinet centre chez collectif compagnie entreprise"
    " fondation groupe hotel madame marque mme monsieur mr residence societe".split()
)
"""After these words stands a name, or the acronym of one."""


def acronyms_meant(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where in ``text`` an acronym was mistyped, and the one that was meant."""
    tried = 0
    for word in _CAPITALS.finditer(text):
        written = word[0]
        capitals = sum(map(str.isupper, written))
        if capitals < max(FEWEST_CAPITALS, len(written) - 1) or written[-1] == "s":
            continue
        if _exists(written) or _is_named(text, word):
            continue
        near = _near(written)
        tried += bool(near)
        if tried > MOST_TRIED:
            return
        meant = _likeliest(written, near, _around(text, word)) if near else None
        if meant is not None:
            yield word, meant


@cache
def acronyms_version() -> str:
    """Eight digits that change with the acronyms that exist beside those of the lexicon."""
    return sha256(" ".join(sorted(_known_acronyms())).encode()).hexdigest()[:8]


def _likeliest(written: str, near: dict[str, int], around: frozenset[str]) -> str | None:
    """The one acronym that fits best, ``None`` where none does well enough or several do."""
    told = {term: _told(term, around) for term in near}

    def fits(term: str) -> tuple[bool, int, int]:
        return told[term] > 0, near[term], told[term]

    said = load_vocabulary().domain
    best, *others = sorted(near, key=lambda t: (*fits(t), said.get(t, 0), t), reverse=True)
    if _small_letter(written) is None:
        if others and fits(others[0]) == fits(best):
            return None
        undone = near[best] == CHANCES
        sure = len(written) >= (SHORTEST if undone else CLEAR)
        if not sure and told[best] < (1 if undone else TOLD):
            return None
    return _acronyms()[best][0].term


@remembers_texts
@lru_cache(maxsize=10_000)
def _near(written: str) -> dict[str, int]:
    """Folded acronyms one slip away from what is written, with their chances.

    A small letter among capitals is the slip: one too many, or in the place of another.
    """
    word, small = fold(written), _small_letter(written)
    near = {
        term: chances
        for term, chances in one_slip_away(word)
        if term in _acronyms() and len(term) >= SHORTEST
    }
    if small is None:
        return near
    before, after = word[:small], word[small + 1 :]
    return {
        term: chances
        for term, chances in near.items()
        if len(term) <= len(word) and term.startswith(before) and term.endswith(after)
    }


def _small_letter(written: str) -> int | None:
    """Position of the letter that is no capital."""
    return next((at for at, letter in enumerate(written) if letter.islower()), None)


def _told(term: str, around: frozenset[str]) -> int:
    """How many words around speak for an acronym, in the sense that they fit best."""
    return max(len(around & load_lexicon().telling(entry)) for entry in _acronyms()[term])


def _exists(written: str) -> bool:
    """Whether it is an acronym or a name already; all in capitals, a word too."""
    word = fold(written)
    if word in _acronyms():
        return True
    if _small_letter(written) is not None:
        return False
    return word in _known_acronyms() or word in load_places() or load_vocabulary().knows(word)


def _is_named(text: str, word: re.Match[str]) -> bool:
    """Whether it is said to be a name, or is a part of one in capitals."""
    before = text[max(0, word.start() - BESIDE) : word.start()]
    after = text[word.end() : word.end() + BESIDE]
    last = _LAST_WORD.search(fold(before))
    return (
        (last is not None and last[1] in _NAMED)
        or _NAME_BEFORE.search(before) is not None
        or _NAME_AFTER.match(after) is not None
    )


def _around(text: str, word: re.Match[str]) -> frozenset[str]:
    before = text[max(0, word.start() - AROUND) : word.start()]
    return frozenset(terms(before) + terms(text[word.end() : word.end() + AROUND]))


@cache
def _acronyms() -> dict[str, list[Entry]]:
    """Entries of each folded acronym of one word."""
    found: dict[str, list[Entry]] = {}
    for entry in load_lexicon().entries:
        if entry.sort is Sort.ACRONYM and entry.term.isalpha():
            found.setdefault(fold(entry.term), []).append(entry)
    return found


@cache
def _known_acronyms() -> frozenset[str]:
    """Folded acronyms that exist beside those of the lexicon: nobody mistyped them."""
    text = (files("data") / "vocabularies" / _KNOWN).read_text("utf-8")
    return frozenset(fold(text).split()[1:])
