"""A profile goes into a form and comes back as it was; what is wrong is said field by field."""

from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.store.actors import all_actors, find_actor
from matcher.store.origins import origins_of
from matcher.usecases.change_actor import change_actor
from matcher.usecases.edit_profile import edit_profile, problems_of_profile
from matcher.usecases.oppose import oppose
from matcher.wording.words import Words

ME = "ts-garges-ml-01"
MINE = Scope(Role.PRACTITIONER, f"actor:{ME}", actor_id=ME)
FRENCH = Words("fr")

pytestmark = pytest.mark.sqlite_only


def test_every_profile_written_back_as_it_was_read_changes_nothing(
    application: Application,
) -> None:
    with application.database.read() as connection:
        before = all_actors(connection)
    for actor in before:
        mine = Scope(Role.PRACTITIONER, f"actor:{actor.id}", actor_id=actor.id)
        values = edit_profile(application, actor.id, mine).values
        assert problems_of_profile(application, values, mine, FRENCH) == ()
        change_actor(application, actor.id, values, mine)
    with application.database.read() as connection:
        assert all_actors(connection) == before


def test_places_and_acquaintances_are_named(application: Application) -> None:
    edited = edit_profile(application, ME, MINE)
    assert edited.commune == "Garges-lès-Gonesse (95)"
    assert edited.names == {
        "epci:200055655": "CA Roissy Pays de France",
        "ts-sarcelles-prevention-01": "Moussa Diarra",
    }


def test_who_refuses_to_be_proposed_is_not_named_to_who_says_it_knows_it(
    application: Application,
) -> None:
    oppose(application, "ts-sarcelles-prevention-01", Scope.everything(), profiling=True)
    assert "ts-sarcelles-prevention-01" not in edit_profile(application, ME, MINE).names


def test_nobody_edits_another(application: Application) -> None:
    with pytest.raises(NotFound):
        edit_profile(application, "ts-cergy-mecs-01", MINE)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"name": None}, "name", "À remplir."),
        ({"email": "moi@"}, "email", "l’adresse entière"),
        ({"commune": "Argenteul"}, "commune", "Vouliez-vous dire"),
        ({"commune": "Qqqqqqqq"}, "commune", "code postal"),
        ({"commune": None, "zone": []}, "commune", "au moins un territoire"),
        ({"zone": ["95", "Sainte-Marie"]}, "zone[1]", "Recopiez"),
        ({"radius_km": "loin"}, "radius_km", "un nombre"),
        ({"radius_km": -1}, "radius_km", "entre 0"),
        ({"capacity_per_month": 1.5}, "capacity_per_month", "entier"),
        ({"needs": [{"text": "Un lieu", "expires": "demain"}]}, "needs[0].expires", "date"),
        ({"needs": ["x" * 4001]}, "needs[0].text", "4 001 signes"),
        ({"offers": ["Un lieu"] * 51}, "offers", "50 au plus"),
        ({"description": "a\x00b"}, "description", "U+0000"),
        ({"domains": ["voler"]}, "domains[0]", "thématique"),
    ],
)
def test_each_mistake_names_its_field_in_a_sentence(
    application: Application, change: dict[str, Any], field: str, said: str
) -> None:
    values = {**edit_profile(application, ME, MINE).values, **change}
    (problem,) = problems_of_profile(application, values, MINE, FRENCH)
    assert problem.field == field
    assert said in problem.text.replace("\u202f", " ").replace("\u00a0", " ")


def test_all_mistakes_are_named_at_once(application: Application) -> None:
    mistakes = {"name": "", "email": "x", "zone": [""]}
    values = {**edit_profile(application, ME, MINE).values, **mistakes}
    found = problems_of_profile(application, values, MINE, FRENCH)
    assert {problem.field for problem in found} == {"name", "email", "zone[0]"}


def test_no_file_answers_any_more_for_what_was_corrected_by_hand(application: Application) -> None:
    def fields() -> set[str]:
        with application.database.read() as connection:
            return {name for one in origins_of(connection, [ME])[ME] for name in one.fields}

    assert {"needs", "name"} <= fields()
    stored = edit_profile(application, ME, MINE).values
    values = {**stored, "needs": ["Un lieu pour se retrouver"]}
    change_actor(application, ME, values, MINE)
    assert "needs" not in fields()
    assert "name" in fields()


def test_a_coordinator_is_told_that_a_move_would_take_an_actor_out_of_sight(
    application: Application,
) -> None:
    theirs = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:95",))
    values = {**edit_profile(application, ME, theirs).values, "commune": "Bondy", "zone": []}
    (problem,) = problems_of_profile(application, values, theirs, FRENCH)
    assert problem.field == "commune"
    with application.database.read() as connection:
        stored = find_actor(connection, ME)
    assert stored is not None
    assert stored.commune == "95268"
