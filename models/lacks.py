"""What people lack and what services demand: « sans RIB » loses where « RIB obligatoire » stands.

No vocabulary is needed: what one side lacks and the other requires is the same word.
"""

import re
from collections.abc import Iterable

from models.french import terms

LACK = "lack/"
"""Begins the code of a circumstance: ``lack/rib`` for those who have none."""

LACKED, REQUIRED = 2, 3
"""Words that a lack reaches, and words of what is required that may be what it is."""

MOST = 12
"""Lacks that are read of one text."""

_LACKING = re.compile(
    r"\b(?:sans(?! (?:cesse|doute|cela|ca|que|quoi)\b)|pas d[e']|ne sait (?:pas|ni)|non"
    r"|n(?:e |')\w+ (?:pas|plus) (?:encore )?(?:l[ea]|les|l'|du|son|sa|ses))\b[ '-]?"
    r"((?:[\w-]+[ ']?){1,6})"
)
_END = re.compile(r"[^\w' -]|\b(?:cherche|veut|souhaite|demande|besoin|mais|pour|avec|a la|au)\b")
_VAGUE = frozenset(
    terms("avoir être faire savoir personne enfant famille femme homme jour mois an")
)


def lacked(folded: str) -> set[str]:
    """Codes of what a folded text says is lacking: « une dame sans RIB » gives ``lack/rib``."""
    found: set[str] = set()
    for lack in _LACKING.finditer(folded):
        found.update(_codes(_END.split(lack[1], maxsplit=1)[0])[:LACKED])
        if len(found) > MOST:
            break
    return found


def demanded(passages: Iterable[str]) -> set[str]:
    """The same codes, of passages that say what a service requires of those who come."""
    every = map(_codes, passages)
    return {code for codes in every for code in (*codes[:REQUIRED], *codes[-REQUIRED:])}


def _codes(words: str) -> list[str]:
    return [LACK + term for term in terms(words) if term not in _VAGUE]
