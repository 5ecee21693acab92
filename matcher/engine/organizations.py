"""Which organisation an actor speaks for: one that is registered twice is still one."""

import re
import unicodedata

from matcher.engine.profiles import Actor, Kind

Organization = tuple[Kind, str, str]

_WORD = re.compile(r"\w+")
_REGISTRATION = frozenset(
    "aci ai ei eiti etti ea eatt geiq siae iae association associations asso assoc sarl sas sasu"
    " scic scop eurl loi 1901".split()
)
"""Words of a name that tell how an organisation is registered, not which it is."""


def organization_of(actor: Actor) -> Organization:
    """What actors who speak for one organisation in one place have in common.

    « Entraide Emploi ACI » and « ENTRAIDE EMPLOI (AI) » in one commune are one organisation with
    two agreements. Who gives no commune is told apart by its zone.
    """
    decomposed = unicodedata.normalize("NFKD", actor.organization or actor.name)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = _WORD.findall(bare.casefold())
    telling = [word for word in words if word not in _REGISTRATION] or words
    where = actor.commune or (actor.place and actor.place.commune) or " ".join(sorted(actor.zone))
    return actor.kind, " ".join(telling), where or ""
