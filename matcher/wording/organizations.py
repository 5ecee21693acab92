"""Names of organisations inside a sentence: « de la PMI du Canal », « du Relais », « d’Emmaüs »."""

import re

from matcher.wording.quoting import typeset
from matcher.wording.words import Words

_HEADS = {
    "du ": """caarud cada cafe ccas centre chantier chrs chu cias club cmp cmpp collectif comite
        conseil csapa departement dispositif food foyer garage gem groupe groupement
        jardin lieu milieu placement plie point pole programme relais reseau samsah samu savs
        secours secretariat service siao spip syndicat theatre tiers""",
    "de la ": """banque bibliotheque boulangerie boutique caf caisse cantine chambre circonscription
        compagnie conciergerie confederation cooperative coordination cpam creche cuisine federation
        ferme fondation friperie halte librairie ligue mairie maison mdph mecs mediatheque mission
        mjc pass pension permanence plateforme pmi prevention recyclerie regie residence
        ressourcerie scic scop sauvegarde societe""",
    "de l’": """accueil agence aide amicale antenne association atelier auto ecole
        entraide entreprise epicerie epide equipe esat espace etablissement ehpad
        hopital hotel huda ime institut itep office oeuvre organisation union unite universite""",
    "des ": "amis apprentis ateliers compagnons femmes jardins lits restaurants restos",
}
"""First words of names that are common nouns, accents folded, by the article they take."""

_ARTICLES = {head: article for article, heads in _HEADS.items() for head in heads.split()}
_FOLD = str.maketrans("àâäçéèêëîïôöùûü", "aaaceeeeiioouuu")


def of_organization(name: str, words: Words) -> str:
    """« de » and a name, with the article that French puts before a common noun.

    Any other name stays as its bearer writes it, but for a last point: « de La Louche Commune »,
    « d’Un Toit », « du Tabouret Bleu ».
    """
    shown = typeset(name).rstrip(" .,;:")
    head = re.match(r"[^\W\d_]+", shown)
    article = _ARTICLES.get(_folded(head[0])) if head and words.language == "fr" else None
    return words.of(shown) if article is None else article + shown


def _folded(word: str) -> str:
    return word.casefold().translate(_FOLD)
