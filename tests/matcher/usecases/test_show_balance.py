"""Balance: who is alone and who is everybody's, as the whole list of synergies tells it."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from math import log

import pytest

from matcher.bootstrap import Application
from matcher.engine.synergies import BestOfEach, best_of_each
from matcher.live_index import LiveIndex
from matcher.scope import Role, Scope
from matcher.store.actors import all_actors, delete_actor, save_actors
from matcher.usecases.answers import RecommendationItem
from matcher.usecases.partners_of_each import BEST
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import question_of, recommend
from matcher.usecases.seeing import Sight
from matcher.usecases.show_balance import MANY, Balance, show_balance
from matcher.wording.words import Words

ME, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
QUERY = RecommendationQuery(territories={"department": "95"}, limit=100)


def balance(application: Application, scope: Scope = ME, code: str = "95") -> Balance:
    return show_balance(application, "department", f"department:{code}", FRENCH, scope)


def best(application: Application) -> BestOfEach:
    question = question_of(Sight(application, ME), QUERY)
    return best_of_each(application.snapshot().parts, question, BEST)


def everything(application: Application) -> list[RecommendationItem]:
    found, query = recommend(application, QUERY, FRENCH, ME), QUERY
    items = found.items
    while found.next_cursor:
        query = replace(QUERY, cursor=found.next_cursor)
        found = recommend(application, query, FRENCH, ME)
        items = [*items, *found.items]
    return items


def logit(item: RecommendationItem) -> float:
    return round(log(item.score / (1 - item.score)), 4)


def test_the_best_of_each_are_those_of_the_whole_list(application: Application) -> None:
    expected = defaultdict(list)
    for item in everything(application):
        for one in (item.actor, item.partner):
            expected[one.id].append(logit(item))
    found = best(application)
    part = application.snapshot().parts[0]
    assert len(found.members[0]) > 90
    for row, position in enumerate(found.members[0].tolist()):
        told = [round(one, 4) for one in found.worth[row].tolist() if one > -1e9]
        wanted = sorted(expected[part.ids[position]], reverse=True)[:BEST]
        assert told == pytest.approx(wanted, abs=2e-4), part.ids[position]


def test_who_is_in_no_synergy_is_alone(application: Application) -> None:
    in_one = {one.id for item in everything(application) for one in (item.actor, item.partner)}
    shown = balance(application)
    assert shown.alone
    assert not {one.actor.id for one in shown.alone} & in_one
    assert shown.alone_count == len(shown.alone)


def test_an_actor_is_sought_by_those_whose_best_it_is(application: Application) -> None:
    found, part = best(application), application.snapshot().parts[0]
    names = [part.ids[position] for position in found.members[0].tolist()]
    sought = Counter(names[row] for row in found.partners[found.partners >= 0].tolist())
    shown = balance(application)
    listed = [*shown.alone, *shown.overloaded, *shown.full]
    assert {one.actor.id: one.sought for one in listed} == {
        one.actor.id: sought[one.actor.id] for one in listed
    }
    assert all(one.sought > (one.capacity or MANY - 1) for one in shown.overloaded)
    counts = [one.sought for one in shown.overloaded]
    assert counts == sorted(counts, reverse=True)


def test_who_takes_nobody_or_one_is_told_apart(application: Application) -> None:
    shown = balance(application)
    assert shown.full
    assert {one.capacity for one in shown.full} <= {0, 1}
    assert not {one.capacity for one in shown.overloaded} & {0, 1}


def test_a_coordinator_sees_and_counts_its_own_alone(application: Application) -> None:
    assert balance(application, IN_95).actors > 90
    assert balance(application, ME, "93").actors > 0
    elsewhere = balance(application, IN_95, "93")
    assert (elsewhere.actors, elsewhere.alone, elsewhere.overloaded) == (0, (), ())


def test_it_follows_the_store(application: Application) -> None:
    before = balance(application)
    name = before.alone[0].actor.id
    with application.database.write() as connection:
        delete_actor(connection, name)
    after = balance(application)
    assert name not in {one.actor.id for one in after.alone}
    assert after.actors == before.actors - 1


def test_a_change_beside_the_large_part_counts_as_much(application: Application) -> None:
    whole = balance(application)
    actor = application.actor(whole.overloaded[0].actor.id, None)
    assert actor is not None
    with application.database.write() as connection:
        changed = replace(actor, description="Nous avons déménagé.")
        save_actors(connection, [changed], today=application.today())
    assert balance(application) == whole


def test_the_same_best_are_found_in_however_many_parts(
    application: Application, following: Callable[..., LiveIndex]
) -> None:
    question = question_of(Sight(application, ME), QUERY)
    live = following()
    live.compact(application.today())
    whole = best_of_each(live.current(application.today()).parts, question, BEST)
    with application.database.write() as connection:
        some = [one for one in all_actors(connection) if one.commune == "95127"]
        moved = [replace(one, description="Nous avons déménagé.") for one in some]
        save_actors(connection, moved, today=application.today())
    parts = live.current(application.today()).parts
    found = best_of_each(parts, question, BEST)
    assert len(parts) > 1
    assert sum(map(len, found.members)) == len(whole.members[0])
    assert sorted(found.worth.ravel()) == pytest.approx(sorted(whole.worth.ravel()))
