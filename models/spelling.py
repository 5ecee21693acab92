"""Correct slips of the keyboard before a text is matched; what people wrote stays as they wrote it.

A word is corrected when nobody knows it and a known word is one slip away: a letter replaced, lost,
added, or exchanged with the next. Names, places, codes and addresses are left alone; acronyms have
rules of their own (:mod:`models.acronym_slips`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from matcher.engine.remembering import remembers_texts
from models.acronym_slips import acronyms_meant, acronyms_version
from models.french import fold, terms
from models.slips import one_slip_away
from models.vocabulary import load_places, load_vocabulary, vocabulary_version

RULES = 3
"""Number of this version of the rules; one more whenever a text may come out otherwise."""

SHORTEST = 4
"""Of shorter words, most are one slip away from ten others."""

SHORTEST_SHOUTED = 7
"""In a text all in capitals, names and acronyms look like words."""

LONGEST = 30
"""No French word of ours is longer, and hostile ones are."""

SHORT = 6
"""Of words of so few letters, many are names, brands and clippings, as « brand » shows."""

VERY_SHORT = 4
COMMON = 5
"""They are corrected to a word of our own texts only, one of four letters to one that these say so
often..."""

LONG = 8
"""From so many letters on, hardly a name or a new word is one slip away from another word."""

OFTEN, VERY_OFTEN = 1_000, 5_000
"""...or to a word that everybody says so often (in subtitles), one of four letters the second."""

RARE, RARE_LONG = 300, 0
"""A word is corrected to no word less likely than this: most are near some rare conjugation."""

READ = 20_000
"""Characters in which words are corrected: more than a vector or a person can hold."""

MOST_UNKNOWN = 60
"""Different unknown words that are looked up in one text."""

FOREIGN_SHARE = 0.4
"""A text of which more words than this are unknown is in another language."""

FEW_WORDS = 6
"""Too few words to tell the language by."""

_MARKS = "\u0300-\u036f"
_WORD = re.compile(
    rf"(?<![\w{_MARKS}])(?:[^\W\d_][{_MARKS}]*){{{SHORTEST},{LONGEST}}}(?![\w{_MARKS}])"
)
_ADDRESS = re.compile(r"[@\\_]|//|\w\.\w")
_OPENING = ' \t\N{NO-BREAK SPACE}«"(['
_ENDS = frozenset(".!?:;•-–—\n")
NEARBY = 80
"""Characters on each side of a word that tell whether it opens a sentence or is in an address."""

SHOUTED = 0.8
"""Share of the letters in capitals from which a text is all in capitals, slips apart."""


def corrected(text: str) -> str:
    """``text`` with its slips corrected; the same text when there are none.

    Unknown words stay when nothing is near, when they begin with a capital inside a sentence, and
    all of them in a text that seems to be in another language.
    """
    meant = sorted([*_words_meant(text), *_acronyms_meant(text)])
    if not meant:
        return text
    pieces, done = [], 0
    for start, end, better in meant:
        pieces += [text[done:start], better]
        done = end
    return "".join([*pieces, text[done:]])


def spelling_version() -> str:
    """Changes whenever a text may be corrected otherwise."""
    return f"{RULES}.{vocabulary_version()}.{acronyms_version()}"


def _words_meant(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a word was mistyped (start, end), and what was meant."""
    words = [word for word in _WORD.finditer(text[:READ]) if word.end() < READ]
    known = load_vocabulary().knows
    unknown = [word for word in words if not known(fold(word[0]))]
    if not unknown:
        return
    if len(words) >= FEW_WORDS and len(unknown) > FOREIGN_SHARE * len(words):
        return
    tried = set[str]()
    for word in unknown:
        tried.add(word[0])
        if len(tried) > MOST_UNKNOWN:
            return
        better = _replacement(text, word)
        if better is not None:
            yield word.start(), word.end(), better


def _acronyms_meant(text: str) -> list[tuple[int, int, str]]:
    """The same of acronyms; in a text all in capitals every word looks like one."""
    found = list(acronyms_meant(text[:READ]))
    if not found or _shouted(text):
        return []
    return [
        (word.start(), word.end(), meant) for word, meant in found if not _in_address(text, word)
    ]


def _replacement(text: str, word: re.Match[str]) -> str | None:
    """What to write instead of an unknown word at its place, ``None`` to leave it."""
    written = word[0]
    capitals = sum(map(str.isupper, written))
    better = _nearest(fold(written))
    if better is None or _in_address(text, word):
        return None
    if capitals == 0:
        return better
    ours, long = fold(better) in load_vocabulary().domain, len(written) >= LONG
    if capitals == 1 and any(map(str.isupper, written[:2])):  # unless it is a name
        meant = ours + long + _opens_sentence(text, word) >= 2
        return better.capitalize() if meant else None
    shouted = ours and capitals >= len(written) - 1 >= SHORTEST_SHOUTED - 1 and _shouted(text)
    return better.upper() if shouted else None


def _opens_sentence(text: str, word: re.Match[str]) -> bool:
    before = text[max(0, word.start() - NEARBY) : word.start()].rstrip(_OPENING)
    return not before or before[-1] in _ENDS


def _shouted(text: str) -> bool:
    letters = [character.isupper() for character in text[:READ] if character.isalpha()]
    return sum(letters) > SHOUTED * len(letters)


def _in_address(text: str, word: re.Match[str]) -> bool:
    before = text[max(0, word.start() - NEARBY) : word.start()].rpartition(" ")[2]
    after = text[word.end() : word.end() + NEARBY].partition(" ")[0]
    return _ADDRESS.search(f"{before}{word[0]}{after}") is not None


@remembers_texts
@lru_cache(maxsize=50_000)
def _nearest(unknown: str) -> str | None:
    """The likeliest known word one slip away from a folded word, with its accents."""
    if not unknown.isascii() or unknown in load_places():
        return None
    vocabulary = load_vocabulary()
    near = {
        word: vocabulary.likely(word) * chances
        for word, chances in one_slip_away(unknown)
        if len(word) >= SHORTEST and _likely_enough(word, len(unknown))
    }
    if not near:
        return None
    best = max(near, key=lambda word: (near[word], word))
    # Another form of one word is no slip, and the index makes them meet.
    return None if terms(best) == terms(unknown) else vocabulary.written.get(best, best)


def _likely_enough(word: str, letters: int) -> bool:
    """Whether an unknown word of so many letters is rather a slip for ``word`` than a new one."""
    vocabulary = load_vocabulary()
    if letters > SHORT:
        return vocabulary.likely(word) > (RARE_LONG if letters >= LONG else RARE)
    said = 1 if letters > VERY_SHORT else COMMON
    often = OFTEN if letters > VERY_SHORT else VERY_OFTEN
    return vocabulary.domain.get(word, 0) >= said or vocabulary.general.get(word, 0) >= often
