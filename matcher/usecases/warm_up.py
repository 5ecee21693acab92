"""Get ready to answer: what loads when it is first needed is needed before anybody asks."""

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.candidates import Filters
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.engine.recommending import Question, partners_of, synergies_of
from matcher.usecases.present import present
from matcher.wording.words import Words

NEED = "Nous cherchons un atelier de réparation de vélos pour des jeunes sans permis."
OFFER = "Un atelier de réparation de vélos pour les jeunes sans permis."
COMMUNE, DEPARTMENT = "95018", "department:95"

MANY_ACTORS = 5_000
"""From so many on, a territory's pairs are multiplied by a library that takes seconds to load."""

TILE = 128
"""Rows of a product that is large enough to be made by that library."""


def warm_up(application: Application) -> int:
    """Map the index, open the encoder, load what is compiled; gives how many actors there are.

    Some made-up profiles are matched in all the ways in which people's are: nothing of it is
    stored or recorded.
    """
    snapshot = application.snapshot()
    made_up = application.probe(*map(application.locate, _made_up()))
    matching = application.matching
    question = Question(Filters(), matching.weights, 0.0)
    found = partners_of(made_up, 0, made_up, question, 1) + synergies_of(made_up, question, 1)
    words = Words(application.settings.language)
    for match in found:
        present(match, words, None)
    application.referential.communes_of(DEPARTMENT)  # reads every commune of the country, once
    words.kilometres(1.5)  # opens the numbers of the language
    if len(snapshot) >= MANY_ACTORS:
        nothing = np.zeros((TILE, TILE), dtype=np.int8)
        snapshot.model.multiply(nothing, nothing)
    return len(snapshot)


def _made_up() -> list[Actor]:
    """Several of each side: what is compiled for one row is not what is compiled for more."""
    needs = tuple(Statement(Role.NEED, text) for text in (NEED, OFFER))
    offers = tuple(Statement(Role.OFFER, text) for text in (OFFER, NEED))
    return [
        Actor(f"{kind} {n}", kind, n, commune=COMMUNE, needs=needs, offers=offers)
        for kind in Kind
        for n in "12"
    ]
