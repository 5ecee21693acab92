"""The offers that peers search: those of a département together, among others of the country."""

from dataclasses import dataclass

import numpy as np

from matcher.engine.columns import Vectors
from tests.benchmarks.countries import Country

FIRST = 10


@dataclass(frozen=True, slots=True)
class Corpus:
    """Offers of social entrepreneurs: float32 ``vectors`` (rows, columns), ``texts`` of some.

    Rows ``start`` to ``stop`` are those of the département, and ``texts`` are theirs.
    """

    vectors: Vectors
    start: int
    stop: int
    texts: tuple[str, ...]

    @property
    def inside(self) -> Vectors:
        """The rows of the département."""
        return self.vectors[self.start : self.stop]


def corpus_of(country: Country, count: int) -> Corpus:
    """At most ``count`` offers of a country: first some, then the département's, then others."""
    index, block = country.index, country.index.offers
    entrepreneurs = ~index.columns.social_workers
    sitting = country.sitting()
    local = sitting[entrepreneurs[sitting]]
    others = np.setdiff1d(np.flatnonzero(entrepreneurs), local)
    inside, rest = block.rows_of(local)[0], block.rows_of(others)[0]
    generator = np.random.default_rng(0)
    size = max(0, min(count - len(inside), len(rest)))
    rest = np.sort(generator.choice(rest, size, replace=False))
    before = min(len(rest) // 2, len(inside))
    rows = np.concatenate([rest[:before], inside, rest[before:]])
    index.actors.fetch(local.tolist())
    owners = np.repeat(local, np.diff(block.rows.actor_offsets)[local])
    texts = tuple(
        index.actors[int(owner)].offers[int(block.positions[row])].text
        for owner, row in zip(owners, inside, strict=True)
    )
    return Corpus(block.views(rows), before, before + len(inside), texts)


def best_of(scores: Vectors, first: int = FIRST) -> list[int]:
    """Positions of the highest scores, best first."""
    chosen = np.argpartition(-scores, first)[:first]
    return [int(one) for one in chosen[np.argsort(-scores[chosen], kind="stable")]]
