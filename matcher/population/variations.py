"""A statement made of a phrase and of what varies it, and how to take it apart again.

« punaises de lit (pour des familles, à Bondy) ». The parts stand behind a mark at which the
reading of exclusions also ends a clause, so that they can be read apart.
"""

import re
from collections.abc import Container

OPENING, CLOSING = " (", ")"
AFTER = "\N{NO-BREAK SPACE}; "
"""Where the phrase has brackets already, or ends on a word that would make them a list."""

BETWEEN = ", "
_NO_BRACKETS = re.compile(r"\(|\u00a0;|(?:refus|exclu|admis|accept)\w*$")


def varied(phrase: str, variation: str) -> str:
    """The phrase with its variation: parts joined by :data:`BETWEEN`."""
    if _NO_BRACKETS.search(phrase):
        return phrase + AFTER + variation
    return phrase + OPENING + variation + CLOSING


def parts(text: str, phrases: Container[str]) -> tuple[str, str] | None:
    """The phrase and the variation of a text of :func:`varied`; ``None`` for any other text."""
    if text.endswith(CLOSING):
        phrase, _, variation = text[:-1].rpartition(OPENING)
        if phrase in phrases:
            return phrase, variation
    phrase, _, variation = text.rpartition(AFTER)
    return (phrase, variation) if phrase in phrases else None
