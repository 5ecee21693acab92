"""One spelling for all the spellings of a name: case, accents, hyphens, apostrophes, articles."""

import re
import unicodedata

ARTICLES = frozenset({"d", "de", "des", "du", "l", "la", "le", "les"})
ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "lez": "les",
    "ss": "sous",
}
INTERCOMMUNAL_WORDS = (
    (re.compile(r"\bcommunaute (?:de )?communes\b"), "cc"),
    (re.compile(r"\bcommunaute (?:d )?agglomeration\b"), "ca"),
    (re.compile(r"\bcommunaute urbaine\b"), "cu"),
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss"})
_SLASHES = ((re.compile(r"\bs\s*/\s*s\b"), " sous "), (re.compile(r"\bs\s*/"), " sur "))
_WORD = re.compile(r"[a-z0-9]+")


def words_of(text: str) -> tuple[str, ...]:
    """Cut a text into folded words: ``L'Haÿ-les-Roses`` gives ``l hay les roses``."""
    text = text.lower()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if "/" in text:
        for pattern, word in _SLASHES:
            text = pattern.sub(word, text)
    return tuple(ABBREVIATIONS.get(word, word) for word in _WORD.findall(text))


def strict_key(words: tuple[str, ...]) -> str:
    """Join the words, so that ``valdoise`` and ``val d oise`` meet."""
    return "".join(words)


def loose_key(words: tuple[str, ...]) -> str:
    """Join the words without their articles; a name made only of articles keeps them."""
    return "".join(word for word in words if word not in ARTICLES) or strict_key(words)


def intercommunal_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Shorten the legal form of an EPCI to the official abbreviation (``cc``, ``ca``, ``cu``)."""
    text = " ".join(words)
    for pattern, short in INTERCOMMUNAL_WORDS:
        text = pattern.sub(short, text)
    return tuple(text.split())
