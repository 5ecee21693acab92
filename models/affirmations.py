"""Negations that leave nobody out: « pas seulement », « n’est pas exigé », « n’oublie personne ».

To deny a demand, a limit, an obstacle or a refusal opens the door. So three families of words are
read with any negation before them, and a few turns by themselves.
"""

import re

_DEMAND = (
    r"(?:exig|demand(?!eu)|requis|requier|reclam|impos(?!si|ab|t)|oblig|necess(?!iteu)|indispens)"
)
_LIMIT = r"(?:limit|reserv|restrei|destine qu)"
_REFUSAL = r"(?:refus|exclu|interdit|oubli|abandonn|delaiss|rejet|en attente|mise?s? en attente)"
_OBSTACLE = r"(?:obstacle|frein|barriere|genant|redhibitoire|disqualifi|eliminatoire|bloquant)"
_DOES = r"(?:decourag|empech|rebut|deran)"
_PRONOUNS = r"(?:l'|le |la |les |s'|se |vous |nous |leur |lui |en |y )?"
_NO = r"(?:pas|plus|jamais|nullement|guere)"
_AFFIRMED = re.compile(
    # Only in part, or of no weight: « pas seulement », « pas de souci », « aucun frais ».
    r"\b(?:pas|plus) (?:besoin|seulement|que|uniquement|forcement|toujours|cher"
    r"|exclusivement)\b"
    r"|\b(?:pas de|pas d'|aucune?) ?(?:souci|probleme|jugement|liste d'attente|frais|condition"
    r"|critere|rendez|avance|engagement|inscription|justificatif|obligation|limite|plafond"
    r"|distinction|difference|contrepartie|delai|discrimination|exclusion|panique|supplement"
    r"|surcout|caution|depot de garantie|selection|prejuge|formalite|tri a l'entree|poids maximum"
    r"|age pour)s?\b(?! d'(?!age|avance|entree))"
    # A demand denied: « permis non exigé », « nous ne demandons ni papiers ni revenus ».
    rf"|\b(?:ne |n'){_PRONOUNS}(?:{_DEMAND}|{_LIMIT}|{_DOES}|oubli|abandonn|delaiss|rejet)\w* "
    rf"(?:ni\b.*|(?:{_NO}|aucune?|rien|personne)\b(?: (?:de s'|des?|d'|les?|la|aux?)\b)?)"
    rf"|\b(?:non|{_NO}) (?:\w+ment )?(?:un |une |d'|des )?"
    rf"(?:{_DEMAND}|{_LIMIT}|{_OBSTACLE})\w*"
    rf"|\b(?:aucune?|ni) (?:[\w'-]+ ){{1,7}}?(?:n'est |ne sont |n'ont ete )?{_DEMAND}\w*"
    rf"|\bn(?:e |')(?:pos|soulev|constitu|represent|cre)\w+ (?:{_NO}|aucune?)\b"
    r"(?: (?:des?|d'|une?)\b)?"
    # A refusal denied: « personne n’est refusé », « nous ne laissons aucune famille dehors ».
    rf"|\b(?:personne|nul|aucune? (?:[\w'-]+ ?){{1,3}}) n'(?:est|a ete) (?:jamais )?{_REFUSAL}\w*"
    r"(?:,? ni\b.*)?"
    rf"|\b(?:n'(?:est|etait)|ne sont|non) (?:pas|jamais|plus) {_REFUSAL}\w*"
    r"|\b(?:rien|aucune? [\w'-]+) n'est (?:jamais )?(?:impossible|trop)\b"
    r"|\bjamais trop \w+ (?:pour )?"
    r"|\b(?:ne laiss\w+|plus) (?:aucune?|personne|jamais|pas)\b.{0,40}"
    r"\b(?:dehors|de cote|a la rue|a la porte|sans solution|seule?s?)\b"
    r"|\b(?:dont|auxquel\w+|a qui) [^,]{1,40} (?:refus|exclu|interdi)\w*"
    # A duty denied: « personne n’est tenu d’avoir un projet ni d’arrêter de boire ».
    r"|\b(?:personne|nul) n'(?:est|a ete) (?:tenu|oblige|contrain|force)\w*(?:.*\bni\b.*)?"
    # A number, or more of it: « plus de 30 places », « en plus d’un repas ».
    r"|\bplus (?:de \d+\b(?! ans)|d'(?:un|info)\w*)|\b(?:pour|de|en) plus (?:de (?!\d+ ans)|d')"
    # What people lack is what they need: « qui n'ont pas de logement ».
    r"|(?<!\bon )(?<!local )(?<!salle )(?<!centre )(?<!structure )(?<!residence )(?<!foyer )"
    r"(?<!association )(?<!equipe )(?<!atelier )(?<!immeuble )(?<!batiment )(?<!vehicule )"
    r"\bn'(?:a|ont|avait|ayant) (?:pas|plus|jamais|aucune?)\b(?! leur place)"
    r"|\bn(?:'|e )\w{1,20}ez (?:pas|plus|jamais)\b|\bne (?:parl|compren|maitris|sa[iv])\w* pas\b"
    r"|\bqui ne (?!pren|recoi|accept|heberge|loge|fai|fon|propos|trait)\w+ (?:pas|plus)\b"
)


def without_affirmations(clause: str) -> str:
    """A folded clause without the negations that exclude nothing."""
    return _AFFIRMED.sub(" ", clause)
