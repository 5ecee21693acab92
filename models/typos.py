"""Measure what a slip of the keyboard costs: the quality of a set with and without typing errors.

``python -m models.typos DIRECTORY...`` prints it for labelled sets.
"""

import os
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from string import ascii_lowercase

from matcher.engine.index import IndexBuilder
from matcher.errors import SynergiesError
from matcher.settings import Settings
from models.evaluation import OURS, measure, open_systems, production_scores
from models.labelled import LabelledSet, Text, read_labelled_set

SEED = 20
FEWEST = 1_000
"""Fewer queries with a typo than this tell little: of 240, one draw of slips cost 2 %, one 6 %."""

_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class TypoCost:
    """nDCG@10 of the same queries as they are written and with one typo each."""

    name: str
    typed: int
    """How many queries with a typo were ranked."""
    clean_ndcg: float
    typed_ndcg: float

    @property
    def relative(self) -> float:
        """Share of the quality that the typos take away: 0.05 is 5 %."""
        return 1 - self.typed_ndcg / self.clean_ndcg if self.clean_ndcg else 0.0


def with_typo(text: str, rng: Random) -> str:
    """``text`` with one letter replaced, lost, added, or exchanged with the next.

    The typo falls on one word of four letters or more; a text without any comes back as it is.
    """
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    return text[: word.start()] + _misspelt(word[0], rng) + text[word.end() :]


def typo_cost(
    labelled: LabelledSet, builder: IndexBuilder, *, fewest: int = FEWEST, seed: int = SEED
) -> TypoCost:
    """Rank the judged queries as they are written, then with typos; documents are indexed once.

    Queries come back with other typos until at least ``fewest`` were typed.
    """
    rng = Random(seed)
    judged = [query for query in labelled.judged() if _WORD.search(query.text)]
    typed = [
        (query.id, Text(f"{query.id}~{turn}", with_typo(query.text, rng)))
        for turn in range(-(-fewest // len(judged)))
        for query in judged
    ]
    relevance = {text.id: labelled.relevance[source] for source, text in typed}
    every = replace(
        labelled,
        queries=(*judged, *(text for _, text in typed)),
        relevance=labelled.relevance | relevance,
    )
    ndcg = measure(OURS, production_scores(every, builder, _silently), every).ndcg
    clean, wrong = ndcg[: len(judged)], ndcg[len(judged) :]
    return TypoCost(labelled.name, len(typed), float(clean.mean()), float(wrong.mean()))


def with_misspelt_documents(labelled: LabelledSet, *, seed: int = SEED) -> LabelledSet:
    """The same set with one typo in each document."""
    rng = Random(seed)
    corpus = tuple(Text(text.id, with_typo(text.text, rng)) for text in labelled.corpus)
    return replace(labelled, corpus=corpus)


def main() -> None:
    """Print one line per set; what cannot be read is one line on stderr."""
    settings = Settings.from_environment(os.environ)
    try:
        builder, _ = open_systems(settings.model, settings.model_directory)
        for directory in sys.argv[1:]:
            cost = typo_cost(read_labelled_set(Path(directory)), builder)
            figures = f"{cost.clean_ndcg:.4f} -> {cost.typed_ndcg:.4f} ({cost.relative:+.1%})"
            print(f"{cost.name}: {figures}, {cost.typed} queries with a typo")  # noqa: T201
    except SynergiesError as error:
        sys.exit(str(error))


def _misspelt(word: str, rng: Random) -> str:
    """One random edit that leaves another word."""
    at = rng.randrange(len(word))
    letter = rng.choice(ascii_lowercase)
    kind = rng.choice(("replace", "lose", "add", "exchange"))
    if kind == "add":
        return word[:at] + letter + word[at:]
    if kind == "lose":
        return word[:at] + word[at + 1 :]
    if kind == "exchange" and word[at : at + 1] != word[at + 1 : at + 2] and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :] if letter != word[at] else _misspelt(word, rng)


def _silently(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main()
