"""Scores in words: a number alone says nothing to who has to decide."""

SHOWN_CERTAINTY = 0.99
"""No suggestion is certain, even where two decimals would round to it."""


def score_word(score: float) -> str:
    """The code of the word that goes with a score: high from 0.8, good from 0.65, fair from 0.5.

    ``Words.say(f"score.{score_word(score)}")`` says it.
    """
    steps = ((0.8, "high"), (0.65, "good"), (0.5, "fair"))
    return next((word for least, word in steps if round(score, 2) >= least), "low")
