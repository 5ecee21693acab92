"""What two tiles of actors are compared by, as arrays that compiled code takes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.engine.columns import Bools, Floats, Numbers, Positions, Vectors

Marks = NDArray[np.uint64]
Sets = tuple[Positions, Positions]
"""Offsets and codes of distinct sets."""

Compared = tuple[Sets, Sets, Sets, Sets, Sets]
"""Those that ``domains`` and what follows it number in :class:`Ends`, of one index."""


class Ends(NamedTuple):
    """What is compared of the actors of a tile: arrays of shape (actors,) unless said.

    ``statements`` (actors + 1,) cuts the needs by actor. ``site`` and ``zone`` number the distinct
    ones of the tile, ``fresh`` is in [0, 1]; ``domains`` and what follows it number sets, ``marks``
    (actors, 4) are those of the first four: sets without a mark in common have no code in common.
    """

    statements: Positions
    asks: Bools
    gives: Bools
    site: Numbers
    zone: Numbers
    radius: Floats
    fresh: Floats
    domains: Numbers
    categories: Numbers
    named_publics: Numbers
    declared_publics: Numbers
    known: Numbers
    marks: Marks
    publics: Bools
    everyone: Bools
    identities: Positions


class Ground(NamedTuple):
    """How the distinct sites of two tiles stand to each other, and who says that it goes there.

    ``near`` (sites, sites) is their nearness where nobody's zone counts, ``met`` whether those who
    sit there meet anyhow, ``open`` whether they are asked for, ``kilometres`` infinite where
    unknown. ``reaches`` (zones of one, sites of the other) and ``reached`` (zones of the other,
    sites of one): who covers what.
    """

    near: Floats
    open: Bools
    met: Bools
    kilometres: Floats
    reaches: Bools
    reached: Bools


class Answers(NamedTuple):
    """What ``tiles.best_answers`` found both ways, in its order of columns.

    ``asked`` (needs of one, others), the column of other b being ``asked_at[b]``; ``given``
    (actors of one, needs of the others), that of n-th need of other b ``starts[n] + given_at[b]``.
    """

    asked: Vectors
    asked_at: Positions
    given: Vectors
    given_at: Positions
    starts: Positions


class Weighing(NamedTuple):
    """What each feature is worth, in the order of ``FEATURES``, the least that counts, and so on.

    ``nats`` (needs, places): at most what a direction proves whose best need has such log-odds.
    ``unproved``: log-odds below which no best need proves anything; ``answered`` the probability.
    """

    base: float
    territory: float
    domain: float
    publics: float
    a_to_b: float
    b_to_a: float
    one_way: float
    relation: float
    freshness: float
    floor: float
    nats: Floats
    unproved: float
    answered: float
