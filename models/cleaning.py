"""What every encoder does to a text before reading it, so that any string can be encoded."""

import unicodedata

# No piece of e5's vocabulary is longer than 16 characters and it reads 512 pieces: what comes
# after could hardly count, and a pasted book must not cost seconds.
MAX_CHARACTERS = 512 * 16


def clean(text: str) -> str:
    """Make ``text`` safe and comparable: one space between words, NFC, no lone surrogate, no NUL.

    Decomposed accents (as some systems export them) would otherwise be cut into other pieces than
    composed ones. At most ``MAX_CHARACTERS`` characters come back.
    """
    collapsed = " ".join(text.replace("\x00", " ").split())[:MAX_CHARACTERS]
    valid = collapsed.encode("utf-8", errors="ignore").decode("utf-8")
    return unicodedata.normalize("NFC", valid)


def has_words(text: str) -> bool:
    """Whether ``text`` holds at least one letter or digit; without any it says nothing."""
    return any(character.isalnum() for character in text)
