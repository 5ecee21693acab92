"""The sector's acronyms and jargon: found in a text, spelled out for matching, explained.

The words are in ``data/vocabularies/lexicon.tsv`` (origin and licence: ``SOURCES.md`` beside it).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from matcher.engine.profiles import Kind
from models.french import STOPWORDS, fold, terms
from models.lexicon_file import Entry, Sort, When, read_entries
from models.lexicon_search import Hit, Node, acronym_hits, longest, wording_hits
from models.lexicon_tokens import Token, key_words, read_tokens

WINDOW = 30
"""Words on each side of an acronym that may tell which sense it has."""

COMMON_TERM = 12
"""A word of more expansions than this (« service », « centre ») tells no sense from another."""

STRONG_CONTEXT = 2
"""Context words that make « plie » in small letters the acronym."""

SAID = 9
"""A text that holds the expansion itself says more than any word of the context."""

SHORTEST_SMALL = 3
"""« ea » in small letters is never an acronym."""

SAME_LETTERS = 4
"""By so many first letters a word is known for a term's own before it is explained."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term of the lexicon in a text, ``text[start:end]``.

    ``sure`` is false where nothing in the text tells this sense from the others.
    """

    entry: Entry
    start: int
    end: int
    sure: bool = True


class Gloss(NamedTuple):
    """What a term means, for a reader of the other side."""

    term: str
    expansion: str
    explanation: str


class _Reading:
    """A text cut into words, and what it says in full (looked for when first asked)."""

    def __init__(self, text: str, wordings: Node) -> None:
        self.tokens = read_tokens(text)
        self._wordings = wordings

    @cached_property
    def said(self) -> list[Entry]:
        """Entries whose expansion, or another wording of it, is in the text."""
        hits = wording_hits(self._wordings, self.tokens)
        return [entry for hit in hits for entry in hit.entries]


class Lexicon:
    """Finds and explains terms; built once, safe to share between threads.

    Every method reads a text once, in a time that grows with its length only.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._stems = {entry: tuple(terms(entry.expansion)) for entry in entries}
        self._telling = self._telling_terms()
        self._concepts = _concepts(entries)
        self._acronyms, self._jargon, self._wordings = Node(), Node(), Node()
        for entry in entries:
            if entry.sort is Sort.ACRONYM:
                self._acronyms.plant((token.word for token in _words(entry.term)), entry)
            else:
                self._jargon.plant(_stems(entry.term), entry)
            for wording in (entry.expansion, *entry.also):
                self._wordings.plant(_stems(wording), entry)

    def find(self, text: str, writer: Kind | None = None) -> list[Found]:
        """Terms of the lexicon in ``text``, in order; an acronym may stand inside a jargon term.

        Where the text does not tell which sense is meant, the sense of the ``writer``'s side is
        taken, then the most common one.
        """
        reading = self._read(text)
        found = [*self._find_acronyms(reading, writer), *self._find_jargon(reading)]
        return sorted(found, key=lambda one: (one.start, -one.end))

    def expand(self, text: str) -> str:
        """The text with each acronym spelled out in brackets at its first place, for encoding.

        What the text already says in full is not said again.
        """
        reading = self._read(text)
        acronyms = self._find_acronyms(reading)
        if not acronyms:
            return text
        said = {entry.expansion for entry in reading.said}
        pieces, done = [], 0
        for one in acronyms:
            if one.entry.expansion not in said:
                said.add(one.entry.expansion)
                pieces += [text[done : one.end], f" ({one.entry.expansion})"]
                done = one.end
        return "".join([*pieces, text[done:]])

    def terms_of(self, text: str) -> list[str]:
        """Index terms that the text implies and does not hold, without repetition.

        The stems of the expansions of its terms, and for each thing named by a term, by its
        expansion or by another wording one canonical term such as ``=mecs``.
        """
        reading = self._read(text)
        found = [*self._find_acronyms(reading), *self._find_jargon(reading)]
        named = [one.entry for one in found]
        implied = {self._concepts[entry]: None for entry in (*named, *reading.said)}
        implied.update((term, None) for entry in named for term in self._stems[entry])
        held = {token.stem for token in reading.tokens}
        return [term for term in implied if term not in held]

    def explain(self, text: str, reader: Kind | None, writer: Kind | None = None) -> list[Gloss]:
        """Terms of ``text`` that a reader of one side may not know, in order, each one once.

        ``None`` is a reader of neither side: everything is explained. The ``writer`` is of the
        other side where nothing is said; a term whose sense is not sure is left alone.
        """
        if writer is None and reader is not None:
            writer = next(side for side in Kind if side is not reader)
        glosses: dict[str, Gloss] = {}
        for one in self.find(text, writer):
            entry = one.entry
            unknown = reader is None or entry.side not in {None, reader}
            same = entry.sort is Sort.ACRONYM or _begins_alike(text[one.start : one.end], entry)
            if one.sure and unknown and same and (entry.explanation or entry.sort is Sort.ACRONYM):
                gloss = Gloss(entry.term, entry.expansion, entry.explanation)
                glosses.setdefault(self._concepts[entry], gloss)
        return list(glosses.values())

    def telling(self, entry: Entry) -> frozenset[str]:
        """Terms that speak for an entry where they stand near its term."""
        return self._telling[entry]

    def _read(self, text: str) -> _Reading:
        return _Reading(text, self._wordings)

    def _find_jargon(self, reading: _Reading) -> list[Found]:
        found = []
        for hit in longest(wording_hits(self._jargon, reading.tokens)):
            entry = hit.entries[0]
            around = _around(reading.tokens, hit) if entry.when is When.CONTEXT else set()
            if entry.when is not When.CONTEXT or around & self._telling[entry]:
                found.append(_found(reading.tokens, hit, entry))
        return found

    def _find_acronyms(self, reading: _Reading, writer: Kind | None = None) -> list[Found]:
        found = []
        for hit in longest(acronym_hits(self._acronyms, reading.tokens)):
            chosen = self._choose(hit, reading, writer)
            if chosen is not None:
                found.append(_found(reading.tokens, hit, *chosen))
        return found

    def _choose(
        self, hit: Hit, reading: _Reading, writer: Kind | None
    ) -> tuple[Entry, bool] | None:
        """The sense of an acronym at this place and whether it is sure, or ``None``."""
        token = reading.tokens[hit.first]
        spelled = token.capital and not self._shouted(reading.tokens, hit)
        clear = len(hit.entries) == 1
        if spelled and clear and hit.entries[0].when is not When.CONTEXT:
            return hit.entries[0], True
        around = _around(reading.tokens, hit)
        best, best_score, rival = None, -1.0, 0.0
        for entry in hit.entries:
            told = len(around & self._telling[entry])
            told += SAID * (not clear and entry in reading.said)
            allowed = spelled or _may_be_small(entry, token)
            score = told + 0.5 * (writer is not None and entry.side is writer)
            if allowed and told >= _needed(entry, spelled, clear):
                if score > best_score:
                    best, best_score, rival = entry, score, max(best_score, 0.0)
                else:
                    rival = max(rival, score)
        return (best, clear or best_score > rival) if best else None

    def _shouted(self, tokens: list[Token], hit: Hit) -> bool:
        """Whether capitals tell nothing here: the words on both sides are in capitals too."""
        if hit.first == 0 or hit.last + 1 == len(tokens):
            return False
        sides = (tokens[hit.first - 1], tokens[hit.last + 1])
        ordinary = any(len(s.word) > 3 and s.word not in self._acronyms.after for s in sides)
        return ordinary and all(side.capital or len(side.word) == 1 for side in sides)

    def _telling_terms(self) -> dict[Entry, frozenset[str]]:
        """Terms whose presence speaks for an entry: its context and rare words of its expansion."""
        shared = Counter(term for stems in self._stems.values() for term in set(stems))
        return {
            entry: entry.context | {term for term in stems if shared[term] <= COMMON_TERM}
            for entry, stems in self._stems.items()
        }


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of ``data/vocabularies``, read once."""
    return Lexicon(read_entries())


def _words(term: str) -> list[Token]:
    tokens = read_tokens(term)
    return [token for token in tokens if not token.glue] or tokens


def _stems(wording: str) -> tuple[str, ...]:
    return tuple(token.stem for token in _words(wording))


def _concepts(entries: Iterable[Entry]) -> dict[Entry, str]:
    """One canonical term per thing named: entries with the same expansion share it.

    ``=ase`` is the first sense of its term, ``=ase.2`` the second.
    """
    concepts: dict[Entry, str] = {}
    named: dict[tuple[str, ...], str] = {}
    senses: Counter[str] = Counter()
    for entry in entries:
        thing = _stems(entry.expansion)
        if thing not in named:
            name = "=" + key_words(entry.term)
            senses[name] += 1
            named[thing] = name if senses[name] == 1 else f"{name}.{senses[name]}"
        concepts[entry] = named[thing]
    return concepts


def _found(tokens: list[Token], hit: Hit, entry: Entry, sure: bool = True) -> Found:
    return Found(entry, tokens[hit.first].start, tokens[hit.last].end, sure)


def _begins_alike(written: str, entry: Entry) -> bool:
    """Whether a word of a term is written there: « repas » and « répit » have one stem."""
    named = (entry.term, entry.expansion, *entry.also)
    return bool(_beginnings(written) & {one for name in named for one in _beginnings(name)})


def _beginnings(text: str) -> set[str]:
    words = re.findall(r"\w+", fold(text))
    return {word[:SAME_LETTERS] for word in words if word not in STOPWORDS}


def _around(tokens: list[Token], hit: Hit) -> set[str]:
    """Stems of the words near a hit, without its own."""
    before = tokens[max(0, hit.first - WINDOW) : hit.first]
    after = tokens[hit.last + 1 : hit.last + 1 + WINDOW]
    return {token.stem for token in before} | {token.stem for token in after}


def _may_be_small(entry: Entry, token: Token) -> bool:
    """Whether a word in small letters can be this acronym (« mecs », never « spé » or « plus »)."""
    plain = entry.when in {When.ALWAYS, When.WEIGHED} and token.word not in STOPWORDS
    misspelt = token.accented and fold(entry.term) == entry.term.casefold()
    return plain and not misspelt and len(token.word) >= SHORTEST_SMALL


def _needed(entry: Entry, spelled: bool, clear: bool) -> int:
    """How many words of its context an acronym needs to be read as such."""
    if entry.when is When.WEIGHED and not spelled:
        return STRONG_CONTEXT
    return int(entry.when is When.CONTEXT or not (spelled or clear))
