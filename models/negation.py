"""What a text excludes: « pas de mineurs », « sauf urgence », « animaux interdits ».

Rules over words, not meaning: they see the plain ways in which practitioners exclude, and miss the
roundabout ones. « sans » is a cue only before what a service may lack (« accueil sans repas »):
« sans garant » opens a door more often than it closes one.
"""

import re
from collections.abc import Iterator

from models.affirmations import without_affirmations
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
    r"|acces pmr|accueil (?:de nuit|physique)|logement|suivi|accompagnement|videoproj|ecran"
    r"|internet|wifi|electricite|eau\b|chauffage|douche|sanitaires?|toilettes|parking|stationnement"
    r"|machine|materiel|mobilier|meubles?|encadrement|infirmi|surveillance|soins|medecin|psycholog"
    r"|livraison|montage|montee|bagagerie|consigne|laverie|buanderie|chambre froide|froid\b"
    r"|refriger"
    r"|rampe|couchage|places? de nuit)"
)
_SERVICE = (
    r"(?:nous|on|equipe|structure|association|centre|service|local|salle|lieu|etablissement"
    r"|residence|foyer|antenne|vehicule|dispositif|atelier|formation|maison|entreprise|chantier)"
)
_VERB = (
    r"(?:ne |n')(?:y |en |l'|la |le |les )?(?!a\b|ont\b|est\b|sont\b|parl|compren|maitri|sa[iv]"
    r"|mang|dor[mt]|sor[t]|march|os|arriv|trouv|perc|gagn|travaill|vi[tv]|reuss|conn|reconn|veu|doi|peu"
    r"|suppor|laiss|rest|souhait|relev|beneficie)[a-z]{3,20} (?:plus|pas|jamais)"
)
"""What a service does not do; what people cannot do is what they need."""
_BEFORE = re.compile(
    r"\b(?:(?:pas|jamais) (?:de |d'|du |des |pour (?:les |des )?|avec (?:de |d')?"
    r"|les (?!bienvenu)|l'|le |la |aux |en )"
    r"|n(?:'|e )\w+ plus (?:de |d'|du |des |les |l')"
    r"|aucune? |ni (?:de |d'|les |pour les )?"
    r"|hors(?! les murs| de\b| d'| du\b| des\b| temps\b) "
    r"|(?:sauf|hormis) (?:les |le |la |pour (?:les )?)?"
    r"|excepte (?:les |le |la )?|(?:a l'exclusion|a l'exception|exception faite)"
    r" (?:de |d'|des |du )(?:la |l')?|mise?s? a part (?:les |le |la |l')?|(?<!d')autres? que"
    r" (?:les |le |la |l'|des )?"
    r"|(?<!\w)en dehors (?:de |d'|des |du )(?!ces|ses|cadre|domicile|ecole|foyer|heures?|horaires"
    r"|leurs?|logement|murs|temps|travail|vacances)(?:la |l')?"
    rf"|(?:interdit|refuse)e?s? (?:aux? |a la |a l')"
    rf"|(?:inaccess|imposs|inadapt|illis|inutilis|inconfort|impratic|intenable)\w* {_PEOPLE}"
    r"|(?:pas|non|plus|peu) (?:ouvert|accessible|destine|adapte|possible|prevu|concu|equipe"
    r"|habilite|praticable|amenage|autorise|permis|envisageable|compatible|recommande|conseille"
    rf"|forme)\w{{0,3}} (?:en |avec (?:les |des |un |une )?|par |{_PEOPLE})"
    r"|n'(?:accueill|accompagn|accept|heberg|admet)\w+ (?:pas|plus) "
    r"|ne (?:pren|accept|recev|recoi|fais|fait|gere|trait|loge|heberge|sui|concern)\w*"
    r" (?:pas|plus) "
    r"|ne p(?:eut|euvent|ouvons) (?:pas |plus )?(?:accueillir|recevoir|prendre|heberger|loger"
    r"|accepter|accompagner|suivre|traiter|servir|transporter|livrer|garantir|fournir|proposer"
    r"|intervenir|assurer|stocker|conserver|garder|reparer|repondre aux) (?:d'|de |les |des |en )?"
    r"|(?:refus(?:e|ent|ons|ant)|exclu(?:t|ons|ant)) (?:de |d'|des |les |tout(?:e|es)? )"
    r"|(?:fermee?s?|fermons|ferment|fermeture|closee?s?|(?:interromp|suspend)ue?s?|en pause)"
    r" (?=tout|le |la |l'|les |en |pendant |durant "
    r"|samedi|dimanche|week)"
    r"|complete?s? pour (?:les )?)"
    r"|\b(?:nous|on) n(?:e |')(?:y )?\w+ (?:pas|plus|jamais|personne|rien)\b "
    r"(?:en mesure (?:de |d')\w+ )?(?:au-dela |contre |sur |dans |d(?:e |u |es |')|en )?"
    rf"|(?:^\W*|, ?|\b{_SERVICE} ){_VERB}\b (?:de |d'|du |des |dans |en |contre |sur |aux? )?"
    r"|\blaissons (?:le |la |les |l')(?=[^,]{1,60} a d'autres)|\bimpropres? (?:a la |a l'|aux? )"
    r"|\binutile de venir avec |\b(?:faute|manque|absence|sans possibilite) (?:de |d')"
    r"|\btrop \w+ pour (?:les? |la |des |une? )?|\bmal adapte\w* (?:aux? |a la |pour )"
    r"|\bdifficile\w* (?:d'acces )?(?:pour |aux? |en |avec )(?:les |un |une )?"
    r"|\ben aucun cas (?:de |d'|des |les )?|\b(?:pas|hors de) question (?:de |d')"
    r"|(?:merci de|priere de|veuillez|^\W*|,) ?ne pas \w+(?:er|ir|re) (?:avec |de |d'|les |des )?"
    r"|\b(?:reorient|renvoy)ons (?:les |des )|\bn'est pas pour (?:les )?"
    r"|\binterdi(?:te?s?|ction) (?:de |d'|faite aux )|\bevite[rz] (?:de |d'|les )(?:venir avec )?"
    r"|\bne (?:s'adress|se pret|correspon|convien)\w+ (?:pas|plus) (?:aux? |a la |a l'|a des )"
    r"|\b(?:depourvue?s?|privee?s?) (?:de |d')|\bdefense (?:de |d')"
    r"|\bimpossible (?:de |d')(?:y )?"
    r"|(?:^\W*|, ?)refus (?:des? |d'|du "
    r"|(?:systematique |automatique |d'office )?(?:en cas d\w*.|si ))"
    r"|\ba eviter (?:en cas d\w*.|pour |avec |quand |si )"
    r"(?:les |un |une )?|\brien (?:pour|contre|le|la|les|en) "
    r"|\b(?:pas|jamais) (?=(?:avant|apres) \d)"
    r"|\brelache (?=le |la |les |en )"
    rf"|\b(?:deconseille|prohibe|proscrit|contre-indique|ferme)e?s? (?:aux |avec "
    r"|en cas d\w*|pendant |durant |apres |lors d\w*)"
    r"|\b(?:impossible|incompatible|inadaptee?)s? (?:avec |en |en cas d\w* )"
    r"(?:un |une |les |des )?"
    r"|\bne convien\w+ pas (?:en cas d\w*.|aux? |pour )?"
    r"|^\W*plus (?:de (?!\d)|d')(?:(?:place|chambre|lit|solution)s? (?:pour |aux )(?:les )?)?"
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

_PARTICIPLE = r"\w{3,20}(?:ee?s?|is|ise|ises|ue?s?|tes?|ts|ibles?)"
_REFUSED = (
    # « son chien refuse tout »: who refuses is not refused.
    r"(?:interdite?s?|refuse(?:e|s|es)|refuse(?! (?:tout\w*|les?|la|l'|des?|d'|une?|que|qu'|ses|son"
    r"|sa|cet\w*|ce|leurs?)\b)|(?:proscrit|bannie?|prohibee?|ecartee?|deconseillee?"
    r"|contre-indiquee?|reorientee?|epuisee?)[es]{0,2}|redhibitoires?|rejetee?s"
    r"|(?:irrecevable|ineligible|inadmissible|impossible|indisponible)s?"
    r"|hors (?:cible|champ|dispositif|public|perimetre|service|d'usage|competence)"
    r"|(?:oriente|dirige|renvoye|laisse)e?s? (?:ailleurs|dehors|vers)|(?:doivent )?s'abstenir"
    r"|(?:releve|depend)(?:nt)? d(?:'un|'une|') ?autres?|\w{4,20} ailleurs"
    r"|ne f(?:ait|ont) pas partie(?: de n\w+| du| des) \w+"
    r"|(?:doi|devr)\w+ rester (?:dehors|a la porte|a l'exterieur)|(?:reste\w*|restant) a la porte"
    r"|a la porte|malvenue?s?|indesirables?|a eviter|n'y (?:a|ont) pas (?:acces|droit)"
    r"|n'ont pas leur place|ne (?:relev|depend)\w+ (?:pas|plus) d\w*.(?:l'|la |nos |notre |ce )?\w+"
    r"|(?:depass|exced)\w+ n(?:os|otre) \w+|n'entr\w+ pas dans \w+ \w+|excepte[es]{0,2}(?= *$|[,/])"
    r"|laissee?s? (?:sur place|de cote)|rest\w+ (?:dehors|a l'entree)"
    r"|mise?s? (?:a part|de cote)(?= *$)"
    r"|malaise[es]{1,2})"
)
_AFTER = re.compile(
    r"(?<![\w'-])(?:"
    rf"(?:est |sont |etre )?{_REFUSED}"
    r"|(?:non|pas|plus) (?:admis|accept|accueilli|pris|recue?s|autoris|bienvenu|concern|compris"
    r"|inclus|eligible|recevable|couvert|assure|suivi|servi|tolere|traite|gere|propose|fourni|possible"
    r"|heberge|collecte|repris|repare|finance|disponible)\w*"
    rf"|(?:ne |n')?(?:est|sont) (?:pas|plus) (?:les? |la )?"
    r"(?:bienvenu\w*|(?P<state>(?!vers|pay|rembours|renouvel"
    rf"|reconnu|entendu|soigne|livre){_PARTICIPLE}))"
    rf"|non (?!{_STILL_PEOPLE})(?P<said>[a-z]{{4,20}})(?= *(?:$|[,/]|et\b))"
    r"|ne p(?:eu|ourr)\w+ (?:pas )?(?:y )?etre \w+"
    r"|(?<!qui )(?:est |sont )exclue?s?)\b"
    r"(?! aux? | a la | a l'| par | de (?!notre|nos|ce )"
    r"| du (?!dispositif|accueil|service)| des | d')"
)
_ADJECTIVE = re.compile(r"(?:ique|able|ible|el|al|elle|aire|ive?|eur)s?$")
"""« véhicule non frigorifique » excludes what is frigorifique."""

_A_SERVICE = re.compile(rf"(?:l')?{_SERVICE}s?")
"""« le local n'est pas chauffé » excludes the heating, not the room."""

_PRONOUNS = frozenset("ce c il elle on ca cela ceci qui que vous nous je tu ils elles rien".split())
"""« si ce n'est pas fini » refuses nothing."""

_PEOPLE_DO = frozenset("rester etre avoir savoir attendre sortir vivre".split())
"""« ne pas rester seul » is a wish."""

BEFORE_WORDS = 4
"""Words before « non admis » that it reaches; more after a comma, where a new thing begins."""

WHOLE_WORDS = 7
READ_BACK = 120
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

_SAID_NO = re.compile(
    r" ?: ?(?:(?:non|jamais|impossible|contre-indication)\b(?! [a-z])"
    r"|(?:pas possible|refus|interdi)\w*)"
)
_LISTED = re.compile(
    r"\b(?:exclue?s?|exclusions?|publics? exclus?|contre-indications?"
    r"|(?:non|pas) (?:admis|accept|accueilli|pris)\w*(?: en charge)?|refus\w{0,3}"
    r"|ne concerne pas) ?(?::([^.;:!?\n()]{1,120})|\(([^()\n]{1,120})\))"
)
_WORDS = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[\w'-]+")
_ANY_CUE = re.compile(
    r"\b(?:pas|plus|jamais|non|ni|ne|n'|aucun|rien|personne|hors|sauf|hormis|excepte|except|exclu"
    r"|interdi|refus|inaccess|impossib|inadapt|incompat|deconseil|contre-indi|prohib|proscri"
    r"|ferm|clos|complet|relache|sans|a l'e|depourvu|prive|absence|banni|ecarte|rejet|reorient"
    r"|orient|dirig|renvoy|laiss|epuis|supprim|suspendu|redhib|irrece|inelig|inadmi|indispo"
    r"|s'abst|releve|depend|ailleurs|a la porte|dehors|impropre|inutile|faute|manque|trop|mal a"
    r"|difficile|reorientons|defense|evite|malvenu"
    r"|indesir|a eviter|mise?s? a part|autres? que|en dehors|interromp|suspend|en pause|depass"
    r"|exced|rest|illis|inutil|inconf|imprat|intenab|malais)"
)
"""How every cue begins: most texts exclude nothing, and are told so at once."""

_SPACES = re.compile(r"[^\S\n]+")


def excluded_words(text: str) -> list[str]:
    """Folded words that ``text`` says it leaves out, in order, with their own small words."""
    return [word for passage in excluded_passages(text) for word in _WORDS.findall(passage)]


def excluded_passages(text: str) -> list[str]:
    """What ``text`` leaves out, folded, in order: each thing of a list is a passage of its own."""
    folded = " ".join(_SPACES.split(fold(text[:READ])))
    if _ANY_CUE.search(folded) is None:
        return []
    plain = _LISTED.sub(_as_exceptions, _SAID_NO.sub(" non admis", folded))
    return [
        passage
        for clause in _CLAUSE.split(plain)
        for passage in _excluded_in(without_affirmations(clause))
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
            if words and words[0] not in _PEOPLE_DO:
                yield " ".join(words)
    yield from _refused_in(clause)
    for cue in _AFTER_COMMA.finditer(clause):
        yield cue.group(1).strip()


def _refused_in(clause: str) -> Iterator[str]:
    """What stands before « non admis », « interdits »: « chiens » in « chiens non admis »."""
    start = 0
    for cue in _AFTER.finditer(clause):
        listed, comma, thing = clause[start : cue.start()][-READ_BACK:].rpartition(",")
        words = _WORD.findall(thing)
        if words and words[-1] not in _PRONOUNS:
            begun = bool(comma or listed or start) and len(words) <= WHOLE_WORDS
            reached = words if begun else words[-BEFORE_WORDS:]
            adjective = cue["said"] if cue["said"] and _ADJECTIVE.search(cue["said"]) else None
            state = cue["state"] if _A_SERVICE.fullmatch(words[-1]) else None
            yield adjective or state or " ".join(reached)
        start = cue.end()


def _opens(clause: str, cue: re.Match[str]) -> bool:
    before = clause[max(0, cue.start() - EXCEPTION_READ) : cue.start()]
    if cue.group().startswith("ni "):
        return _WITHOUT.search(before) is not None
    return _UNLESS.match(cue.group()) is not None and _CLOSED_ANYWAY.search(before) is not None
