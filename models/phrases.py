"""Finding many phrases in a text in one pass over its words, however many phrases there are."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_WORDS = 50_000
"""Words whose phrases are kept in memory once looked up: a text in bad faith has others."""

ENDING = "*"
WITHOUT = "sans"
_TOKEN = re.compile(r"\w+|[^\w\s'-]")
_WRITTEN = re.compile(r"\w+\*?|\*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in their order, of which some may end anyhow, and what they name."""

    key: str
    words: tuple[str, ...]

    def begins(self, tokens: list[str], start: int) -> bool:
        """Whether it goes on after its first word, which is at ``start``."""
        words = self.words
        if start + len(words) > len(tokens):
            return False
        return all(_agree(words[after], tokens[start + after]) for after in range(1, len(words)))


Candidates = tuple[list[Phrase], dict[str, list[Phrase]]]
"""Phrases that a word begins: whatever follows, and when a certain word does."""


class Phrases:
    """Phrases between ``|`` by what they name: « mineur* » is any ending, a star alone any word.

    They are folded already. Hyphens, apostrophes and spaces are one. A phrase after « sans » is
    not found: « sans enfants » names no child.
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self._by_word: dict[str, list[Phrase]] = defaultdict(list)
        self._by_beginning: dict[str, list[Phrase]] = defaultdict(list)
        for key, phrases in written.items():
            for phrase in {tuple(_WRITTEN.findall(one)) for one in phrases.split("|")} - {()}:
                first = phrase[0]
                index = self._by_beginning if first.endswith(ENDING) else self._by_word
                index[first.rstrip(ENDING)].append(Phrase(key, phrase))
        self._lengths = sorted({len(beginning) for beginning in self._by_beginning})
        self._known: dict[str, Candidates] = {}

    def count(self, passages: Iterable[str]) -> Counter[str]:
        """How many times folded passages name each thing; its longest phrase is read first."""
        counts: Counter[str] = Counter()
        for passage in passages:
            self._count_in(_TOKEN.findall(passage), counts)
        return counts

    def _count_in(self, tokens: list[str], counts: Counter[str]) -> None:
        read: dict[str, int] = {}
        known, before = self._known, ""
        following = [*tokens[1:], ""]
        for start, (token, after) in enumerate(zip(tokens, following, strict=False)):
            anyhow, then = known.get(token) or self._beginning_with(token)
            for phrase in (*then.get(after, ()), *anyhow) if before != WITHOUT else ():
                if read.get(phrase.key, 0) <= start and (
                    len(phrase.words) == 1 or phrase.begins(tokens, start)
                ):
                    counts[phrase.key] += 1
                    read[phrase.key] = start + len(phrase.words)
            before = token

    def _beginning_with(self, token: str) -> Candidates:
        found = list(self._by_word.get(token, ()))
        for length in self._lengths:
            if length <= len(token):
                found += self._by_beginning.get(token[:length], ())
        anyhow: list[Phrase] = []
        then: dict[str, list[Phrase]] = {}
        for phrase in sorted(found, key=_longest_first):
            second = phrase.words[1] if len(phrase.words) > 1 else ENDING
            (anyhow if second.endswith(ENDING) else then.setdefault(second, [])).append(phrase)
        if len(self._known) < MOST_WORDS:
            self._known[token] = anyhow, then
        return anyhow, then


def _longest_first(phrase: Phrase) -> tuple[int, int]:
    return -len(phrase.words), -sum(map(len, phrase.words))


def _agree(written: str, token: str) -> bool:
    if written == ENDING:
        return token[0].isalnum()
    return token.startswith(written[:-1]) if written[-1] == ENDING else token == written
