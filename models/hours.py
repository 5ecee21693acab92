"""Hours and days that a text writes in numbers: « se termine à 17 h », « du lundi au vendredi »."""

import re
from typing import NamedTuple

EVENING, NIGHT = "evening", "night"
EVENING_FROM, NIGHT_FROM, NIGHT_UNTIL = 18, 22, 5

_HOUR = r"(?<!\d)(\d{1,2}) ?(?:h|heures?)(?: ?[0-5]\d)?(?!\w)(?! ?/)"
_AT = re.compile(rf"\b(?:a|vers|apres|avant|des|de|jusqu'a) {_HOUR}")
_SPAN = re.compile(
    r"(?:\b(?:de|entre) )?(?<!\d)(\d{1,2}) ?(?:h|heures?) ?(?:[0-5]\d)?"
    rf"(?: a | et | ?- ?){_HOUR}"
)
_CLOSES = re.compile(
    r"\b(?:ferm(?:e|es|ons|ent|ee|ees|eture|ant)|termin\w+|fini\w*|arret\w+|cess\w+"
    rf"|(?:prend|prennent) fin)(?: (?!a )[\w']+){{0,3}} (?:a|vers|des|apres) {_HOUR}"
    rf"|\b(?:rien|personne|pas|plus|jamais|ni)(?: \w+)? apres {_HOUR}"
    rf"|\b(?:liber|rend|quitt|vid|evacu)\w+(?: \w+)? avant {_HOUR}|\bjusqu'a {_HOUR}"
)
_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_NAMES = {2: "wednesday", 5: "saturday", 6: "sunday"}
_FROM_TO = re.compile(rf"\bdu ({'|'.join(_DAYS)}) (?:matin )?au ({'|'.join(_DAYS)})\b")
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})s?\b")
_ONLY_THEN = re.compile(
    rf"\b(?:{'|'.join(_DAYS)})s? (?:uniquement|seulement|exclusivement)"
    rf"|\b(?:uniquement|seulement|exclusivement|que) (?:le |les )(?:{'|'.join(_DAYS)})"
)
_ANY_HOUR = re.compile(r"\d ?h")
_LATE = re.compile(r"\b(?:soir|soirs|soiree|soirees|nuits?|nocturnes?|24 ?h|minuit|tard)\b")
_NOT_LATE = re.compile(r"\b(?:pas|jamais|rien|aucune?) (?:le |la |de |en |d')?(?:soir\w*|nuits?)")


class Hours(NamedTuple):
    """When a text says that something is: evenings and nights within, and what comes after."""

    within: frozenset[str]
    after: frozenset[str]


def hours_in(folded: str) -> Hours:
    """Evenings, nights and week-end days that a folded text is about, and those it ends before."""
    closed = frozenset(_closed_days(folded))
    if not _ANY_HOUR.search(folded):
        return Hours(frozenset(), closed)
    ends = [int(hour) for found in _CLOSES.findall(folded) for hour in found if hour]
    spans = [(int(start), int(end)) for start, end in _SPAN.findall(folded)]
    told = {int(hour) for hour in _AT.findall(folded)} | {end for _, end in spans}
    within = _late_hours(told - set(ends))
    last = max([*ends, *(end for _, end in spans)], default=24)
    overnight = any(end < start for start, end in spans) or _late(folded)
    if overnight or last > NIGHT_FROM:
        return Hours(frozenset(within), closed)
    shut = {NIGHT} if last > EVENING_FROM else {EVENING, NIGHT}
    return Hours(frozenset(within - shut), closed | shut)


def _late_hours(hours: set[int]) -> set[str]:
    evening = any(EVENING_FROM < hour < 24 for hour in hours)
    night = any(NIGHT_FROM <= hour < 24 or 0 < hour < NIGHT_UNTIL for hour in hours)
    return {name for name, told in ((EVENING, evening), (NIGHT, night)) if told}


def _late(folded: str) -> bool:
    return _LATE.search(_NOT_LATE.sub("", folded)) is not None


def _closed_days(folded: str) -> set[str]:
    """« du mardi au samedi » is not on Sunday; nor are « les lundis et jeudis seulement »."""
    days = {_DAYS.index(day) for day in _DAY.findall(folded)}
    closed = set()
    for first, last in _FROM_TO.findall(folded):
        low, high = _DAYS.index(first), _DAYS.index(last)
        closed |= {day for day in _NAMES if low < high < day}
    if days and _ONLY_THEN.search(folded):
        closed |= _NAMES.keys()
    names = {_NAMES[day] for day in closed - days}
    return names | ({"weekend"} if {"saturday", "sunday"} <= names else set())
