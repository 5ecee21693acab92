"""From a question to ranked matches: who comes back, in what order, and who does not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from matcher.engine.candidates import Direction, Filters, Sides, candidates
from matcher.engine.complementarity import ANSWERED
from matcher.engine.index import ActorIndex
from matcher.engine.organizations import organization_of
from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Role, Statement
from matcher.engine.ranking import DOUBLED, FULL, REPEATED
from matcher.engine.reasons import EXCHANGE
from matcher.engine.recommending import Match, Question, partners_of, synergies_of
from matcher.engine.scoring import score_pair

IndexOf = Callable[[Sequence[Actor]], ActorIndex]
Crowds = Callable[[int, int], SearchStrategy[list[Actor]]]
Maker = Callable[..., Actor]
Weights = Mapping[str, float]
QUICK = settings(deadline=None, max_examples=30)
SIDES = st.sampled_from(Sides)
DIRECTIONS = st.none() | st.sampled_from(Direction)


@QUICK
@given(data=st.data(), sides=SIDES, direction=DIRECTIONS, minimum=st.floats(0, 1))
def test_partners_are_all_candidates_that_are_worth_it_and_nobody_else(
    data: st.DataObject,
    crowds: Crowds,
    index_of: IndexOf,
    weights: Weights,
    sides: Sides,
    direction: Direction | None,
    minimum: float,
) -> None:
    index = index_of(data.draw(crowds(2, 6)))
    filters = Filters(sides=sides, direction=direction)
    matches = partners_of(index, 0, index, Question(filters, weights, minimum))

    found = {match.b for match in matches}
    assert len(found) == len(matches)
    for b in candidates(index, 0, index, filters):
        score = score_pair(index, 0, index, b, weights)
        received, given_away = score.probability("a_to_b"), score.probability("b_to_a")
        wanted = {
            None: max(received, given_away) - ANSWERED,
            Direction.NEEDS: received - EXCHANGE,
            Direction.OFFERS: given_away - EXCHANGE,
            Direction.MUTUAL: min(received, given_away) - EXCHANGE,
        }[direction]
        margins = (wanted, score.score - minimum)
        if min(map(abs, margins)) > 1e-5:
            assert (b in found) is (min(margins) > 0)
        found.discard(b)
    assert not found


@QUICK
@given(data=st.data())
def test_the_order_of_partners_is_a_greedy_one_over_exact_scores(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Weights
) -> None:
    index = index_of(data.draw(crowds(3, 7)))
    left = partners_of(index, 0, index, Question(Filters(sides=Sides.ANY), weights, 0.0))
    shown: list[Actor] = []

    while left:
        worths = [_worth(match, shown) for match in left]
        assert worths[0] >= max(worths) - 3e-5
        shown.append(left[0].partner)
        left = left[1:]


@QUICK
@given(data=st.data(), sides=SIDES)
def test_a_territory_shows_each_pair_once_and_every_pair_of_its_candidates(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Weights, sides: Sides
) -> None:
    index = index_of([a for a in data.draw(crowds(2, 6)) if a.place or a.zone])
    question = Question(Filters(sides=sides), weights, 0.0)

    pairs = [frozenset((match.a, match.b)) for match in synergies_of(index, question)]
    shown = synergies_of(index, question, first=2)
    by_actor = {
        frozenset((match.a, match.b))
        for a in range(len(index.actors))
        for match in partners_of(index, a, index, question)
    }

    assert [frozenset((match.a, match.b)) for match in shown] == pairs[:2]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) == by_actor


@QUICK
@given(data=st.data())
def test_a_posted_profile_finds_what_the_stored_one_finds(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Weights
) -> None:
    actors = data.draw(crowds(2, 6))
    index, alone = index_of(actors), index_of(actors[:1])
    question = Question(Filters(sides=Sides.ANY), weights, 0.0)

    a = index.positions[actors[0].id]
    stored = [(m.partner.id, m.score) for m in partners_of(index, a, index, question)]
    posted = [(m.partner.id, m.score) for m in partners_of(alone, 0, index, question)]

    assert posted == stored


@QUICK
@given(data=st.data())
def test_what_is_proposed_is_proved_by_a_sentence_of_both(
    data: st.DataObject, crowds: Crowds, index_of: IndexOf, weights: Weights
) -> None:
    index = index_of(data.draw(crowds(2, 6)))

    for match in synergies_of(index, Question(Filters(sides=Sides.ANY), weights, 0.0)):
        assert match.explanation.reasons[0].code == "offer_answers_need"
        quoted = {quote.actor_id for quote in match.explanation.reasons[0].evidence}
        assert quoted == {match.actor.id, match.partner.id}


def test_a_profile_that_says_nothing_gets_nobody_whatever_score_is_asked_for(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights, today: date
) -> None:
    shared = {"domains": ("mobilite--velo",), "publics": ("jeunes",), "updated": today}
    index = index_of([social_worker("a", **shared), entrepreneur("b", ["x"], ["y"], **shared)])

    assert _partners(index, "a", Question(Filters(), weights, 0.0)) == []
    assert _partners(index, "b", Question(Filters(), weights, 0.0)) == []
    assert synergies_of(index, Question(Filters(), weights, 0.0)) == []


def test_an_expired_need_finds_nobody(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights, today: date
) -> None:
    question = Question(Filters(), weights, 0.3)
    need = Statement(Role.NEED, "atelier vélo", ("mobilite--velo",), expires=today)
    over = replace(need, expires=today - timedelta(days=1))
    partner = entrepreneur("b", [], ["atelier vélo"], domains=("mobilite--velo",))

    valid, expired = (
        index_of([replace(social_worker("a"), needs=(some,)), partner]) for some in (need, over)
    )

    assert [match.partner.id for match in _partners(valid, "a", question)] == ["b"]
    assert _partners(expired, "a", question) == []


def test_saying_an_offer_twice_earns_nothing(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights
) -> None:
    asker = social_worker("a", ["atelier vélo", "permis"])
    once = index_of([asker, entrepreneur("b", ["permis"], ["atelier vélo"])])
    twice = index_of(
        [asker, entrepreneur("b", ["permis", "PERMIS "], ["atelier vélo", "Atelier  vélo"])]
    )

    seen, again = (
        score_pair(index, index.positions["a"], index, index.positions["b"], weights)
        for index in (once, twice)
    )

    assert seen == again


def test_equal_partners_come_by_id(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights
) -> None:
    partners = [entrepreneur(name, [], ["atelier vélo"]) for name in ("d", "b", "c")]
    index = index_of([social_worker("a", ["atelier vélo"]), *partners])

    matches = _partners(index, "a", Question(Filters(), weights, 0.0))

    assert [match.partner.id for match in matches] == ["b", "c", "d"]


def test_one_organisation_does_not_fill_the_page(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights
) -> None:
    colleagues = [
        entrepreneur(name, [], ["atelier vélo"], organization=spelling)
        for name, spelling in (("b", "Le Relais"), ("c", "le  relais"))
    ]
    elsewhere = entrepreneur("d", [], ["atelier vélo"], organization="La Roue")
    index = index_of([social_worker("a", ["atelier vélo"]), *colleagues, elsewhere])

    matches = _partners(index, "a", Question(Filters(), weights, 0.0))

    assert [match.partner.id for match in matches] == ["b", "d", "c"]


def test_an_organisation_with_two_agreements_gives_way_to_every_other(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights
) -> None:
    twice = [
        entrepreneur(name, [], ["atelier vélo"], organization=registered)
        for name, registered in (("b", "Entraide Emploi ACI"), ("c", "ENTRAIDE EMPLOI (AI + ACI)"))
    ]
    other = entrepreneur("d", [], ["atelier vélo", "repas"], organization="La Roue")
    index = index_of([social_worker("a", ["atelier vélo"]), *twice, other])
    question = Question(Filters(), weights, 0.0)

    matches = _partners(index, "a", question)

    assert [match.partner.id for match in matches] == ["b", "d", "c"]
    assert _partners(index, "a", question, 2) == matches[:2]


def test_who_is_full_comes_after_who_has_room(
    index_of: IndexOf, social_worker: Maker, entrepreneur: Maker, weights: Weights
) -> None:
    full = entrepreneur("b", [], ["atelier vélo"], capacity_per_month=0)
    free = entrepreneur("c", [], ["atelier vélo"], capacity_per_month=1)
    index = index_of([social_worker("a", ["atelier vélo"]), full, free])

    matches = _partners(index, "a", Question(Filters(), weights, 0.0))

    assert [match.partner.id for match in matches] == ["c", "b"]


def test_a_territory_keeps_pairs_of_which_one_at_least_sits_there(
    index_of: IndexOf,
    social_worker: Maker,
    entrepreneur: Maker,
    places: tuple[Place, ...],
    weights: Weights,
) -> None:
    elsewhere = {"place": places[3], "zone": ("department:95",)}
    index = index_of(
        [
            social_worker("sits", ["atelier vélo"]),
            social_worker("visits", ["atelier vélo"], **elsewhere),
            entrepreneur("also sits", [], ["atelier vélo"]),
            entrepreneur("also visits", [], ["atelier vélo"], **elsewhere),
            entrepreneur("never comes", [], ["atelier vélo"], place=places[3]),
        ]
    )

    matches = synergies_of(index, Question(Filters(("department:95",)), weights, 0.0))

    assert {(match.actor.id, match.partner.id) for match in matches} == {
        ("sits", "also sits"),
        ("sits", "also visits"),
        ("visits", "also sits"),
    }


def test_unknown_places_neither_fail_nor_hide_who_acts_everywhere(
    index_of: IndexOf,
    social_worker: Maker,
    entrepreneur: Maker,
    places: tuple[Place, ...],
    weights: Weights,
) -> None:
    index = index_of(
        [
            social_worker("a", ["atelier vélo"], place=places[2]),
            entrepreneur("b", [], ["atelier vélo"], place=None, zone=("country:FR",)),
            entrepreneur("c", [], ["atelier vélo"], place=None, radius_km=500.0),
        ]
    )

    (match,) = synergies_of(index, Question(Filters(), weights, 0.0))

    assert match.partner.id == "b"
    assert match.explanation.distance_km is None


def _partners(
    index: ActorIndex, name: str, question: Question, first: int | None = None
) -> list[Match]:
    return partners_of(index, index.positions[name], index, question, first)


def _worth(match: Match, shown: list[Actor]) -> float:
    repeated = [_organisation(actor) for actor in shown].count(_organisation(match.partner))
    organizations = [organization_of(actor) for actor in shown]
    full = 0 in (match.actor.capacity_per_month, match.partner.capacity_per_month)
    doubled = organizations.count(organization_of(match.partner))
    return match.score.logit - REPEATED * repeated - DOUBLED * doubled - FULL * full


def _organisation(actor: Actor) -> tuple[str, str]:
    return (actor.kind, (actor.organization or actor.name).casefold())
