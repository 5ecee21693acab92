"""What a pair is judged on: one row of named numbers per pair, each in [0, 1] unless said.

The two directions are in nats: ``-ln(1 - p)`` for a probability p that one's offers meet the
other's needs. So what each direction proves adds up to what both prove: the chance that at least
one holds is ``1 - exp(-(a_to_b + b_to_a))``.
"""

from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Floats, Positions
from matcher.engine.complementarity import brought_by, brought_to
from matcher.engine.index import ALL_PUBLICS_CODE, ActorColumns, ActorIndex
from matcher.engine.territory import proximity

FEATURES = (
    "base",
    "territory",
    "domain",
    "publics",
    "a_to_b",
    "b_to_a",
    "one_way",
    "relation",
    "freshness",
)
"""Columns of a feature table. ``base`` is always 1: its weight is the log-odds of a bare pair."""

SAME_CATEGORY, UNKNOWN_DOMAIN = 0.5, 0.4
SUREST = 0.999
FRESH_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features of the pairs (a, b) for one a and many b: float64 of shape (pairs, features)."""

    values: Floats

    def column(self, name: str) -> Floats:
        """One feature of every pair."""
        return np.asarray(self.values[:, FEATURES.index(name)])

    def probability(self, direction: str) -> Floats:
        """How well one direction's needs are met, for every pair, in [0, 1)."""
        return np.asarray(-np.expm1(-self.column(direction)))

    def swapped(self) -> "FeatureTable":
        """The same pairs seen from b: only the two directions change places."""
        order = [FEATURES.index(_OPPOSITE.get(name, name)) for name in FEATURES]
        return FeatureTable(self.values[:, order])


_OPPOSITE = {"a_to_b": "b_to_a", "b_to_a": "a_to_b"}


def features(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> FeatureTable:
    """Judge actor ``a`` of one index against ``others`` of another (often the same)."""
    mine, theirs = one.columns, many.columns
    columns = {
        "base": np.ones(len(others)),
        "territory": proximity(mine, a, theirs, others),
        "domain": shared_domain(mine, a, theirs, others),
        "publics": shared_publics(mine, a, theirs, others),
        "a_to_b": proof(brought_to(one, a, many, others)),
        "b_to_a": proof(brought_by(one, a, many, others)),
        "one_way": one_way(one, a, many, others),
        "relation": acquainted(mine, a, theirs, others),
        "freshness": freshness(mine, a, theirs, others),
    }
    return FeatureTable(np.column_stack([columns[name] for name in FEATURES]))


def proof(probability: Floats) -> Floats:
    """Nats that probabilities are worth: ``-ln(1 - p)``, for p up to :data:`SUREST`."""
    return np.asarray(-np.log1p(-np.minimum(probability, SUREST)))


def one_way(one: ActorIndex, a: int, many: ActorIndex, others: Positions) -> Floats:
    """1 where something can flow in one direction only, since somebody tells no need or no offer.

    Such a pair proves itself with fewer sentences than two whole profiles have to coincide by.
    """
    received = one.needs.speaks(np.array([a])) & many.offers.speaks(others)
    given = one.offers.speaks(np.array([a])) & many.needs.speaks(others)
    return np.asarray(1.0 * (received ^ given))


def shared_domain(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """1 for a declared thématique in common, one half for a category in common, else 0.

    :data:`UNKNOWN_DOMAIN` where one of the two declares none: silence is not disagreement. What
    the model reads in statements says nothing more here: matching them has used it already.
    """
    mine, theirs = one.declared_domains.row(a), many.declared_domains.take(others)
    leaf = theirs.overlaps(mine)
    branch = many.declared_categories.take(others).overlaps(one.declared_categories.row(a))
    unknown = ~theirs.filled() | (len(mine) == 0)
    return np.select([unknown, leaf, branch], [UNKNOWN_DOMAIN, 1.0, SAME_CATEGORY], 0.0)


def shared_publics(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """1 for a public in common, one half when either takes everyone, -1 when both exclude.

    Only publics declared for the whole profile can exclude: a statement about young people does
    not say that its author sees nobody else.
    """
    mine, declared = one.publics.row(a), one.declared_publics.row(a)
    theirs, named = many.publics.take(others), many.declared_publics.take(others)
    specific = mine[~np.isin(mine, ALL_PUBLICS_CODE)]
    common = theirs.overlaps(specific)
    everyone = theirs.overlaps(ALL_PUBLICS_CODE) & bool(len(mine))
    everyone |= theirs.filled() & bool(len(specific) < len(mine))
    exclusive = named.filled() & bool(len(declared)) & ~named.overlaps(declared)
    return np.select([common, everyone, exclusive], [1.0, 0.5, -1.0], 0.0)


def acquainted(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """1 when either names the other among those it knows, else 0."""
    named = many.identities.take(others).overlaps(one.known.row(a))
    naming = many.known.take(others).overlaps(one.identities.row(a))
    return np.asarray(1.0 * (named | naming))


def freshness(one: ActorColumns, a: int, many: ActorColumns, others: Positions) -> Floats:
    """Fades from 1 with the age of the older profile (e-fold: one year); 0 where unknown."""
    older = np.maximum(one.ages[a], many.ages[others])
    return np.asarray(np.nan_to_num(np.exp(-older / FRESH_DAYS), nan=0.0))
