"""Profiles that differ in a detail are indexed as ever, and each text of theirs is read once."""

from collections import Counter
from dataclasses import replace

import numpy as np

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.counterfactual import counterfactual
from matcher.usecases.reading_once import reading_once
from matcher.wording.words import Words

PAIR = ("ts-cergy-mecs-01", "es-cergy-colocs-01")
FRENCH, ALL = Words("fr"), Scope.everything()


class Counting:
    """An analyzer that notes what it was asked to read."""

    def __init__(self, application: Application) -> None:
        self._inner = application.builder.analyzer
        self.read: Counter[str] = Counter()

    def __call__(self, text: str) -> list[str]:
        """The terms of the installation's analyzer."""
        self.read[text] += 1
        return self._inner(text)


def test_the_same_index_comes_of_it(application: Application) -> None:
    part, *_ = application.snapshot().parts
    actors, today = [part.actors[k] for k in range(0, 60, 7)], application.today()
    plain = application.builder.build(actors, today=today)
    remembering = reading_once(application.builder)
    for _ in range(2):
        again = remembering.build(actors, today=today)
        assert again.ids == plain.ids
        for mine, theirs in ((plain.needs, again.needs), (plain.offers, again.offers)):
            rows = slice(None)
            assert np.array_equal(mine.views(rows), theirs.views(rows))
            assert np.array_equal(mine.spans, theirs.spans)
            assert np.array_equal(mine.rows.actor_offsets, theirs.rows.actor_offsets)


def test_what_would_change_a_pair_reads_each_text_once(application: Application) -> None:
    before = counterfactual(application, *PAIR, FRENCH, ALL)
    counting = Counting(application)
    vars(application)["builder"] = replace(application.builder, analyzer=counting)
    assert counterfactual(application, *PAIR, FRENCH, ALL) == before
    assert len(before) >= 5
    assert max(counting.read.values()) == 1
