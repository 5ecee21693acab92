"""Two stored actors whom a caller sees both, as the index holds them: what a pair is asked of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.apart import Apart
from matcher.engine.candidates import Filters, Sides
from matcher.engine.features import features
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.pairs import Match, Question, fetch
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.seeing import Sight, Told, unknown_actor, unmatched


@dataclass(frozen=True)
class PairInSight:
    """The actor at position ``a`` of ``one`` and its partner at ``b`` of ``many``."""

    sight: Sight
    snapshot: Snapshot
    one: ActorIndex
    a: int
    many: ActorIndex
    b: int

    @property
    def application(self) -> Application:
        """The installation that holds both."""
        return self.sight.application

    @property
    def actor(self) -> Actor:
        """The one who looks for partners."""
        return self.one.actors[self.a]

    @property
    def partner(self) -> Actor:
        """The other."""
        return self.many.actors[self.b]

    @property
    def ids(self) -> tuple[str, str]:
        """Both ids, in order."""
        one, other = sorted((self.actor.id, self.partner.id))
        return one, other

    @cached_property
    def told(self) -> Told:
        """What was said of the actor's pairs."""
        return self.sight.told(self.actor.id, exclude_known=False)

    @cached_property
    def match(self) -> Match:
        """Both as the engine judges them, whether or not it would propose them."""
        table = features(self.one, self.a, self.many, np.array([self.b], dtype=np.int64))
        weights = self.application.matching.weights
        match = Match(weights, self.one, self.a, self.many, self.b, table.values[0])
        fetch([match])
        return match

    def question(self, *, sides: Sides = Sides.CROSS) -> Question:
        """What is asked where nobody filters: who said no to whom counts, and the least score."""
        matching = self.application.matching
        apart = Apart(self.told.apart) if self.told.apart else None
        filters = Filters(sides=sides, bounds=self.sight.bounds, apart=apart)
        return Question(filters, matching.weights, matching.minimum_score)


def pair_in_sight(
    application: Application, actor_id: str, partner_id: str, scope: Scope
) -> PairInSight:
    """Find both; who is out of ``scope`` or has left is nobody.

    Raises NotFound ``unknown-actor`` with the pointer of the first who is not there, what
    :func:`unmatched` gives for one who refuses to be matched, InvalidInput ``pair-of-one`` where
    both are the same.
    """
    sight, snapshot = Sight(application, scope), application.snapshot()
    found = []
    for actor_id_, pointer in ((actor_id, "actor_id"), (partner_id, "partner_id")):
        # The database has the last word: it is asked who is still there, and willing.
        if not sight.actor(actor_id_, pointer).profiling:
            raise unmatched(scope, actor_id_, pointer)
        held = sight.find(snapshot, actor_id_)
        if held is None:
            raise unknown_actor(actor_id_, pointer)
        found.append(held)
    if actor_id == partner_id:
        raise InvalidInput("pair-of-one", pointer="partner_id")
    return PairInSight(sight, snapshot, *found[0], *found[1])
