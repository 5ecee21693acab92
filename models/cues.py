"""The cues by which a reader tells a request from an offer: small words, order, punctuation."""

import re

from matcher.engine.matching import CUE
from models.french import fold

LONGEST = 3
"""Words that one cue holds at most."""

READ = 600
"""Characters that are read: whether a text asks or gives, it says early."""

OPENING, CLOSING = "^", "$"
"""Mark the words that a text begins with, and the one or the point that it ends on."""

_TOKEN = re.compile(r"[a-z]+|\d+|[?!:;,.…(]")


def cues(text: str) -> list[str]:
    """Runs of one to three folded words or points, those that open, and the one that closes.

    Numbers are all written 0; every cue begins with :data:`matcher.engine.matching.CUE`.
    """
    words = ["0" if word.isdigit() else word for word in _TOKEN.findall(fold(text[:READ]))]
    runs = [
        " ".join(words[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(words) - length + 1)
    ]
    opening = [OPENING + " ".join(words[:length]) for length in range(1, LONGEST + 1)]
    closing = [words[-1] + CLOSING] if words else []
    return [CUE + cue for cue in runs + opening[: len(words)] + closing]
