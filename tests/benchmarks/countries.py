"""Made-up countries to ask: as production opens them, or cut down to some of their actors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from matcher.bootstrap import Application, bootstrap
from matcher.engine.actor_columns import ActorColumns, whereabouts_of
from matcher.engine.columns import Positions, SetColumn, code_of
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.profiles import Role
from matcher.engine.recommending import Question, fetch, partners_of
from matcher.engine.rows import Rows
from matcher.engine.statements import StatementBlock
from matcher.engine.territory import reachable_from
from matcher.population.drawing import COUNTRY
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.stored_profiles import StoredProfiles
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

DEPARTMENT = "95"
FIRST = 10
"""Partners asked for."""


class Country:
    """A population in its store, with its current snapshot."""

    def __init__(self, folder: Path, actors: int, models: Path, seed: int = 1) -> None:
        file = folder / f"{actors}-{seed}" / "synergies.db"
        if not file.exists():
            raise SystemExit(f"missing: synergies bench generate --actors {actors} --seed {seed}")
        url = f"sqlite:///{file}"
        settings = Settings(database_url=url, model_directory=models)
        self.file = file
        self.application: Application = bootstrap(settings)
        self.snapshot: Snapshot = self.application.snapshot()
        self.index: ActorIndex = self.snapshot.parts[0]
        self.words = Words("fr")

    def sitting(self, department: str = DEPARTMENT) -> Positions:
        """Positions of those who sit in a département."""
        return sitting_in(self.index, department)

    def question(self, department: str | None = None) -> Question:
        """What is asked besides who asks, as the product reads it."""
        application = self.application
        weights, least = application.matching.weights, application.matching.minimum_score
        query = RecommendationQuery(territories=_typed(department))
        return read_question(query, application.referential, weights, least)

    def answer(self, name: str, department: str | None = None) -> None:
        """The whole use case for a stored actor, in French."""
        query = RecommendationQuery(actor_id=name, territories=_typed(department), limit=FIRST)
        recommend(self.application, query, self.words, Scope.everything())

    def answer_profile(self, profile: dict[str, object]) -> None:
        """The whole use case for somebody who is not stored."""
        recommend(
            self.application,
            RecommendationQuery(profile=profile, limit=FIRST),
            self.words,
            Scope.everything(),
        )

    def answer_territory(self, department: str) -> int:
        """The whole use case for a coordinator; how many pairs it gives."""
        query = RecommendationQuery(territories=_typed(department), limit=FIRST)
        return len(recommend(self.application, query, self.words, Scope.everything()).items)


def _typed(department: str | None) -> dict[str, str]:
    return {"department": department} if department else {}


def sitting_in(index: ActorIndex, department: str) -> Positions:
    """Positions of those of an index who sit in a département."""
    columns = index.columns
    inside = columns.sites.containing.overlaps(code_of([f"department:{department}"]))
    return np.flatnonzero(inside[columns.site]).astype(np.int64)


def ask(index: ActorIndex, a: int, snapshot: Snapshot, question: Question) -> None:
    """The engine's part of an answer: whom to meet, and why, for the ten that are shown."""
    matches = partners_of(index, a, snapshot, question, FIRST + 1)[:FIRST]
    fetch(matches)
    for match in matches:
        assert match.explanation.reasons


def same_department(country: Country, drawn: int) -> tuple[ActorIndex, ActorIndex, list[str]]:
    """A country of its first ``drawn`` actors, one grown around a département, and who asks there.

    The second has the same actors, and all others of ``country`` whom none of those who ask can
    meet: they neither sit near, nor name the département or the country in their zone. Who acts in
    the whole country does not ask.
    """
    index = country.index
    early = np.array([int(name.rpartition("-")[2]) < drawn for name in index.ids], dtype=np.bool_)
    sitting = sitting_in(index, DEPARTMENT)
    everywhere = index.columns.zones.overlaps(code_of([COUNTRY]))
    asking = sitting[early[sitting] & ~everywhere[sitting]]
    met = np.zeros(len(early), dtype=np.bool_)
    met[reachable_from(index, asking, index)] = True
    small, grown = np.flatnonzero(early), np.flatnonzero(early | ~met)
    names = [index.ids[position] for position in asking.tolist()]
    return kept_only(country, small), kept_only(country, grown), names


def kept_only(country: Country, kept: Positions) -> ActorIndex:
    """An index of some actors of a country, in memory, whose profiles stay in its store."""
    index, application = country.index, country.application
    ids = tuple(index.ids[position] for position in kept.tolist())
    columns = ActorColumns(
        **{name: _taken(getattr(index.columns, name), name, kept) for name in ActorColumns._fields}
    )
    return replace(
        index,
        actors=StoredProfiles(ids, index.digests[kept], application.database, application.locate),
        ids=ids,
        positions={name: position for position, name in enumerate(ids)},
        digests=index.digests[kept],
        columns=columns,
        whereabouts=whereabouts_of(columns),
        needs=_block(index.block(Role.NEED), kept),
        offers=_block(index.block(Role.OFFER), kept),
    )


def _taken(column: Any, name: str, kept: Positions) -> Any:
    if name == "sites":
        return column
    if isinstance(column, SetColumn):
        return column.take(kept)
    return column[kept]


def _block(block: StatementBlock, kept: Positions) -> StatementBlock:
    rows, offsets = block.rows_of(kept)
    starts, statements = block.starts_of(kept)
    return StatementBlock(
        block.role,
        Rows(
            block.rows.vectors[rows],
            block.rows.scales[rows],
            block.rows.terms.take(rows),
            offsets.astype(np.int32),
            starts.astype(np.int32),
            statements.astype(np.int32),
        ),
        block.positions[rows],
        block.spans[rows],
    )


def drawn_from(positions: Positions, count: int, seed: int) -> Sequence[int]:
    """Some of the positions at random, none twice before all have come."""
    generator = np.random.default_rng(seed)
    rounds = -(-count // len(positions))
    drawn = [generator.permutation(positions) for _ in range(rounds)]
    return [int(position) for position in np.concatenate(drawn)[:count]]
