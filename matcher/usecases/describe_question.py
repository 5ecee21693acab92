"""Say in words what was asked of a territory, for whoever finds the answer on paper later."""

from collections.abc import Iterable

from matcher.bootstrap import Application
from matcher.store.vocabularies import read_domain, read_public
from matcher.usecases.list_synergies import Order
from matcher.usecases.present import labels
from matcher.usecases.read_question import RecommendationQuery, read_territory
from matcher.wording.words import Words


def territory_name(application: Application, query: RecommendationQuery) -> str:
    """« Val-d’Oise »: the names of the territories of a question; raises InvalidInput."""
    referential = application.referential
    found = [
        referential.get(read_territory(referential, level, typed)).name
        for level, typed in query.territories.items()
    ]
    return ", ".join(found)


def describe_question(
    application: Application,
    query: RecommendationQuery,
    words: Words,
    *,
    order: Order = Order.BEST,
    profile: str = "",
) -> dict[str, str]:
    """What each filter that was set is called, and what it was set to.

    ``profile`` is the name of the setting whose weights the question has, empty for the usual ones.
    Raises InvalidInput for a territory that nobody knows; the question was asked before.
    """
    told = {"territory": territory_name(application, query)}
    told["domain"] = _labelled(code for text in query.domains for code in read_domain(text) or ())
    told["public"] = _labelled(code for text in query.publics for code in read_public(text) or ())
    told["kind"] = ", ".join(words.say(f"synergy.{kind}") for kind in query.kinds)
    if query.radius_km is not None:
        told["radius"] = words.kilometres(query.radius_km)
    if query.sides == "any":
        told["sides"] = words.say("asked.sides.any")
    if query.exclude_known:
        told["known"] = words.say("asked.known.excluded")
    told["profile"] = profile
    if order is not Order.BEST:
        told["order"] = words.say(f"page.territory.order.{order.value}")
    return {words.say(f"asked.{name}"): said for name, said in told.items() if said}


def _labelled(codes: Iterable[str]) -> str:
    return ", ".join(labels().get(code, code) for code in dict.fromkeys(codes))
