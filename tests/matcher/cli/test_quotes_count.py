"""What a reason quotes is what the score comes from, over every fictitious actor."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pytest

from matcher.bootstrap import Application, bootstrap
from matcher.engine.candidates import Filters
from matcher.engine.index import ActorIndex
from matcher.engine.links import Evidence
from matcher.engine.profiles import Actor, Role
from matcher.engine.recommending import Match, Question, partners_of
from matcher.engine.scoring import score_pair
from matcher.settings import Settings

PARTNERS = 5
"""Partners looked at per actor: deleting a quote of each takes seconds, of all of them minutes."""


@dataclass
class Deletions:
    """The fixtures with one thing less, each profile indexed again once."""

    application: Application

    def __post_init__(self) -> None:
        self._poorer: dict[tuple[bool, Evidence], ActorIndex] = {}

    @cached_property
    def index(self) -> ActorIndex:
        return self.application.snapshot().parts[0]

    def matches(self) -> Iterator[Match]:
        matching = self.application.matching
        question = Question(Filters(), matching.weights, matching.minimum_score)
        for position in range(len(self.index.actors)):
            yield from partners_of(self.index, position, self.index, question, PARTNERS)

    def lowers(self, match: Match, direction: Any, quote: Evidence, *, whole: bool) -> bool:
        """Whether a direction is worth less without the quote, or its ``whole`` statement."""
        poorer = self._without(quote, whole)
        if quote.actor_id == match.actor.id:
            score = score_pair(poorer, 0, match.many, match.b, match.weights)
        else:
            score = score_pair(match.one, match.a, poorer, 0, match.weights)
        return score.value(direction) < match.score.value(direction)

    def _without(self, quote: Evidence, whole: bool) -> ActorIndex:
        key = (whole, quote)
        if key not in self._poorer:
            actor = self.index.actors[self.index.positions[quote.actor_id]]
            cut = shortened(actor, quote, whole)
            builder = self.application.builder
            self._poorer[key] = builder.build([cut], today=self.index.today)
        return self._poorer[key]


def shortened(actor: Actor, quote: Evidence, whole: bool) -> Actor:
    name, _, position = quote.field.rstrip("]").partition("[")
    said = list(actor.statements(Role(name.removesuffix("s"))))
    statement = said.pop(int(position))
    rest = statement.text[: quote.start] + statement.text[quote.end :]
    kept = said if whole else [*said, replace(statement, text=rest)]
    return replace(actor, **{name: tuple(kept)})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def deletions(real_model: Any) -> Iterator[Deletions]:
    environment = {f"SYNERGIES_{name}": value for name, value in real_model.environment.items()}
    application = bootstrap(Settings.from_environment(environment))
    yield Deletions(application)
    application.close()


def test_what_is_quoted_counts_in_the_direction_it_is_quoted_for(deletions: Deletions) -> None:
    """All of 2,936 deletions when this was written."""
    lowered = [
        deletions.lowers(match, reason.direction, quote, whole=whole)
        for match in deletions.matches()
        for reason in match.explanation.reasons
        for quote in reason.evidence
        for whole in (True, False)
    ]
    assert len(lowered) > 1000
    assert sum(lowered) >= 0.99 * len(lowered)
