"""Actors are found by name whatever the accents, in sight alone, and created once."""

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.directory import plain_words
from matcher.usecases.change_actor import change_actor
from matcher.usecases.create_actor import create_actor
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.find_by_name import MOST, find_by_name
from matcher.wording.words import Words

ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:95",))
IN_75 = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:75",))
SHOP = {
    **{"kind": "social_entrepreneur", "name": "Zoé Œuvrard", "commune": "95018"},
    "organization": "L’Épicerie du cœur d’Argenteuil",
}


def found(application: Application, typed: str, scope: Scope = ALL) -> list[str]:
    return [one.name for one in find_by_name(application, typed, 1, FRENCH, scope).shown]


def test_words_are_compared_without_accents_case_or_marks() -> None:
    assert plain_words("L’Épicerie_du CŒUR (95)") == ["l", "epicerie", "du", "coeur", "95"]
    assert plain_words(" ’ ") == []


@pytest.mark.parametrize(
    "typed", ["epicerie", "ÉPICERIE DU COEUR", "cœur epi", "oeuvrard", "zoe", "l'epic", "%zoé_"]
)
def test_a_name_is_found_as_people_type_it(application: Application, typed: str) -> None:
    create_actor(application, SHOP, ALL)
    assert "Zoé Œuvrard" in found(application, typed)


@pytest.mark.parametrize("typed", ["zoé paris", "\x00", "zo\ud800", "'; DROP TABLE actors"])
def test_what_is_not_there_is_not_found(application: Application, typed: str) -> None:
    create_actor(application, SHOP, ALL)
    assert found(application, f"{typed} nobody") == []


def test_nobody_out_of_sight_is_found(application: Application) -> None:
    create_actor(application, SHOP, ALL)
    assert found(application, "epicerie du coeur", IN_95) == ["Zoé Œuvrard"]
    assert found(application, "epicerie du coeur", IN_75) == []
    assert [one.id for one in find_by_name(application, "", 1, FRENCH, IN_75).shown] == [
        "ts-paris-chu-01"
    ]


@pytest.mark.every_engine
@pytest.mark.parametrize(
    "typed", ["picerie", "argenteuil epicerie", "d’Argenteuil-Épicerie", "uvr"]
)
def test_inside_of_words_and_in_any_order_on_every_database(
    application: Application, typed: str
) -> None:
    create_actor(application, SHOP, ALL)
    assert "Zoé Œuvrard" in found(application, typed, IN_95)
    assert "Zoé Œuvrard" not in found(application, typed, IN_75)


@pytest.mark.every_engine
def test_who_takes_another_name_or_leaves_is_no_longer_found_by_the_old_one(
    application: Application,
) -> None:
    made = create_actor(application, SHOP, ALL)
    renamed = {**SHOP, "name": "Inès Zola", "organization": None, "commune": "75111"}
    change_actor(application, made.id, renamed, ALL)
    assert found(application, "oeuvrard") == found(application, "epicerie du coeur") == []
    assert found(application, "zola ines", IN_75) == ["Inès Zola"]
    assert found(application, "zola ines", IN_95) == []
    erase_actor(application, made.id, ALL)
    assert found(application, "zola") == []


def test_an_id_finds_its_actor_first_whatever_it_is_called(application: Application) -> None:
    made = create_actor(application, SHOP, ALL)
    create_actor(application, {**SHOP, "name": f"Ami de {made.id}", "organization": None}, ALL)
    assert found(application, f" {made.id} ")[0] == "Zoé Œuvrard"


def test_a_practitioner_finds_itself_alone(application: Application) -> None:
    me = create_actor(application, SHOP, ALL).id
    mine = Scope(Role.PRACTITIONER, f"actor:{me}", actor_id=me)
    assert found(application, "", mine) == ["Zoé Œuvrard"]


def test_everybody_is_counted_where_nothing_is_typed(application: Application) -> None:
    listed = find_by_name(application, "", 1, FRENCH, ALL)
    assert (listed.total, listed.more, len(listed.shown)) == (127, False, 20)
    assert listed.total < MOST


def test_a_new_actor_gets_an_id_and_is_written_once(application: Application) -> None:
    made = create_actor(application, {**SHOP, "id": "chosen"}, IN_95)
    assert made.id.startswith("a-")
    with pytest.raises(InvalidInput, match="already-there"):
        create_actor(application, SHOP, IN_95)


def test_a_coordinator_creates_at_home_alone(application: Application) -> None:
    with pytest.raises(InvalidInput, match="territory-not-yours"):
        create_actor(application, SHOP, IN_75)


def test_only_those_who_coordinate_create(application: Application) -> None:
    for scope in (Scope(Role.PORTAL, "p"), Scope(Role.PRACTITIONER, "actor:x", actor_id="x")):
        with pytest.raises(NotFound):
            create_actor(application, SHOP, scope)
