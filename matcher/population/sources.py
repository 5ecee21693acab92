"""What a made-up population is made of: phrases of the bank and of the fixtures, shares, words."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.engine.profiles import Kind, Role

Row = dict[str, Any]

BANK = "vocabularies/domain_phrases.jsonl"
ACTORS = "fixtures/actors.jsonl"
WORDS = "fixtures/population.json"
FIELDS = {Role.NEED: "needs", Role.OFFER: "offers"}
LONGEST = 170
"""Characters of a phrase: with what varies it, it stays one passage."""

NUMBERS = range(2, 30)
_A_NAME = re.compile(r"(?<=[^.!?…] )[A-ZÉÈÀ][a-zéèàï]+")
"""A word with a capital inside a sentence: what a fixture says of a place holds there only."""

_STRAIGHT = re.compile(r"'")
_HIGH = re.compile(r"\s+([;:?!])(?=\s|$)|(?<=\w)([;:?!])(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that is drawn from.

    ``phrases`` are by role and thématique, none empty; ``domains`` and ``publics`` say how often
    each code is declared in the fixtures, plus one; ``details`` are what a statement may add.
    """

    phrases: Mapping[Role, Mapping[str, tuple[str, ...]]]
    domains: Mapping[str, int]
    publics: Mapping[str, int]
    said_of_publics: Mapping[str, tuple[str, ...]]
    details: Mapping[Role, tuple[str, ...]]
    first_names: tuple[str, ...]
    organizations: Mapping[Kind, tuple[tuple[str, str], ...]]
    """Structure types, each with the beginning of a name."""
    places: tuple[str, ...]
    """Ends of names of organisations."""

    def bank(self, role: Role) -> tuple[str, ...]:
        """Every phrase of a role once, in the order of the files."""
        return tuple(dict.fromkeys(p for some in self.phrases[role].values() for p in some))


@cache
def load_sources() -> Sources:
    """Read the committed files, once."""
    bank = [row for row in _rows(BANK) if "needs" in row]
    actors = list(_rows(ACTORS))
    words = json.loads(_read(WORDS))
    declared = Counter(code for actor in actors for code in actor.get("domains", ()))
    publics = Counter(code for actor in actors for code in actor.get("publics", ()))
    return Sources(
        phrases={role: _phrases(FIELDS[role], bank, actors) for role in Role},
        domains={row["code"]: 1 + declared[row["code"]] for row in bank},
        publics={code: 1 + publics[code] for code in words["publics"]},
        said_of_publics={code: tuple(said) for code, said in words["publics"].items()},
        details={role: tuple(_details(words, role)) for role in Role},
        first_names=tuple(words["first_names"]),
        organizations={
            kind: tuple((one["structure_type"], one["name"]) for one in listed)
            for kind, listed in zip(Kind, map(words["organizations"].get, Kind), strict=True)
        },
        places=tuple(words["places"]),
    )


def typeset(text: str) -> str:
    """A phrase as French is printed: typographic apostrophes, no-break spaces, no final point."""
    plain = _STRAIGHT.sub("’", " ".join(text.split()).replace("...", "…")).rstrip(" .;,")
    return _HIGH.sub(lambda sign: f"\N{NO-BREAK SPACE}{sign[1] or sign[2]}", plain)


def _phrases(field: str, bank: Iterable[Row], actors: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    found = {row["code"]: [typeset(text) for text in row[field]] for row in bank}
    told: defaultdict[str, list[str]] = defaultdict(list)
    for actor in actors:
        for said in actor.get(field, ()):
            one = {"text": said} if isinstance(said, str) else said
            if len(one["text"]) <= LONGEST and _A_NAME.search(one["text"]) is None:
                for code in one.get("domains") or actor.get("domains", ()):
                    told[code].append(typeset(one["text"]))
    return {code: tuple(dict.fromkeys([*texts, *told[code]])) for code, texts in found.items()}


def _details(words: Row, role: Role) -> Iterator[str]:
    fillings = {"{n}": NUMBERS, "{month}": words["months"], "{weekday}": words["weekdays"]}
    for pattern in words["details"][role]:
        slot = next((slot for slot in fillings if slot in pattern), None)
        yield from [pattern.replace(slot, str(x)) for x in fillings[slot]] if slot else [pattern]


def _rows(name: str) -> Iterator[Row]:
    return map(json.loads, _read(name).splitlines())


def _read(name: str) -> str:
    return (files("data") / name).read_text(encoding="utf-8")
