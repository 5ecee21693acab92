"""Ages that a text writes in numbers: « 16 ans », « 18-25 ans », « dès 12 ans », « + de 60 »."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OLDEST = 110

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt".split(), start=13
    )
} | {"trente": "30", "quarante": "40", "cinquante": "50", "soixante": "60", "quatre-vingts": "80"}
_SPELLED = re.compile(rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?= ans\b)")

_SCHOOLS = {
    r"(?:avant|apres) la majorite": "18",
    r"(?:des|a partir d[eu]s?|avant) (?:la |l'ecole )maternelle": "3",
    r"(?:des|a partir d[eu]s?|avant) (?:le cp|l'ecole primaire|le primaire|cp)": "6",
    r"(?:des|a partir d[eu]s?|avant) (?:le |l'entree au )?college": "11",
    r"(?:des|a partir d[eu]s?|avant) (?:le |l'entree au )?lycee": "15",
}
_SCHOOL = re.compile(rf"\b(?:{'|'.join(f'({turn})' for turn in _SCHOOLS)})\b")
"""« à partir du lycée » is an age too."""

_SAID_BY_SCHOOL = ("majorite", "maternelle", "primaire", "cp", "college", "lycee")

_YEARS = r" ?ans\b(?! d'(?!age)| de (?!l'age|moins|plus)| sur\b)"
_FROM = (
    r"(?:plus de|\+ ?(?:de)?|apres|a partir de|a compter de|des l'age de|des|au-dela de"
    r"|au moins|minimum|avoir"
    r"|(?:debut|commenc)\w+ a)"
)
_BELOW = r"(?:moins de|- ?de|avant|inferieure? a)"
_UP_TO = (
    r"(?:jusqu'a(?: l'age de)?|jusqu'aux?|maximum|au plus"
    r"|limite d'age(?: (?:fixee|de|est|: ?))? ?(?:a|de)?|age limite ?:?|age maxim\w+ ?:?)"
)
_AGE = re.compile(
    rf"(?:\b(?:de|entre) )?(?<!\d)(?P<low>\d{{1,2}}) ?(?:-|–|/|a|et) ?(?P<high>\d{{1,3}}){_YEARS}"
    r"|(?<!\d)(?P<short>1[4-8]) ?[-/] ?(?P<long>2\d|30)\b(?! ?(?:h\b|mois|€|euros|places|[-/]))"
    rf"|(?P<turn>(?<!\w)(?:{_FROM}|{_BELOW}|{_UP_TO}))? ?(?<!\d)(?P<age>\d{{1,3}}){_YEARS}"
    r"(?P<after> (?:et|ou) plus| (?:et|ou) moins| minimum| revolus| et au-dela|(?: ?)\+)?"
)
_NO_AGE_BEFORE = re.compile(
    r"\b(?:depuis|pendant|durant|y a|bail(?: de)?|contrats?(?: de)?|duree(?: de)?|en|sur|sous"
    r"|dans|tous les|sejours? de|peine(?: de)?|fete (?:ses|nos)|existe)"
    r"(?: (?:plus|moins|pres|environ)(?: de)?)? ?$"
)
_BEFORE_READ = 30
SHORTEST_UP_TO = 6
"""« jusqu’à 2 ans » is how long a stay lasts; « jusqu’à 25 ans » is an age."""


@dataclass(frozen=True, slots=True)
class Ages:
    """From ``low`` to ``high`` years, both included; ``ranged`` when the text gives a limit."""

    low: int
    high: int
    ranged: bool = True

    def overlaps(self, other: "Ages") -> bool:
        """Whether some age is in both."""
        return self.low <= other.high and other.low <= self.high

    def within(self, other: "Ages") -> bool:
        """Whether every age of this one is in the other, which holds more."""
        return (self.low, self.high) != (other.low, other.high) and (
            other.low <= self.low and self.high <= other.high
        )


def spelled_in_digits(folded: str) -> str:
    """« seize ans » as « 16 ans », « dès le lycée » as « à partir de 15 ans »; of a folded text."""
    if any(word in folded for word in _SAID_BY_SCHOOL):
        folded = _SCHOOL.sub(_school_in_digits, folded)
    if " ans" not in folded:
        return folded
    return _SPELLED.sub(lambda found: _NUMBERS[found.group()], folded)


def _school_in_digits(found: re.Match[str]) -> str:
    turn = "avant " if found.group().startswith("avant") else "a partir de "
    age = list(_SCHOOLS.values())[(found.lastindex or 1) - 1]
    return f"{turn}{age} ans"


def ages_in(folded: str) -> Iterator[Ages]:
    """Ages and ranges of ages of a folded text, in order; durations are left aside."""
    for found in _AGE.finditer(folded):
        before = folded[max(0, found.start() - _BEFORE_READ) : found.start()]
        ages = None if _NO_AGE_BEFORE.search(before) else _ages(found)
        if ages is not None and ages.low <= ages.high <= OLDEST:
            yield ages


def _ages(found: re.Match[str]) -> Ages | None:
    if found["low"] or found["short"]:
        return Ages(int(found["low"] or found["short"]), int(found["high"] or found["long"]))
    age, turn, after = int(found["age"]), found["turn"] or "", found["after"] or ""
    if re.fullmatch(_BELOW, turn):
        return Ages(0, age - 1)
    if re.fullmatch(_UP_TO, turn) or "moins" in after:
        return Ages(0, age) if age >= SHORTEST_UP_TO else None
    if turn or after:
        return Ages(age, OLDEST)
    return Ages(age, age, ranged=False)
