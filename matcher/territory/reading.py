"""Take apart what was typed: a name, and the codes and areas that say which one is meant."""

import re
from dataclasses import dataclass, replace

from matcher.territory.folding import words_of

LONGEST = 200

_SEPARATOR = re.compile(r"[,;()\n\t]")
_POSTAL_CODE = re.compile(r"\d{5}|2[ab]\d{3}")
_DEPARTMENT_CODE = re.compile(r"\d{2}|2[ab]|9[78]\d|qc")
_NUMBER = re.compile(r"0?(\d{1,2})(er|ere|e|eme|ieme|nd|nde)?")
_ORDINALS = frozenset({"er", "ere", "e", "eme", "ieme", "nd", "nde"})
_ARRONDISSEMENT = frozenset({"arrondissement", "arrdt", "ardt", "arr", "de", "d"})
_SIZES = {"paris": 20, "lyon": 9, "marseille": 16}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: a name, and what narrows it down.

    ``areas`` are the folded words of what stood after a comma or in brackets; ``departments``
    are codes in upper case; ``arrondissement`` is a number of Paris, Lyon or Marseille,
    ``certain`` unless it may also be read as the code of the département (``Marseille 13``).
    """

    words: tuple[str, ...]
    postal_code: str | None = None
    departments: tuple[str, ...] = ()
    areas: tuple[tuple[str, ...], ...] = ()
    arrondissement: int | None = None
    certain: bool = True

    def in_one_piece(self) -> "Reading":
        """The same, what stood in brackets being part of the name (``Bors (Canton de …)``)."""
        whole = (*self.words, *(word for area in self.areas for word in area))
        return replace(self, words=whole, areas=())


def is_readable(text: str) -> bool:
    """Say whether a text is short and free of control characters and lone surrogates."""
    if len(text) > LONGEST:
        return False
    return all(letter in "\t\n\r" or not _is_hostile(letter) for letter in text)


def _is_hostile(letter: str) -> bool:
    return letter < " " or "\x7f" <= letter < "\xa0" or "\ud800" <= letter <= "\udfff"


def read(text: str) -> Reading:
    """Read a name with its postal code, département, area, CEDEX or arrondissement.

    Codes are recognised at either end of a segment; a four-digit postal code is one that a
    spreadsheet has stripped of its zero.
    """
    segments = [words_of(part) for part in _SEPARATOR.split(text)]
    postal_code: str | None = None
    kept: list[tuple[str, ...]] = []
    cedex: int | None = None
    for segment in segments:
        words, found = _without_postal_code(segment)
        words, number = _without_cedex(words)
        postal_code, cedex = found or postal_code, number or cedex
        if words:
            kept.append(words)
    # A lone code in brackets is a département: ``Marseille (13)`` is the whole city.
    said = [words for words in kept if len(words) > 1 or not _DEPARTMENT_CODE.fullmatch(words[0])]
    city = _arrondissement(tuple(word for words in said for word in words))
    if city is not None:
        name, arrondissement, certain = city
        return Reading((name,), postal_code, (), (), arrondissement, certain)
    return _with_areas(kept, postal_code, cedex)


def _with_areas(
    segments: list[tuple[str, ...]], postal_code: str | None, cedex: int | None
) -> Reading:
    names: list[tuple[str, ...]] = []
    departments: list[str] = []
    for segment in segments:
        words, code = _without_department(segment)
        if code:
            departments.append(code)
        if words:
            names.append(words)
    name = names[0] if names else ()
    # The number of a CEDEX is that of the arrondissement in the three cities, noise elsewhere.
    in_city = cedex is not None and cedex <= _SIZES.get("".join(name), 0)
    return Reading(
        name, postal_code, tuple(departments), tuple(names[1:]), cedex if in_city else None
    )


def _without_postal_code(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    if len(words) > 1 and words[0] in {"f", "fr"} and _POSTAL_CODE.fullmatch(words[1]):
        words = words[1:]
    for place in (0, -1):
        if words and _POSTAL_CODE.fullmatch(words[place]):
            return _dropped(words, place), words[place].upper()
    if len(words) > 1 and re.fullmatch(r"\d{4}", words[0]):
        return words[1:], f"0{words[0]}"
    return words, None


def _without_department(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    for place in (-1, 0):
        if words and _DEPARTMENT_CODE.fullmatch(words[place]):
            return _dropped(words, place), words[place].upper()
    return words, None


def _dropped(words: tuple[str, ...], place: int) -> tuple[str, ...]:
    return words[1:] if place == 0 else words[:-1]


def _without_cedex(words: tuple[str, ...]) -> tuple[tuple[str, ...], int | None]:
    """Cut ``cedex`` and the number that may follow it."""
    if "cedex" not in words:
        return words, None
    place = words.index("cedex")
    after = words[place + 1 :]
    if after and re.fullmatch(r"\d{1,2}", after[0]):
        return words[:place] + after[1:], int(after[0])
    return words[:place] + after, None


def _arrondissement(words: tuple[str, ...]) -> tuple[str, int, bool] | None:
    """City, number and certainty of ``paris 12e``, ``12e arrondissement de paris``, ``lyon 03``."""
    cities = [word for word in words if word in _SIZES]
    numbers = [found for word in words if (found := _NUMBER.fullmatch(word))]
    if len(cities) != 1 or len(numbers) != 1:
        return None
    city, number = cities[0], numbers[0]
    rest = [word for word in words if word not in (city, number[0])]
    ordinal = bool(number[2]) or any(word in _ORDINALS for word in rest)
    called = any(word.startswith("ar") for word in rest if word in _ARRONDISSEMENT)
    if any(word not in _ARRONDISSEMENT | _ORDINALS for word in rest):
        return None
    value = int(number[1])
    certain = ordinal or called
    if not 1 <= value <= _SIZES[city] and not certain:
        return None
    is_department = city == "marseille" and number[0] == "13"
    return city, value, certain or not is_department
