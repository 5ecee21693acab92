"""The slips of a hand on a keyboard, undone."""

from collections.abc import Iterator
from string import ascii_lowercase

CHANCES = 10
"""A letter is lost or exchanged in one way, replaced or added in one of many."""


def one_slip_away(word: str) -> Iterator[tuple[str, int]]:
    """Words that one slip turns into ``word`` with their chances, the best chances last."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:], 1
        for letter in ascii_lowercase:
            yield before + letter + after[1:], 1
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], CHANCES
        for letter in ascii_lowercase:
            yield before + letter + after, CHANCES
