"""What a request says of who should answer it, set aside so that its object is compared.

« Une entreprise d’insertion dans le nettoyage » asks for cleaning: every enterprise of the sector
is one « d’insertion », so that half of the sentence is answered by all of them. An offer keeps its
whole text; a need that says nothing else keeps it too. The words that tell no object are those of
``data/vocabularies/frame_words.tsv`` (ours, see ``SOURCES.md`` beside it).
"""

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from models.french import terms

OBJECT = 0.5
"""What the object alone weighs in the vector of such a need, beside the whole sentence."""

_FRAME = re.compile(
    r"\b(?:(?:dans|par|avec|chez|à|en)\s+)?"
    r"(?:(?:le|la|les|une?|des|nos|notre|cette|plusieurs)\s+|[ld][’'])?"
    r"(?:entreprises?|structures?|associations?|ateliers?(?:\s+(?:et\s+)?chantiers?)?|chantiers?"
    r"|employeurs?|contrats?)\s+(?:\w+\s+)?"
    r"(?:d[’'](?:insertion|utilité\s+sociale)|en\s+insertion|de\s+l[’']insertion)\b"
    r"(?:\s+(?:sociale|professionnelle|par\s+l[’']activité\s+économique))*"
    r"|(?<=\w)\s+en\s+insertion\b(?!\s+(?:sociale|professionnelle|par))",
    re.IGNORECASE,
)


def without_frame(text: str) -> str:
    """The text without its « entreprise d’insertion » and the like, if that leaves an object."""
    if "nsertion" not in text and "utilité" not in text:
        return text
    bare = " ".join(_FRAME.sub(" ", text).split())
    return bare if set(terms(bare)) - _telling_nothing() else text


def frames_version() -> str:
    """Eight digits that change with what is set aside; the same in every process."""
    told = "\n".join([str(OBJECT), _FRAME.pattern, *sorted(_telling_nothing())])
    return sha256(told.encode()).hexdigest()[:8]


@cache
def _telling_nothing() -> frozenset[str]:
    lines = (files("data") / "vocabularies" / "frame_words.tsv").read_text("utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#"))
    return frozenset(terms(words))
