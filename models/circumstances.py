"""People and circumstances that an offer may leave out: minors, animals, tonight, a wheelchair.

« pas de mineurs » excludes a boy of 16 and « femmes seulement » a father: shared words do not tell.
So a text is read for the groups of ``data/vocabularies/circumstances.tsv`` (ours, see
``SOURCES.md`` beside it), in what it says, what it excludes and what it is reserved for.
"""

import csv
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from matcher.engine.matching import CIRCUMSTANCE
from matcher.engine.terms import EXCLUDED
from models.ages import OLDEST, Ages, ages_in, spelled_in_digits
from models.french import fold
from models.hours import hours_in
from models.lacks import demanded, lacked
from models.negation import READ, excluded_passages
from models.phrases import Phrases
from models.restrictions import required_passages, reserved_passages

MAJORITY = 18

OF_AGE = "ofage"
"""« femmes majeures » is a limit even where nothing says « uniquement »."""

FIRST_AGES = (
    *(0, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 25, 26, 27, 29, 30, 31),
    *(35, 36, 40, 45, 46, 50, 51, 55, 56, 60, 61, 62, 65, 66, 70, 75, 80),
)
"""Where a new band of ages begins: wherever services put their limits."""

_BANDS = [
    Ages(low, after - 1)
    for low, after in zip(FIRST_AGES, (*FIRST_AGES[1:], OLDEST + 1), strict=True)
]
_EVERYONE = re.compile(
    r"\b(?:tous? (?:les )?(?:ages?|publics?)|toutes? generations?|intergeneration\w*|de 7 a 77)\b"
)
_NOT, _SHUT = "-", "+"
_FULL = re.compile(
    r"(?:^|[:;,.(–] ?)(?:(?:deja|toujours|actuellement|desormais|mais|tout est|tou(?:s|tes)) ?)?"
    r"(?:complete?s?|sature(?:e|s|es)?|(?:pris|pourvu)e?s"
    r"|plus (?:de|une|aucune?) (?:seule )?places?)"
    r"(?= *(?:$|[,.;:!)]| en | jusqu| depuis ))"
)
"""« complet » by itself: nobody comes in, whoever they are."""

VACANCY = "vacancy"
_RATHER = re.compile(r"\b(?:priorit\w+|notamment|surtout|y compris|dont|par exemple|ex|plutot)\b")


@dataclass(frozen=True, eq=False, slots=True)
class Circumstance:
    """A group of people or a circumstance, and the words that name it.

    ``ages`` are all those that it may have, ``typical`` those that a need is taken to have when it
    gives no number: « un jeune » is no reason to lose those who help from 16 to 21.
    ``within`` are wider ones that it belongs to, ``opposed`` those that an offer reserved for it
    leaves out, ``closed`` the phrases that exclude it by themselves.
    """

    code: str
    words: str
    other: str
    ages: Ages | None
    typical: Ages | None
    within: tuple[str, ...]
    opposed: tuple[str, ...]
    closed: str


@cache
def read_circumstances() -> dict[str, Circumstance]:
    """Every line of the vocabulary, by code."""
    text = (files("data") / "vocabularies" / "circumstances.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["code"]: _circumstance(row) for row in rows}


@cache
def _naming() -> Phrases:
    known = read_circumstances().values()
    return Phrases(
        {one.code: one.words for one in known}
        | {_NOT + one.code: one.other for one in known}
        | {_SHUT + one.code: one.closed for one in known}
    )


def circumstance_terms(text: str, passages: Sequence[str] | None = None) -> list[str]:
    """Terms of what a text is about (``#woman``), then of what it leaves out (``!#animal``).

    Ages are terms by band: ``#minor/16``, ``!#adult/30``. Sorted, without repetition.
    ``passages`` are its :func:`models.negation.excluded_passages`, when they are known already.
    """
    folded = spelled_in_digits(fold(text[:READ]))
    left_aside = excluded_passages(text) if passages is None else passages
    excluded = [spelled_in_digits(passage) for passage in left_aside]
    required = required_passages(folded)
    reserved = [*reserved_passages(folded), *required]
    found, left_out = _naming().count([folded]), _named(excluded)
    said = {code for code, count in _without_others(found).items() if count > left_out[code]}
    hours = hours_in(folded)
    said |= hours.within - left_out.keys()
    closed = {key[1:] for key in found if key.startswith(_SHUT)} | (hours.after - said)
    opposed = _opposed(_named(reserved)) - _widened(said)
    about = _widened(said) | {_band_code(band) for band in _meant_bands(folded, said, excluded)}
    shut = {code for passage in excluded for code in _left_out_by(passage, said)}
    shut |= closed | opposed
    shut |= {_band_code(band) for band in _shut_bands(folded, said, excluded, reserved)}
    about |= lacked(folded)
    shut |= demanded(reserved)
    if _FULL.search(folded):
        shut.add(VACANCY)
    return [CIRCUMSTANCE + code for code in sorted(about)] + [
        EXCLUDED + CIRCUMSTANCE + code for code in sorted(shut)
    ]


def _left_out_by(passage: str, said: Container[str]) -> set[str]:
    """« hébergement, pas d'hébergement d'urgence » leaves out the urgency, not the lodging."""
    codes = set(_named([passage]))
    return {code for code in codes if code not in said} or codes


def _named(passages: Sequence[str]) -> Counter[str]:
    return _without_others(_naming().count(passages)) if passages else Counter()


def _without_others(found: Counter[str]) -> Counter[str]:
    """What is named, less the phrases in which its words mean something else."""
    return Counter(
        {
            key: left
            for key, count in found.items()
            if key[0] not in (_NOT, _SHUT) and (left := count - found[_NOT + key]) > 0
        }
    )


def _widened(codes: Iterable[str]) -> set[str]:
    known = read_circumstances()
    return {wider for code in codes for wider in (code, *known[code].within)}


def _opposed(codes: Iterable[str]) -> set[str]:
    known = read_circumstances()
    return {opposite for code in codes for opposite in known[code].opposed} - set(codes)


def _meant_bands(folded: str, said: Iterable[str], excluded: Sequence[str]) -> Iterator[Ages]:
    """Bands of the ages of those a need is about; a number says more than a word."""
    left_out = {ages for passage in excluded for ages in ages_in(passage)}
    numbers = [ages for ages in ages_in(folded) if ages not in left_out]
    known = read_circumstances()
    words = [known[code] for code in said]
    wide = _beside(_ages_of(said), numbers)
    return _bands([*numbers, *(c.typical for c in words if c.typical and c.ages in wide)])


def _shut_bands(
    folded: str, said: Iterable[str], excluded: Sequence[str], reserved: Sequence[str]
) -> Iterator[Ages]:
    """Bands that an offer leaves out: those it excludes, those outside the ages it gives."""
    refused = [ages for passage in excluded for ages in _ages_named(passage)]
    allowed = [ages for passage in reserved for ages in _ages_named(passage)]
    if not _EVERYONE.search(folded) and not _RATHER.search(folded):
        allowed += [ages for ages in ages_in(folded) if ages.ranged and ages not in refused]
        if not allowed and OF_AGE in said:
            allowed = _ages_of(said)
    yield from _bands(refused)
    if allowed:
        allowed += _beside(_ages_of(said), allowed)
        yield from (band for band in _BANDS if not any(band.overlaps(ages) for ages in allowed))


def _ages_named(passage: str) -> list[Ages]:
    numbers = list(ages_in(passage))
    return numbers or _ages_of(_named([passage]))


def _ages_of(codes: Iterable[str]) -> list[Ages]:
    known = read_circumstances()
    every = [ages for code in codes if (ages := known[code].ages)]
    return [ages for ages in every if not any(other.within(ages) for other in every)]


def _beside(words: Sequence[Ages], numbers: Sequence[Ages]) -> list[Ages]:
    return [ages for ages in words if not any(ages.overlaps(other) for other in numbers)]


def _bands(every: Sequence[Ages]) -> Iterator[Ages]:
    return (band for band in _BANDS if any(band.overlaps(ages) for ages in every))


def _band_code(band: Ages) -> str:
    return f"{'minor' if band.low < MAJORITY else 'adult'}/{band.low}"


def _circumstance(row: dict[str, str]) -> Circumstance:
    return Circumstance(
        code=row["code"],
        words=fold(row["words"]),
        other=fold(row["not"]),
        ages=_span(row["ages"]),
        typical=_span(row["typical"]),
        within=tuple(row["within"].split()),
        opposed=tuple(row["opposed"].split()),
        closed=fold(row["closed_by"]),
    )


def _span(cell: str) -> Ages | None:
    low, dash, high = cell.partition("-")
    return Ages(int(low), int(high or OLDEST)) if dash else None
