"""Reading French for the lexical side: folded, stemmed terms without grammatical words."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

from matcher.engine.matching import OPENING
from matcher.engine.remembering import remembers_texts

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
    voir vos votre vous y
    aimerions besoin besoins cherche cherchent cherchons chercher propose proposent proposons
    souhaite souhaitent souhaitons voudrait voudrions""".split()
)
"""Words of grammar, and those of asking and giving, which every need and every offer may hold."""

PLURALS_IN_X = frozenset("cheveux enjeux feux jeux lieux milieux neveux voeux".split())
"""Their singular ends in u; « heureux » and « travaux » are for the stemmer."""

OPENING_LETTERS = 4

MOST_CHARACTERS = 5_000
"""Characters kept in memory once folded: those of a text in bad faith are found anew."""


def fold(text: str) -> str:
    """Lower case, no accents, no ligatures: « à l’Œuvre » gives ``a l'oeuvre``."""
    return text.translate(_FOLDED)


def terms(text: str) -> list[str]:
    """Index terms of a text, in order: words folded and stemmed (Snowball French), no stopwords."""
    words = _WORD.findall(fold(text))
    return [_stem(word) for word in words if word not in STOPWORDS and (len(word) > 1)]


def openings(text: str) -> list[str]:
    """The first letters of each longer word, marked: ``^loge`` for « logements » and « loger ».

    Words of one family share them where stems part (« vendeur », « vente »), and so does a word
    with a slip in its ending.
    """
    words = _WORD.findall(fold(text))
    return [
        OPENING + word[:OPENING_LETTERS]
        for word in words
        if word not in STOPWORDS and len(word) > OPENING_LETTERS
    ]


class _Folded(dict[int, str]):
    """What each character becomes, found when first met.

    Character by character, because normalising a whole text takes a time that grows with the
    square of a run of combining marks.
    """

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        folded = "".join(c for c in plain if not unicodedata.combining(c))
        if len(self) < MOST_CHARACTERS:
            self[code] = folded
        return folded


_FOLDED = _Folded({ord("œ"): "oe", ord("Œ"): "oe", ord("æ"): "ae", ord("Æ"): "ae", ord("’"): "'"})


@remembers_texts
@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(_singular(word)))


def _singular(word: str) -> str:
    """Snowball keeps the s of « vélos », « loyers », « emplois »; to lose it elsewhere is harmless.

    Not that of « pass » nor of the shortest words: « bus ».
    """
    if word in PLURALS_IN_X or (len(word) > 3 and word.endswith("s") and word[-2] != "s"):
        return word[:-1]
    return word
