"""Tell of two actors what the engine says of them today, whether or not they are in a list."""

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.features import features
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.pairs import Match, fetch
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.present import present
from matcher.usecases.seeing import Sight, unknown_actor
from matcher.wording.words import Words


def judge_pair(
    application: Application, actor_id: str, partner_id: str, words: Words, scope: Scope
) -> RecommendationItem:
    """One item as the view of a territory has it, ``reasons`` empty where nothing proves it.

    Raises NotFound where one of the two is not in sight, InvalidInput where one of them does not
    want to be matched, or where both are the same.
    """
    if actor_id == partner_id:
        raise InvalidInput("pair-of-one", pointer="partner")
    sight = Sight(application, scope)
    snapshot = application.snapshot()
    one, a = _place(sight, snapshot, actor_id, "actor")
    many, b = _place(sight, snapshot, partner_id, "partner")
    table = features(one, a, many, np.array([b], dtype=np.int64))
    match = Match(application.matching.weights, one, a, many, b, table.values[0])
    fetch([match])
    application.recorder.seen(scope, "synergy", [actor_id, partner_id])
    item = present(match, words, None)
    pair = (min(actor_id, partner_id), max(actor_id, partner_id))
    met = sight.told(actor_id, exclude_known=False).met
    return item.model_copy(update={"relation": "in_contact"}) if pair in met else item


def _place(sight: Sight, snapshot: Snapshot, name: str, pointer: str) -> tuple[ActorIndex, int]:
    """Where an actor is in the index, if it still wants to be there."""
    found = sight.find(snapshot, name)
    if found is not None and sight.application.willing([name]):
        return found
    if not sight.actor(name, pointer).profiling:
        raise InvalidInput("actor-opted-out", pointer=pointer)
    raise unknown_actor(name, pointer)  # stored this instant: the index does not follow yet
