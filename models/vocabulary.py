"""The words that exist: French in general, what our own texts say, and the names of places."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

from spellchecker import SpellChecker

from models.french import fold

DICTIONARY = "pyspellchecker"
"""Its French words and how often film subtitles say them: 140,000, MIT."""

DOMAIN_SHARE = 1_000
"""A word that our texts say once is as likely as one that subtitles say so many times."""

FEWER_PLURALS = 4
"""A plural that nobody has said yet is so much less likely than its singular."""

ELIDED = "squ"
"""What is left of « lorsque », « puisque », « jusque » before a vowel."""

_TEXTS = (
    "fixtures/actors.jsonl",
    "vocabularies/domain_phrases.jsonl",
    "vocabularies/stance_phrases.jsonl",
    "vocabularies/data_inclusion_v1.json",
    "vocabularies/data_inclusion_v0.json",
    "vocabularies/lexicon.tsv",
)
_FAMILIAR = "vocabularies/familiar_words.tsv"
"""Words in use that the dictionary lacks; how often, nobody counted: none is ever meant."""

_PLACES = tuple(
    f"territories/{name}.tsv"
    for name in ("communes", "epcis", "departments", "regions", "other_names")
)
_SAID = (
    {"description", "keywords", "label", "needs", "offers", "text", "texts"}
    | {"asks", "gives", "discusses"}  # stances
)
"""Fields that hold French; the others hold codes and names."""

_LETTERS = re.compile(r"[^\W\d_]+")


_MADE_FROM = tuple(
    (ending + plural, source)
    for plural in ("", "s")
    for ending, source in (
        *(("", ""), ("x", ""), ("aux", "al"), ("nne", "n")),
        *((last + "e", last) for last in "dilnrstu"),
        *(("iere", "ier"), ("ere", "er"), ("trice", "teur"), ("euse", "eur"), ("euse", "er")),
        *(("eur", "er"), ("age", "er"), ("able", "er"), ("anat", "ant"), ("isme", "iste")),
        *(("iste", "isme"), ("ogie", "ogue")),
    )
)
"""Endings of regular French words, folded, and what stands in their place in the word behind."""

_FEMININE_ENDINGS = frozenset(
    "trice trices iere ieres euse euses enne ennes ante antes ente entes".split()
)
"""What follows a bracket, a point or a stroke: « directeur·trice », « ouvrier(ières) »."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words with how often they are said.

    ``general`` counts subtitles, ``domain`` our own texts; ``written`` gives the accents of a
    folded word that has some.
    """

    general: dict[str, int]
    domain: dict[str, int]
    written: dict[str, str]

    def knows(self, word: str) -> bool:
        """Whether a folded word exists, as it is or made regularly from one that does.

        Plurals, feminines, and who or what does something: « ravaleuses » because of « ravaler ».
        """
        return (
            self._has(word)
            or word in _FEMININE_ENDINGS
            or word.endswith(ELIDED)
            or any(
                word.endswith(ending) and self._has(word.removesuffix(ending) + source)
                for ending, source in _MADE_FROM
            )
        )

    def _has(self, word: str) -> bool:
        return word in self.general or word in self.domain

    def likely(self, word: str) -> int:
        """How likely somebody who writes to us means this folded word; 0 when it is unknown."""
        likely = self.general.get(word, 0) + DOMAIN_SHARE * self.domain.get(word, 0)
        if not likely and word.endswith("s"):
            return self.likely(word[:-1]) // FEWER_PLURALS
        return likely


@cache
def load_vocabulary() -> Vocabulary:
    """French and our domain, read once in a few tenths of a second."""
    general = dict(SpellChecker(language="fr").word_frequency.items())
    domain: dict[str, int] = Counter(_domain_words())
    written: dict[str, tuple[int, str]] = {}
    general, domain = _folded(general, written), _folded(domain, written)
    general = dict.fromkeys(fold(_read(_FAMILIAR)).split()[1:], 0) | general
    accented = {plain: word for plain, (_, word) in written.items() if plain != word}
    return Vocabulary(general, domain, accented)


@cache
def load_places() -> frozenset[str]:
    """Folded words of the names of communes, their groupings, départements and regions."""
    names = [line.split("\t", 2)[1] for place in _PLACES for line in _read(place).splitlines()[1:]]
    return frozenset(_LETTERS.findall(fold("\n".join(names))))


@cache
def vocabulary_version() -> str:
    """Eight digits that change with any word, of the dictionary or of ours."""
    digest = sha256(version(DICTIONARY).encode())
    for name in (*_TEXTS, _FAMILIAR, *_PLACES):
        digest.update(_read(name).encode())
    return digest.hexdigest()[:8]


def _folded(counts: dict[str, int], written: dict[str, tuple[int, str]]) -> dict[str, int]:
    """Counts of folded words; ``written`` keeps how each is written most often."""
    folded: dict[str, int] = {}
    for plain, (word, count) in zip(
        fold("\n".join(counts)).split("\n"), counts.items(), strict=True
    ):
        folded[plain] = folded.get(plain, 0) + count
        if count > written.get(plain, (0, ""))[0]:
            written[plain] = count, word
    return folded


def _domain_words() -> Iterator[str]:
    for name in _TEXTS:
        content = _read(name)
        if name.endswith(".tsv"):
            rows = [line.split("\t") for line in content.splitlines()[1:]]
            said = [" ".join([*row[:4], row[6]]) for row in rows]
        elif name.endswith(".jsonl"):
            said = [text for line in content.splitlines() for text in _said(json.loads(line))]
        else:
            said = list(_said(json.loads(content)))
        for text in said:
            yield from _LETTERS.findall(text.casefold())


def _said(content: object, field: str = "") -> Iterator[str]:
    """Texts of a JSON value, those of a list being of its field."""
    if isinstance(content, str) and field in _SAID:
        yield content
    elif isinstance(content, list):
        for one in content:
            yield from _said(one, field)
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _said(value, name)


def _read(name: str) -> str:
    return (files("data") / name).read_text("utf-8")
