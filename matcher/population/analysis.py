"""Index terms of many varied statements: each part is read once, what spans parts every time."""

from collections.abc import Callable, Collection
from functools import lru_cache

from matcher.engine.matching import CIRCUMSTANCE, CUE, Analyzer
from matcher.engine.terms import EXCLUDED
from matcher.population.variations import BETWEEN, parts

REMEMBERED = 200_000
"""Parts kept in memory: phrases, towns, publics and details of a whole country."""


class VaryingAnalyzer:
    """Reads a varied statement as ``analyse`` would, from what it said of phrase and parts before.

    ``cues`` are the small words in their order, which hold across parts and are read anew. A text
    that is no variation of ``phrases`` goes to ``analyse`` whole.
    """

    def __init__(
        self, analyse: Analyzer, cues: Callable[[str], list[str]], phrases: Collection[str]
    ) -> None:
        self._analyse = analyse
        self._cues = cues
        self._phrases = frozenset(phrases)
        self._read = lru_cache(maxsize=REMEMBERED)(self._part)

    def __call__(self, text: str) -> list[str]:
        """Terms, exclusions, circumstances and cues of ``text``."""
        found = parts(text, self._phrases)
        if found is None:
            return self._analyse(text)
        phrase, variation = found
        terms: list[str] = []
        about: set[str] = set()
        for part in (phrase, *variation.split(BETWEEN)):
            said, circumstances = self._read(part)
            terms += said
            about |= circumstances
        return terms + sorted(about) + self._cues(text)

    def _part(self, text: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """What a part says by itself: its terms, and the circumstances it is about."""
        read = [term for term in self._analyse(text) if not term.startswith(CUE)]
        about = frozenset(t for t in read if t.removeprefix(EXCLUDED).startswith(CIRCUMSTANCE))
        return tuple(term for term in read if term not in about), about
