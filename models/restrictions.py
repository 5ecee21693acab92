"""Whom a text is reserved for: « réservé aux hommes », « femmes seulement », « permis exigé »."""

import re
from collections.abc import Iterator

REACH = 80
"""Characters that a restriction reads, within its clause."""

_CLAUSE = re.compile(r"[.;!?\n()]|\bmais\b")
_ONLY = r"(?:exclusivement|uniquement|seulement|strictement|rien que)"
_NOT = r"(?<!pas )(?<!non )(?<!ni )(?<!plus )(?<!jamais )"
_TO = r"(?:aux?|a la|a l'|a des|a|pour|les|des|d')"
_BEFORE = re.compile(
    rf"{_NOT}\b(?:"
    rf"(?:reserve|dedie)(?:e|es|s)?(?: {_ONLY})? {_TO}"
    rf"|{_ONLY} (?:{_TO}|destine\w* {_TO}|dedie\w* {_TO}|ouvert\w* {_TO}|a destination d\w+|entre)"
    rf"|{_ONLY} :|ouvert\w* {_ONLY} {_TO}|que (?:des|les|pour les|aux)"
    r"|n(?:'|e )\w+(?: \w+)? qu(?:'|e )(?:aux?|avec|pour|a)?"
    r"|(?:faut|doit|doivent|devez|condition(?: ?:)?) (?:etre|avoir)"
    r"|(?:etre|avoir) (?=majeur|\w+ de|entre|plus|au moins|\d)"
    r"|(?:entre|public exclusivement|exclusivement|100 %) (?=femmes|hommes|meres|peres|mamans|papas"
    r"|filles|garcons|feminin|masculin)"
    rf")\b"
)
_AFTER = re.compile(rf"{_NOT}\b{_ONLY}(?= *(?:$|[,:/]|et\b))")
_REQUIRED = re.compile(
    r"(?<!pas )(?<!non )\b(?:exigee?s?|obligatoires?|requise?s?|indispensables?"
    r"|imperati(?:f|fs|ve|ves)|demandee?s?|necessaires?)\b"
)
_MUST = re.compile(
    r"\b(?:prevoir|se munir d\w*|munissez-vous d\w*|venir avec|sous reserve d\w*|a condition d\w*"
    r"|sur presentation d\w*|justifier d\w*|disposer d\w*|posseder|titulaires? d\w*"
    r"|il faut|exige\w{0,3}|sur justificatif d\w*|reserve sur|uniquement|exclusivement|seulement)"
    r"(?= |')(?! pas )"
)
_NOT_REQUIRED = re.compile(r"\b(?:n'est|ne sont|n'etant|pas|non|aucune?|sans)\b")
_NOT_MUST = re.compile(r"\b(?:pas|non|sans|ni|aucune?|plus|jamais)(?: \w+)? ?$|exige\w* ?$")
_NOT_RESERVED = re.compile(r"\b(?:n'est|ne sont|n'etant) (?:pas|plus) (?:\w+ )?$")


def reserved_passages(folded: str) -> list[str]:
    """Parts of a folded text that name the only people whom it accepts, in order."""
    return [passage for clause in _CLAUSE.split(folded) for passage in _reserved_in(clause)]


def required_passages(folded: str) -> list[str]:
    """Parts of a folded text that name what one must have: « permis B exigé », in order."""
    return [passage for clause in _CLAUSE.split(folded) for passage in _required_in(clause)]


def _reserved_in(clause: str) -> Iterator[str]:
    for found in _BEFORE.finditer(clause):
        if not _NOT_RESERVED.search(clause[max(0, found.start() - 25) : found.start()]):
            yield _NEXT.split(clause[found.end() : found.end() + REACH], maxsplit=1)[0]
    for found in _AFTER.finditer(clause):
        yield _FOR.split(_before(clause, found))[-1]


def _required_in(clause: str) -> Iterator[str]:
    for found in _MUST.finditer(clause):
        if not _NOT_MUST.search(clause[max(0, found.start() - 25) : found.start()]):
            yield _NEXT.split(clause[found.end() : found.end() + REACH], maxsplit=1)[0]
    for found in _REQUIRED.finditer(clause):
        passage = _before(clause, found)
        if not _NOT_REQUIRED.search(passage):
            yield passage


def _before(clause: str, cue: re.Match[str]) -> str:
    return clause[max(0, cue.start() - REACH) : cue.start()].rpartition(",")[2]


_NEXT = re.compile(r",(?! ?(?:aux?|les|des|de|et|ou)\b)")
_FOR = re.compile(r"\bpour |:")
