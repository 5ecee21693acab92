"""What a text excludes, and whether it gives at all: « pas de mineurs », « cherche », « étude ».

Rules over words, not meaning: they see the plain ways in which practitioners exclude, and miss the
roundabout ones. « sans » is no cue: « sans garant » opens a door more often than it closes one.
"""

import re
from collections.abc import Iterator

from models.french import fold

SCOPE_WORDS = 5
"""How many words after a cue it can reach, within the clause."""

_CLAUSE = re.compile(r"[.;:!?\n()]|\bmais\b|\bsauf si\b|\bpar contre\b|\ben revanche\b")
_BEFORE = re.compile(
    r"\b(?:(?:pas|plus|jamais) (?:de |d'|du |des |pour (?:les |des )?|avec (?:de |d')?|les |l')"
    r"|aucune? |ni |hors(?! les murs)(?: de| d')? |sauf (?:les |le |la |pour (?:les )?)?"
    r"|excepte (?:les |le |la )?|a l'exclusion (?:de |d'|des )(?:la |l')?"
    r"|n'accueill\w+ pas "
    r"|ne (?:pren|accept|recev|fais|fait|gere|trait|loge|heberge)\w* (?:pas|plus) )"
)
_AFTER = re.compile(
    r"((?:[\w'-]+ ){1,4}?)(?:est |sont |etre )?"
    r"(?:interdite?s?|exclue?s?|refusee?s?|non admise?s?|pas (?:admis|accepte|accueilli|pris)\w*)\b"
)
_NOT_EXCLUDING = re.compile(
    r"\b(?:pas|plus) (?:besoin|seulement|que |uniquement|forcement|toujours|cher)"
    r"|\bpas de (?:souci|probleme|jugement|liste d'attente|frais|condition|rendez)|\bpas d'avance"
    r"|\bplus de \d"
)
_ASKING = re.compile(
    r"^(?:\W*(?:nous|on|je|association|structure|asso|equipe|urgent|aussi|et|toujours)\W+){0,3}"
    r"(?:(?:re)?cherch(?:e|ons|ent|er)\b|(?:avons|ai|a|avoir)? ?besoin (?:de|d'|urgent)"
    r"|manqu(?:e|ons|ent) (?:de|d')|il (?:nous|me) (?:faut|faudrait)|il faudrait"
    r"|aimerions|voudrions"
    r"|souhaitons trouver|en (?:recherche|quete|attente) (?:de|d')|(?:ou|comment) trouver"
    r"|qui (?:peut|pourrait|aurait|connait)|quelqu'un (?:qui|pour)|demandons|en demande (?:de|d'))"
)
_ASKING_ANYWHERE = re.compile(
    r"\b(?:toujours|encore|aussi) (?:re)?cherchee?s?\b|\bpreneu(?:rs?|ses?) (?:de|d')"
    r"|\bqui a une piste|\bsi quelqu'un (?:a|connait)|\bmeme (?:souci|probleme|besoin|galere)"
    r"|\bcherch(?:e|ons) aussi\b|\bnous aussi (?:on |nous )?(?:cherch|manqu)|\brien trouve\b"
    r"|\bon n'a rien\b|\bplus de solution"
)
_STUDYING = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:colloque|conference|enquete|etude|observatoire|barometre|seminaire"
    r"|film documentaire|documentaire|these|memoire de|livre blanc|rapport|recherche-action"
    r"|webinaire"
    r"|table ronde|revue|cabinet de conseil|exposition|projection|plaidoyer|article)\b"
)
_WORDS = re.compile(r"[a-z0-9]+")


def excluded_words(text: str) -> list[str]:
    """Folded words that ``text`` says it leaves out, in order, with their own small words."""
    return [
        word
        for clause in _CLAUSE.split(fold(text)[:5000])
        for word in _excluded_in(_NOT_EXCLUDING.sub(" ", clause))
    ]


def asks(text: str) -> bool:
    """Whether ``text`` is a request: somebody looks for something rather than giving it."""
    folded = fold(text)[:5000]
    return bool(_ASKING.match(folded[:200]) or _ASKING_ANYWHERE.search(folded))


def studies(text: str) -> bool:
    """Whether ``text`` announces talk about a subject: a study, a conference, a film."""
    return _STUDYING.match(fold(text)[:200]) is not None


def _excluded_in(clause: str) -> Iterator[str]:
    for cue in _BEFORE.finditer(clause):
        reach = re.split(r",(?! ni\b)", clause[cue.end() :])[0]
        yield from _WORDS.findall(reach)[:SCOPE_WORDS]
    for cue in _AFTER.finditer(clause):
        yield from _WORDS.findall(cue.group(1))
