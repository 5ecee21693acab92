"""Who other weights would show more or less, as the whole list of synergies tells it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.compare_weights import SHOWN, compare_weights
from matcher.usecases.partners_of_each import BEST
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
WHERE = {"department": "95"}
NEAR = {"territory": 4.5, "a_to_b": 0.5, "b_to_a": 0.5}


def test_who_is_seen_more_or_less_is_counted_over_everybody(application: Application) -> None:
    told = compare_weights(application, WHERE, NEAR, FRENCH, ME)

    before, after = (_sought(application, weights) for weights in (None, NEAR))
    change = {name: after[name] - before[name] for name in before | after}
    most = sorted(change.values())
    for shown, extremes in ((told.gains, most[::-1]), (told.losses, most)):
        assert shown
        assert [one.gain for one in shown] == [one for one in extremes if one][: len(shown)]
        assert len(shown) == SHOWN
        for one in shown:
            assert (one.before, one.after) == (before[one.name], after[one.name])


def _sought(application: Application, weights: Mapping[str, float] | None) -> Counter[str]:
    """Among the best of how many others each is."""
    partners: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    query = RecommendationQuery(territories=WHERE, weights=weights, limit=100)
    while True:
        found = recommend(application, query, FRENCH, ME)
        for item in found.items:
            for one, other in ((item.actor, item.partner), (item.partner, item.actor)):
                partners[one.id].append((item.score, other.name))
        if not found.next_cursor:
            break
        query = replace(query, cursor=found.next_cursor)
    best = (sorted(some, reverse=True)[:BEST] for some in partners.values())
    return Counter(name for some in best for _, name in some)
