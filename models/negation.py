"""What a text excludes, and whether it gives at all: « pas de mineurs », « cherche », « étude ».

Rules over words, not meaning: they see the plain ways in which practitioners exclude, and miss the
roundabout ones. « sans » is no cue: « sans garant » opens a door more often than it closes one.
"""

import re
from collections.abc import Iterator

from models.french import fold

SCOPE_WORDS = 5
"""How many words after a cue it can reach, within the clause."""

READ = 5000
"""Characters that are read: what a text excludes, it says early, and hostile texts are long."""

_CLAUSE = re.compile(r"[.;:!?\n()]|\bmais\b|\bsauf si\b|\bpar contre\b|\ben revanche\b")
_BEFORE = re.compile(
    r"\b(?:(?:pas|jamais) (?:de |d'|du |des |pour (?:les |des )?|avec (?:de |d')?|les |l')"
    r"|n(?:'|e )\w+ plus (?:de |d'|du |des |les |l')"
    r"|aucune? |ni (?:de |d')?|hors(?! les murs| de\b| d'| du\b| des\b| temps\b) "
    r"|sauf (?:les |le |la |pour (?:les )?)?"
    r"|excepte (?:les |le |la )?|a l'exclusion (?:de |d'|des )(?:la |l')?"
    r"|(?:interdit|refuse)e?s? (?:aux? |a la |a l')"
    r"|n'accueill\w+ pas "
    r"|ne (?:pren|accept|recev|fais|fait|gere|trait|loge|heberge)\w* (?:pas|plus) )"
    r"|^\W*plus (?:de |d')"
)
_REACH = re.compile(r",(?! ni\b)| et (?=[^,]*\bbienvenu)")
_AFTER = re.compile(
    r"(?<![\w'-])((?:[\w'-]+ ){1,4}?)"
    r"(?:(?:est |sont |etre )?(?:interdite?s?|refusee?s?|non admise?s?"
    r"|pas (?:admis|accepte|accueilli|pris)\w*)|(?<!qui )(?:est |sont )exclue?s?)\b"
    r"(?! aux? | a la | a l'| par | de | du | des | d')"
)
_NOT_EXCLUDING = re.compile(
    r"\b(?:pas|plus) (?:besoin|seulement|que|uniquement|forcement|toujours|cher)\b"
    r"|\b(?:pas de|pas d'|aucune?) ?(?:souci|probleme|jugement|liste d'attente|frais|condition"
    r"|critere|rendez|avance|engagement|inscription|justificatif|obligation"
    r"|discrimination)s?\b"
    r"|\bplus (?:de \d\w*|d'(?:un|info)\w*)|\b(?:pour|de|en) plus (?:de |d')"
    r"|\b(?:personne|nul|aucune? \w+) n'est (?:jamais )?(?:refuse|exclu|interdit)\w*"
    r"|\b(?:n'est|ne sont) (?:pas|jamais|plus) (?:refuse|exclu|interdit)\w*"
    # What people lack is what they need: « qui n'ont pas de logement ».
    r"|(?<!\bon )\bn'(?:a|ont|avait|ayant) (?:pas|plus|jamais|aucune?)\b"
)
_THEIRS = (
    r"(?: active?)?(?: (?:de |d'|du )?(?:un |une |son |leur )?| )"
    r"(?:emploi|travail|job|stage|alternance|apprentissage|logement|hebergement|appartement"
    r"|formation)\b"
)
"""What the people who are accompanied look for: « Recherche d'emploi » names a service."""

_ASKING = re.compile(
    r"^\W*(?:(?:nous|on|je|association|structure|asso|equipe|urgent|aussi|et|toujours)\W+){0,3}"
    r"(?:(?:re)?cherch(?:e|ons|ent)\b|(?:avons|ai|a|avoir)? ?besoin (?:de|d'|urgent)"
    r"|manqu(?:e|ons|ent) (?:de|d')|il (?:nous|me) (?:faut|faudrait)|il faudrait"
    r"|aimerions|voudrions"
    r"|souhaitons trouver|en (?:recherche|quete|attente) (?:de|d')|(?:ou|comment) trouver"
    r"|qui (?:peut(?! (?:en )?(?:beneficier|venir|participer|s'inscrire))|pourrait|aurait|connait)"
    r"|quelqu'un (?:qui|pour)|demandons|en demande (?:de|d')|(?:re)?chercher\b)"
)
_NOT_ASKING = re.compile(
    rf"^\W*(?:recherche(?:[- ]action\b|(?= d| active?){_THEIRS})|(?:re)?chercher{_THEIRS}"
    r"|[^.!?]{1,120}\?\W*(?:\w+\W+){0,3}?(?:accompagn|aid(?:e|ons)\b|atelier|permanence|conseil"
    r"|propos|venez|contactez|appelez))"
)
_ASKING_ANYWHERE = re.compile(
    r"\b(?:toujours|encore|aussi) (?:re)?cherchee?s?\b|\bpreneu(?:rs?|ses?) (?:de|d')"
    r"|\bqui a une piste|\bsi quelqu'un (?:a|connait)"
    r"|(?<!ont le )(?<!ant le )(?<!ent le )\bmeme (?:souci|probleme|besoin|galere)"
    r"|\bcherch(?:e|ons) aussi\b|\bnous aussi (?:on |nous )?(?:cherch|manqu)|\brien trouve\b"
    r"|\bon n'a rien\b|(?<!qui n'ont )(?<!qui n'a )\bplus de solution"
)
_STUDYING = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:colloque|conference|enquete(?! sociale)"
    r"|etude(?! surveillee| dirigee| de (?:votre|vos|la situation|leur|dossier))"
    r"|observatoire|barometre|seminaire"
    r"|film documentaire|documentaire|these|memoire de|livre blanc|rapport|recherche-action"
    r"|webinaire"
    r"|table ronde|revue|cabinet de conseil|exposition|projection|plaidoyer|article)\b"
)
_WORDS = re.compile(r"[a-z0-9]+")


def excluded_words(text: str) -> list[str]:
    """Folded words that ``text`` says it leaves out, in order, with their own small words."""
    return [
        word
        for clause in _CLAUSE.split(fold(text[:READ]))
        for word in _excluded_in(_NOT_EXCLUDING.sub(" ", clause))
    ]


def asks(text: str) -> bool:
    """Whether ``text`` is a request: somebody looks for something rather than giving it."""
    folded = fold(text[:READ])
    opening = folded[:200]
    if _ASKING.match(opening) and not _NOT_ASKING.match(opening):
        return True
    return _ASKING_ANYWHERE.search(folded) is not None


def studies(text: str) -> bool:
    """Whether ``text`` announces talk about a subject: a study, a conference, a film."""
    return _STUDYING.match(fold(text[:READ])[:200]) is not None


def _excluded_in(clause: str) -> Iterator[str]:
    cues = list(_BEFORE.finditer(clause))
    ends = [*(cue.start() for cue in cues[1:]), len(clause)]
    for cue, end in zip(cues, ends, strict=False):  # no cue, no end
        reach = _REACH.split(clause[cue.end() : end], maxsplit=1)[0]
        yield from _WORDS.findall(reach)[:SCOPE_WORDS]
    for cue in _AFTER.finditer(clause):
        yield from _WORDS.findall(cue.group(1))
