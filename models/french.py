"""Reading French for the lexical side: folded, stemmed terms without grammatical words."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+")
_STEMMER = snowballstemmer.stemmer("french")

STOPWORDS = frozenset(
    """a ai ainsi alors apres as au aucun aucune aussi autre autres aux avant avec avez avoir avons
    c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment d dans
    de des donc dont du elle elles en encore entre es est et etant etc ete etes etre eu eux fait
    faire faut fois font hors ici il ils j je jusqu l la le les leur leurs lors lorsque lui m ma
    mais me mes moi mon n ne ni nos notre nous on ont ou par parce pas peu peut peuvent plus plutot
    pour pouvoir qu quand que quel quelle quelles quels qui quoi s sa sans se selon ses si soi soit
    son sont sous souvent sur t ta te tes toi ton tous tout toute toutes tres tu un une vers via
    voir vos votre vous y""".split()
)


def fold(text: str) -> str:
    """Lower case, no accents, no ligatures: « à l’Œuvre » gives ``a l'oeuvre``."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")


def terms(text: str) -> list[str]:
    """Index terms of a text, in order: words folded and stemmed (Snowball French), no stopwords."""
    words = _WORD.findall(fold(text))
    return [_stem(word) for word in words if word not in STOPWORDS and (len(word) > 1)]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))
