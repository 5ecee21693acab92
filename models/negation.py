"""What a text excludes: « pas de mineurs », « sauf urgence », « animaux interdits ».

Rules over words, not meaning: they see the plain ways in which practitioners exclude, and miss the
roundabout ones. « sans » is a cue only before what a service may lack (« accueil sans repas »):
« sans garant » opens a door more often than it closes one.
"""

import re
from collections.abc import Iterator

from models.french import fold

SCOPE_WORDS = 6
"""How many words after a cue it can reach, within the clause."""

SCOPE_THINGS = 6
"""How many things of a list a cue reaches."""

EXCEPTION_READ = 60
"""Characters before « sauf » that may already close what it opens again."""

READ = 5000
"""Characters that are read: what a text excludes, it says early, and hostile texts are long."""

_CLAUSE = re.compile(r"[.;:!?\n()]|\bmais\b|\bsauf si\b|\bpar contre\b|\ben revanche\b")
_PEOPLE = r"(?:aux? |a la |a l'|a |pour (?:les |des |un |une )?)"
_OFFERED = (
    r"(?:hebergement|nuitee|restauration|repas|transport|internat|cuisine|ascenseur|interprete"
    r"|traduction|garde d'enfant|creche|distribution|domiciliation|financement|remuneration"
    r"|acces pmr|accueil (?:de nuit|physique)|logement|suivi|accompagnement)"
)
_BEFORE = re.compile(
    r"\b(?:(?:pas|jamais) (?:de |d'|du |des |pour (?:les |des )?|avec (?:de |d')?"
    r"|les |l'|le |la |aux |en )"
    r"|n(?:'|e )\w+ plus (?:de |d'|du |des |les |l')"
    r"|aucune? |ni (?:de |d'|les |pour les )?"
    r"|hors(?! les murs| de\b| d'| du\b| des\b| temps\b) "
    r"|(?:sauf|hormis) (?:les |le |la |pour (?:les )?)?"
    r"|excepte (?:les |le |la )?|a l'(?:exclusion|exception) (?:de |d'|des |du )(?:la |l')?"
    rf"|(?:interdit|refuse)e?s? (?:aux? |a la |a l')"
    rf"|(?:inaccessible|impossible|inadaptee?)s? {_PEOPLE}"
    r"|(?:pas|non|plus|peu) (?:ouvert|accessible|destine|adapte|possible|prevu|concu|equipe"
    r"|habilite|praticable|amenage|autorise|permis|envisageable|compatible|recommande|conseille"
    rf"|forme)\w{{0,3}} (?:en |avec (?:les |des |un |une )?|par |{_PEOPLE})"
    r"|n'(?:accueill|accompagn|accept|heberg|admet)\w+ (?:pas|plus) "
    r"|ne (?:pren|accept|recev|recoi|fais|fait|gere|trait|loge|heberge|sui|concern)\w*"
    r" (?:pas|plus) "
    r"|ne p(?:eut|euvent|ouvons) (?:pas |plus )?(?:accueillir|recevoir|prendre|heberger|loger"
    r"|accepter|accompagner|suivre|traiter|repondre aux) "
    r"|(?:refus|exclu(?:t|ons|ant)) (?:de |d'|des |les |tout(?:e|es)? )"
    r"|fermee?s? (?=le |la |l'|les |en |pendant |durant |samedi|dimanche|week)"
    r"|complete?s? pour (?:les )?)"
    r"|\b(?:nous|on) n(?:e |')(?:y )?\w+ (?:pas|plus|jamais|personne|rien) "
    r"(?:au-dela |contre |sur )?"
    r"|\brien (?:pour|contre|le|la|les|en) |\b(?:pas|jamais) (?=(?:avant|apres) \d)"
    r"|\brelache (?=le |la |les |en )"
    rf"|\b(?:deconseille|prohibe|proscrit|ferme)e?s? (?:aux |avec |en cas d\w*)"
    r"|\b(?:impossible|incompatible|inadaptee?)s? (?:avec |en |en cas d\w* )"
    r"(?:un |une |les |des )?"
    r"|\bne convien\w+ pas (?:en cas d\w*.|aux? |pour )?"
    r"|^\W*plus (?:de |d')(?:(?:place|chambre|lit|solution)s? (?:pour |aux )(?:les )?)?"
    r"|, ?plus (?:de |d')(?:place|chambre|lit|solution)s? (?:pour |aux )?"
    rf"|(?:^\W*|, ?|\b(?:accueil|accueil de jour|accompagnement|social|suivi|service|centre) )"
    rf"sans (?={_OFFERED})"
)
_REACH = re.compile(r",(?! ?(?:ni|de|d'|des|les)\b)| et (?=[^,]*\bbienvenu)")
_ITEM = re.compile(r", ?|\b(?:ou|ni)\b| et (?=(?:d'|de |des |les |aux )|[\w'-]+(?: [\w'-]+){0,2}$)")
_STILL_PEOPLE = (
    r"(?:accompagn|francophon|voyant|imposable|diplom|scolaris|qualifi|motoris|vehicul|mixte"
    r"|lucrati|stop|assur|admissi|merci|seulement|violen|fumeur|exhausti|formel|salari)"
)
"""« mineurs non accompagnés » says who people are, not that they are refused."""

_AFTER = re.compile(
    r"(?<![\w'-])((?:[\w'-]+ ){1,4}?)"
    r"(?:(?:est |sont |etre )?(?:interdite?s?|refusee?s?"
    r"|(?:non|pas) (?:admis|accept|accueilli|pris|recu|autoris|bienvenu|concern|compris|inclus)\w*)"
    r"|(?:ne |n')?(?:est|sont) (?:pas|plus) (?:admis|accept|accueilli|pris|recu|autoris|bienvenu"
    r"|concern|compris|inclus)\w*"
    r"|(?:doivent )?s'abstenir|(?:oriente|dirige|renvoye|laisse)e?s? (?:ailleurs|dehors)"
    r"|redhibitoires?|(?:releve|depend)(?:nt)? d(?:'un|'une|') ?autres?"
    r"|(?:ne |n')?(?:est|sont) (?:pas|plus) \w{3,20}(?:ee?s?|is|ise|ises|ue?s?|tes?|ts)"
    rf"|non (?!{_STILL_PEOPLE})[a-z]{{4,20}}(?= *(?:$|[,/]|et\b))"
    r"|ne peu(?:t|vent) (?:pas )?(?:y )?etre (?:admis|accept|accueilli|pris|recu|heberg|suivi)\w*"
    r"|(?<!qui )(?:est |sont )exclue?s?)\b"
    r"(?! aux? | a la | a l'| par | de | du | des | d')"
)
_AFTER_COMMA = re.compile(
    r"(?:, ?|^ ?(?!personne|jeune|public|eleve|enfant|accueil|insertion|accompagnement|aide))"
    r"((?:[\w'-]+ ){1,6}?)(?<!personnes )(?<!publics )(?<!sont )(?<!est )exclue?s?"
    r"(?= *(?:$|,)| d(?:u|e la|e l') ?(?:dispositif|accueil|structure|service|parcours))"
)
_UNLESS = re.compile(r"^(?:sauf|hors|hormis|excepte)\b")
_CLOSED_ANYWAY = re.compile(
    r"\b(?:rendez-vous|rdv|fermee?s?|uniquement|pas|jamais|aucune?|ni|interdite?s?|delai)\b"
)
"""« sur rendez-vous, sauf urgence » opens a door."""

_WITHOUT = re.compile(r"\bsans (?:[\w'-]+ ){1,4}$")
"""« sans condition ni rendez-vous » leaves nobody out."""

_NOT_EXCLUDING = re.compile(
    r"\b(?:pas|plus) (?:besoin|seulement|que|uniquement|forcement|toujours|cher|exclusivement)\b"
    r"|\b(?:pas de|pas d'|aucune?) ?(?:souci|probleme|jugement|liste d'attente|frais|condition"
    r"|critere|rendez|avance|engagement|inscription|justificatif|obligation|limite|plafond"
    r"|distinction|difference|contrepartie|delai|discrimination)s?\b(?! d'(?!age|avance|entree))"
    r"|\baucune? (?:[\w'-]+ ){1,4}(?:n'est |ne sont )?"
    r"(?:exige|requis|demande|necessaire|obligatoire)\w*"
    r"|\bplus (?:de \d\w*|d'(?:un|info)\w*)|\b(?:pour|de|en) plus (?:de |d')"
    r"|\b(?:personne|nul|aucune? \w+) n'est (?:jamais )?(?:refuse|exclu|interdit)\w*"
    r"|\b(?:n'est|ne sont) (?:pas|jamais|plus) (?:refuse|exclu|interdit)\w*"
    # What people lack is what they need: « qui n'ont pas de logement ».
    r"|(?<!\bon )\bn'(?:a|ont|avait|ayant) (?:pas|plus|jamais|aucune?)\b"
    r"|\bn(?:'|e )\w{1,20}ez (?:pas|plus|jamais)\b|\bne (?:parl|compren|maitris|sa[iv])\w* pas\b"
    r"|\bqui ne (?!pren|recoi|accept|heberge|loge|fai|fon|propos|trait)\w+ (?:pas|plus)\b"
)
_SAID_NO = re.compile(r" ?: ?non\b(?! [a-z])")
_LISTED = re.compile(
    r"\b(?:exclue?s?|exclusions?|publics? exclus?|contre-indications?"
    r"|(?:non|pas) (?:admis|accept|accueilli|pris)\w*(?: en charge)?|refus\w{0,3}"
    r"|ne concerne pas) ?(?::([^.;:!?\n()]{1,120})|\(([^()\n]{1,120})\))"
)
_WORDS = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[\w'-]+")
_SPACES = re.compile(r"[^\S\n]+")


def excluded_words(text: str) -> list[str]:
    """Folded words that ``text`` says it leaves out, in order, with their own small words."""
    return [word for passage in excluded_passages(text) for word in _WORDS.findall(passage)]


def excluded_passages(text: str) -> list[str]:
    """What ``text`` leaves out, folded, in order: each thing of a list is a passage of its own."""
    folded = " ".join(_SPACES.split(fold(text[:READ])))
    plain = _LISTED.sub(_as_exceptions, _SAID_NO.sub(" non admis", folded))
    return [
        passage
        for clause in _CLAUSE.split(plain)
        for passage in _excluded_in(_NOT_EXCLUDING.sub(" ", clause))
    ]


def _as_exceptions(listed: re.Match[str]) -> str:
    """« exclus : a, b » as « . sauf a ni b »."""
    things = listed[1] or listed[2]
    return f"{listed.group()[: listed.group().index(things)]}. sauf {things.replace(',', ' ni ')}"


def _excluded_in(clause: str) -> Iterator[str]:
    cues = [cue for cue in _BEFORE.finditer(clause) if not _opens(clause, cue)]
    ends = [*(cue.start() for cue in cues[1:]), len(clause)]
    for cue, end in zip(cues, ends, strict=False):  # no cue, no end
        reach = _REACH.split(clause[cue.end() : end], maxsplit=1)[0]
        for thing in _ITEM.split(reach)[:SCOPE_THINGS]:
            words = _WORD.findall(thing)[:SCOPE_WORDS]
            if words:
                yield " ".join(words)
    for cue in (*_AFTER.finditer(clause), *_AFTER_COMMA.finditer(clause)):
        yield cue.group(1).strip()


def _opens(clause: str, cue: re.Match[str]) -> bool:
    before = clause[max(0, cue.start() - EXCEPTION_READ) : cue.start()]
    if cue.group().startswith("ni "):
        return _WITHOUT.search(before) is not None
    return _UNLESS.match(cue.group()) is not None and _CLOSED_ANYWAY.search(before) is not None
