"""Tell of two actors what the engine says of them today, whether or not they are in a list."""

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.usecases.present import present
from matcher.wording.words import Words


def judge_pair(
    application: Application, actor_id: str, partner_id: str, words: Words, scope: Scope
) -> RecommendationItem:
    """One item as the view of a territory has it, ``reasons`` empty where nothing proves it.

    Raises NotFound and InvalidInput as :func:`pair_in_sight`.
    """
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    application.recorder.seen(scope, "synergy", pair.ids)
    return item_of(pair, words)


def item_of(pair: PairInSight, words: Words) -> RecommendationItem:
    """The same for a pair that was found: ``in_contact`` where somebody said that they are."""
    item = present(pair.match, words, None)
    return item.model_copy(update={"relation": "in_contact"}) if pair.ids in pair.told.met else item
