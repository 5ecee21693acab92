"""What a pair is judged on: one row of named numbers per pair, each in [0, 1] unless said.

The two directions are in nats: ``-ln(1 - p)`` for a probability p that one's offers meet the
other's needs. So what each direction proves adds up to what both prove: the chance that at least
one holds is ``1 - exp(-(a_to_b + b_to_a))``.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.engine.actor_columns import ActorColumns
from matcher.engine.columns import Floats, Positions
from matcher.engine.complementarity import Exchanges, exchanges
from matcher.engine.index import ActorIndex
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


def features(
    one: ActorIndex,
    a: int,
    many: ActorIndex,
    others: Positions,
    exchanged: Exchanges | None = None,
) -> FeatureTable:
    """Judge actor ``a`` of one index against ``others`` of another (often the same)."""
    return judge(
        one,
        np.full(len(others), a, dtype=np.int64),
        many,
        others,
        exchanged or exchanges(one, a, many, others),
    )


def judge(
    one: ActorIndex, firsts: Positions, many: ActorIndex, others: Positions, exchanged: Exchanges
) -> FeatureTable:
    """Judge pairs (firsts[k], others[k]), knowing what they exchange."""
    mine, theirs = one.columns, many.columns
    columns = {
        "base": np.ones(len(others)),
        "territory": proximity(mine, firsts, theirs, others),
        "domain": shared_domain(mine, firsts, theirs, others),
        "publics": shared_publics(mine, firsts, theirs, others),
        "a_to_b": proof(exchanged.received),
        "b_to_a": proof(exchanged.given),
        "one_way": one_way(one, firsts, many, others),
        "relation": acquainted(mine, firsts, theirs, others),
        "freshness": freshness(mine, firsts, theirs, others, many.today),
    }
    return FeatureTable(np.column_stack([columns[name] for name in FEATURES]))


def proof(probability: Floats) -> Floats:
    """Nats that probabilities are worth: ``-ln(1 - p)``, for p up to :data:`SUREST`."""
    return np.asarray(-np.log1p(-np.minimum(probability, SUREST)))


def one_way(one: ActorIndex, firsts: Positions, many: ActorIndex, others: Positions) -> Floats:
    """1 where something can flow in one direction only, since somebody tells no need or no offer.

    Such a pair proves itself with fewer sentences than two whole profiles have to coincide by.
    """
    received = one.needs.speaks(firsts) & many.offers.speaks(others)
    given = one.offers.speaks(firsts) & many.needs.speaks(others)
    return np.asarray(1.0 * (received ^ given))


def shared_domain(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions
) -> Floats:
    """1 for a declared thématique in common, one half for a category in common, else 0.

    :data:`UNKNOWN_DOMAIN` where one of the two declares none: silence is not disagreement. What
    the model reads in statements says nothing more here: matching them has used it already.
    """
    leaf = one.declared_domains.meets(firsts, many.declared_domains, others)
    branch = one.declared_categories.meets(firsts, many.declared_categories, others)
    unknown = ~one.declared_domains.filled(firsts) | ~many.declared_domains.filled(others)
    return np.select([unknown, leaf, branch], [UNKNOWN_DOMAIN, 1.0, SAME_CATEGORY], 0.0)


def shared_publics(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions
) -> Floats:
    """1 for a public in common, one half when either takes everyone, -1 when both exclude.

    Only publics declared for the whole profile can exclude: a statement about young people does
    not say that its author sees nobody else.
    """
    common = one.named_publics.meets(firsts, many.named_publics, others)
    everyone = one.takes_everyone[firsts] | many.takes_everyone[others]
    everyone &= one.publics.filled(firsts) & many.publics.filled(others)
    mine, theirs = one.declared_publics, many.declared_publics
    exclusive = mine.filled(firsts) & theirs.filled(others) & ~mine.meets(firsts, theirs, others)
    return np.select([common, everyone, exclusive], [1.0, 0.5, -1.0], 0.0)


def acquainted(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions
) -> Floats:
    """1 when either names the other among those it knows, else 0."""
    named = one.known.holds(firsts, many.identities[others])
    naming = many.known.holds(others, one.identities[firsts])
    return np.asarray(1.0 * (named | naming))


def freshness(
    one: ActorColumns, firsts: Positions, many: ActorColumns, others: Positions, today: date
) -> Floats:
    """Fades from 1 with the age of the older profile (e-fold: one year); 0 where unknown."""
    oldest = np.minimum(one.updated[firsts], many.updated[others])
    return freshness_of(oldest, today)


def freshness_of(updated: Floats, today: date) -> Floats:
    """The same for days of one profile's last update (ordinals, NaN where unknown)."""
    age = np.maximum(0.0, today.toordinal() - updated)
    return np.asarray(np.nan_to_num(np.exp(-age / FRESH_DAYS), nan=0.0))
