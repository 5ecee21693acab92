"""Whom a text is reserved for: « réservé aux hommes », « femmes seulement », « permis exigé »."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

REACH = 80
"""Characters that a restriction reads, within its clause."""

MOST = 30
"""Passages that are read of one text."""

_CLAUSE = re.compile(r"[.;!?\n()]|\bmais\b")
_ONLY = r"(?:exclusivement|uniquement|seulement|strictement|rien que|juste|purement)"
_NOT = r"(?<!pas )(?<!non )(?<!ni )(?<!plus )(?<!jamais )"
_TO = r"(?:aux?|a la|a l'|a des|a|pour|les|des|d')"
_BEFORE = re.compile(
    rf"{_NOT}\b(?:"
    rf"(?:reserve|dedie|limite|restreint)(?:e|es|s)?(?: {_ONLY})? {_TO}"
    r"|(?:aux|pour les|des|les|a la|pour le|pour la) seule?s?|(?<!\w)seule?s? (?:les|des)"
    rf"|{_ONLY} (?:{_TO}|destine\w* {_TO}|dedie\w* {_TO}|ouvert\w* {_TO}|a destination d\w+|entre)"
    rf"|{_ONLY} :|ouvert\w* {_ONLY} {_TO}|que (?:des|les|pour les|aux)"
    r"|n(?:'|e )\w+(?: \w+)? qu(?:'|e )(?:aux?|avec|pour|a|en|les|des)?"
    r"|(?:faut|doit|doivent|devez|condition(?: ?:)?) (?:etre|avoir(?! (?:un|des) enfants?\b))"
    r"|(?:etre|avoir) (?=majeur|\w+ de|entre|plus|au moins|\d)"
    r"|(?:entre|public exclusivement|exclusivement|100 %) (?=femmes|hommes|meres|peres|mamans|papas"
    r"|filles|garcons|feminin|masculin)"
    rf")\b"
)
_AND_NO_ONE_ELSE = r"(?:et )?(?:a |d'|de |par |pour )?(?:eux|elles?|lui) seule?s?"
_AFTER = re.compile(rf"{_NOT}\b(?:{_ONLY}|{_AND_NO_ONE_ELSE})(?= *(?:$|[,:/]|et\b))")
_REQUIRED = re.compile(
    r"(?<!pas )(?<!non )\b(?:exigee?s?|obligatoires?|requise?s?|indispensables?|incontournables?"
    r"|imperati(?:f|fs|ve|ves)|demandee?s?|necessaires?|(?:a|est a|sont a) (?:fournir|presenter)"
    r"|de rigueur|prealables?)\b"
)
_MUST = re.compile(
    r"\b(?:prevoir|se munir d\w*|munissez-vous d\w*|venir avec|sous reserve d\w*|a condition d\w*"
    r"|sur (?:presentation|prescription|orientation|adhesion) d\w*|justifier d\w*|disposer d\w*"
    r"|posseder|titulaires? d\w*"
    r"|pre-?requis(?: ?:)?|il faut|faut|doit passer par|sur (?:courrier|demande|lettre) d\w*"
    r"|obligatoirement|exige\w{0,3}|sur justificatif d\w*|reserve sur|uniquement|exclusivement"
    r"|seulement)(?= |')(?! pas )"
)
_TO_BE = re.compile(
    r", ?(?=(?:savoir|habiter|resider|etre (?:domicilie|inscrit|abstinent|titulaire|allocataire"
    r"|adherent|age|resident|majeur|vaccine|accompagne))\w*(?: [\w'-]+){0,5}$)"
)
"""« , savoir nager »: a bare infinitive at the end is a condition."""

_NOT_REQUIRED = re.compile(r"\b(?:n'est|ne sont|n'etant|pas|non|aucune?|sans)\b")
_NOT_MUST = re.compile(r"\b(?:pas|non|sans|ni|aucune?|plus|jamais)(?: \w+)? ?$|exige\w* ?$")
_AT_TIMES = re.compile(
    r"\b(?:(?:lun|mar|mercre|jeu|vendre|same)dis?|dimanches?|matin(?:ee)?s?|midis?|soirs?|apres-midi"
    r"|creneaux?|heures?|jours?|places?|chambres?|une partie|certains?|section)(?: \w+)? ?$"
)
"""« le mercredi matin réservé aux femmes » : the other days are for everyone."""

_NOT_RESERVED = re.compile(
    r"\b(?:n'est|ne sont|n'etant) (?:pas|plus) (?:\w+ )?$"
    r"|\b(?:inutile d'|besoin d'|necessaire d'|sans |meme sans )$"
    r"|\b(?:difference|distinction|egalite|parite|mixite|rencontre|dialogue|violence)s? $"
)


def reserved_passages(folded: str) -> list[str]:
    """Parts of a folded text that name the only people whom it accepts, in order."""
    return _first_of(_reserved_in(clause) for clause in _CLAUSE.split(folded))


def required_passages(folded: str) -> list[str]:
    """Parts of a folded text that name what one must have: « permis B exigé », in order."""
    return _first_of(_required_in(clause) for clause in _CLAUSE.split(folded))


def _first_of(passages: Iterable[Iterable[str]]) -> list[str]:
    """Each passage once, and no more of them than a text in good faith has."""
    return list(islice(dict.fromkeys(chain.from_iterable(passages)), MOST))


def _reserved_in(clause: str) -> Iterator[str]:
    for found in _BEFORE.finditer(clause):
        before = clause[max(0, found.start() - 25) : found.start()]
        if not _NOT_RESERVED.search(before) and not _AT_TIMES.search(before):
            yield _NEXT.split(clause[found.end() : found.end() + REACH], maxsplit=1)[0]
    for found in _AFTER.finditer(clause):
        yield _FOR.split(_before(clause, found))[-1]


def _required_in(clause: str) -> Iterator[str]:
    for found in _MUST.finditer(clause):
        if not _NOT_MUST.search(clause[max(0, found.start() - 25) : found.start()]):
            yield _NEXT.split(clause[found.end() : found.end() + REACH], maxsplit=1)[0]
    if bare := _TO_BE.search(clause):
        yield clause[bare.end() :]
    for found in _REQUIRED.finditer(clause):
        passage = _before(clause, found)
        if not _NOT_REQUIRED.search(passage):
            yield passage


def _before(clause: str, cue: re.Match[str]) -> str:
    return clause[max(0, cue.start() - REACH) : cue.start()].rpartition(",")[2]


_NEXT = re.compile(r",(?! ?(?:aux?|les|des|de|et|ou)\b)")
_FOR = re.compile(r"\bpour |:")
