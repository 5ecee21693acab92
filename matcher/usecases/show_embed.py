"""Show what the token of an embed opens: the best synergies of its territory, or who answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.access.embeds import Embed, read_embed, read_ended_embed, scope_of_embed
from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a frame shows: ``items`` best first; ``ended`` where the token has run out.

    ``places`` are the names of the territory; ``need`` is what partners were sought for.
    """

    origins: tuple[str, ...]
    places: tuple[str, ...]
    need: str
    items: tuple[RecommendationItem, ...]
    ended: bool = False


def show_embed(application: Application, token: str, limit: int, words: Words) -> Embedded:
    """Answer the one question of a token, within its départements.

    Raises NotFound ``unknown-embed`` for a token that we did not sign for this, InvalidInput for
    a ``limit`` that is out of range.
    """
    if not 1 <= limit <= MOST_SHOWN:
        raise InvalidInput("limit-out-of-range", pointer="limit", maximum=MOST_SHOWN)
    secret = application.gate.secret()
    told = read_ended_embed(secret, token)
    if told is None:
        raise NotFound("unknown-embed", pointer="token")
    if read_embed(secret, token, utc_now()) is None:
        return Embedded(told.origins, (), "", (), ended=True)
    scope = scope_of_embed(told, token)
    found: dict[str, RecommendationItem] = {}
    for query in _questions(told, limit):
        found |= {one.id: one for one in recommend(application, query, words, scope).items}
    items = sorted(found.values(), key=lambda item: (-item.score, item.id))
    places = [told.commune] if told.commune else list(told.departments)
    names = tuple(application.referential.get(one).name for one in places)
    return Embedded(told.origins, names, told.need, tuple(items[:limit]))


def _questions(told: Embed, limit: int) -> Iterator[RecommendationQuery]:
    if told.need:
        seat: dict[str, object] = {"zone": list(told.departments)}
        if told.commune:
            seat = {"commune": told.commune.partition(":")[2]}
        profile = {"kind": told.kind, "needs": [told.need], **seat}
        yield RecommendationQuery(profile=profile, limit=limit)
    elif told.commune:
        yield RecommendationQuery(territories={"commune": told.commune}, limit=limit)
    else:
        for department in told.departments:
            yield RecommendationQuery(territories={"department": department}, limit=limit)
