"""Text that only holds the place of a text: « à compléter », « Lorem ipsum », « néant »."""

import re

_SUBJECT = (
    r"(?:(?:le |la |votre |un |une )?"
    r"(?:textes?|descriptions?|présentations?|contenus?|champs?|offres?|besoins?|services?)"
    r"\s*:?\s*)"
)
_STANDING = (
    r"à (?:compléter|venir|définir|renseigner|préciser|remplir)"
    r"|(?:bientôt|prochainement)(?: disponible)?|(?:en )?cours de (?:rédaction|saisie)"
    r"|(?:par|en) défaut|non (?:renseignée?s?|communiquée?s?|précisée?s?|disponibles?|définie?s?)"
    r"|indisponible|néant|sans objet|aucune?|rien|n\s?/\s?a|nan|null|none|todo|tbd|x{3,5}"
)
_WHOLE = re.compile(rf"\W*{_SUBJECT}?(?:{_STANDING})\W*", re.IGNORECASE)
_ANYWHERE = re.compile(
    r"\blorem ipsum\b|\bdolor sit amet\b|\btexte (?:par défaut|d[’']exemple|de remplissage)\b"
    r"|\b(?:insére[rz]|saisi(?:r|ssez)|remplacez|écrivez) (?:ici|votre|ce) (?:texte|description)\b",
    re.IGNORECASE,
)
_LATIN = re.compile(r"\blorem ipsum\b|\bdolor sit amet\b", re.IGNORECASE)


def only_holds_a_place(sentence: str) -> bool:
    """Whether a sentence says nothing of its author: it was to be replaced, or stands for none."""
    return _WHOLE.fullmatch(sentence[:200]) is not None or _ANYWHERE.search(sentence) is not None


def begins_false_latin(sentence: str) -> bool:
    """Whether what follows in the same paragraph is printers’ Latin, whatever its words."""
    return _LATIN.search(sentence) is not None
