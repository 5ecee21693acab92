"""Entries of public directories become actors."""

from typing import Any

from matcher.engine.profiles import Kind
from matcher.usecases.import_actors import ImportReport

Desk = Any  # the class in conftest.py: tests do not import one another
GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS d’Argenteuil", "commune": "95018"}


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


DIRECTORY_ROW = {
    "id": "siae-9",
    "kind": "ACI",
    "name": "ASSO LES JARDINS",
    "brand": "Les Jardins d’Ici",
    "post_code": "93140",
    "city": "BONDY",
    "department": "93",
    "lat": 48.9,
    "lon": 2.48,
    "phone": "01 23 45 67 89",
    "description": "Maraîchage bio. Contact : chef@example.org ou 06 12 34 56 78.",
}


def test_a_directory_entry_becomes_an_actor_whose_description_is_its_offer(desk: Desk) -> None:
    desk.imported(desk.lines(DIRECTORY_ROW, name="annuaire.jsonl"))
    actor = desk.actors()["siae-9"]
    assert (actor.kind, actor.structure_type) == (Kind.SOCIAL_ENTREPRENEUR, "ACI")
    assert (actor.name, actor.organization) == ("Les Jardins d’Ici", "ASSO LES JARDINS")
    assert (actor.commune, actor.source) == ("93010", "annuaire.jsonl")
    assert actor.offers[0].text == actor.description
    assert actor.description.startswith("Maraîchage bio.")


def test_contacts_of_a_public_directory_are_not_stored(desk: Desk) -> None:
    desk.imported(desk.lines(DIRECTORY_ROW))
    stored = repr(desk.actors())
    assert "example.org" not in stored
    assert "45 67" not in stored
    assert "34 56" not in stored


def test_a_directory_without_a_side_is_asked_for(desk: Desk) -> None:
    row = {"name": "Accueil de jour", "address": "3 rue Bellecour 69002 Lyon", "lat": "45.7"}
    path = desk.lines(row)
    assert refusal(desk.imported(path)) == (1, "kind", "side-required")
    desk.imported(path, side=Kind.SOCIAL_WORKER)
    (actor,) = desk.actors().values()
    assert actor.commune == "69382"


def test_coordinates_tell_homonyms_apart(desk: Desk) -> None:
    row = {"name": "Médiathèque", "type": "CCAS", "commune": "Mérignac", "lat": 44.84, "lon": -0.65}
    desk.imported(desk.lines(row))
    (actor,) = desk.actors().values()
    assert actor.commune == "33281"


def test_a_commune_nobody_knows_leaves_the_department_and_a_warning(desk: Desk) -> None:
    row = {**DIRECTORY_ROW, "post_code": "93999", "city": "Atlantide"}
    report = desk.imported(desk.lines(row))
    assert [warning.code for warning in report.warnings] == ["department-used"]
    assert desk.actors()["siae-9"].zone == ("department:93",)


def test_an_entry_never_takes_the_id_of_somebody_else(desk: Desk) -> None:
    desk.imported(desk.lines({**GOOD, "id": "siae-9"}))
    assert refusal(desk.imported(desk.lines(DIRECTORY_ROW))) == (1, "id", "id-taken")
    assert desk.actors()["siae-9"].name == GOOD["name"]


def test_a_long_description_is_cut_for_the_offer_and_kept_whole(desk: Desk) -> None:
    prose = "mot " * 2000
    report = desk.imported(desk.lines({**DIRECTORY_ROW, "description": prose}))
    actor = desk.actors()["siae-9"]
    assert [warning.code for warning in report.warnings] == ["text-cut"]
    assert len(actor.offers[0].text) <= 4000 < len(actor.description)


SERVICE_ROW = {
    "name": "Premiers contacts",
    "city": "Beaucaire",
    "description": "Français pour les parents.",
    "access_conditions_di": "Être inscrit",
    "eligibility_zones": '["30"]',
}


def test_the_zone_of_who_may_come_tells_homonyms_apart_and_is_kept(desk: Desk) -> None:
    report = desk.imported(desk.lines(SERVICE_ROW), side=Kind.SOCIAL_WORKER)

    assert (report.rejected, report.warnings) == ((), ())
    (actor,) = desk.actors().values()
    assert (actor.commune, actor.zone) == ("30032", ("department:30",))


def test_a_zone_that_holds_several_homonyms_settles_nothing(desk: Desk) -> None:
    row = SERVICE_ROW | {"eligibility_zones": ["30", "32"]}

    report = desk.imported(desk.lines(row), side=Kind.SOCIAL_WORKER)

    assert refusal(report) == (1, "commune", "territory-ambiguous")


def test_a_postal_code_in_a_zone_is_its_commune_and_an_unknown_code_is_dropped(
    desk: Desk,
) -> None:
    row = SERVICE_ROW | {"city": "Arles", "eligibility_zones": ["13200", "00000"]}

    report = desk.imported(desk.lines(row), side=Kind.SOCIAL_WORKER)

    (actor,) = desk.actors().values()
    assert (actor.commune, actor.zone) == ("13004", ("commune:13004",))
    assert [(w.field, w.code) for w in report.warnings] == [("zone_eligibilite[1]", "zone-dropped")]


def test_every_offer_of_an_entry_says_its_conditions(desk: Desk) -> None:
    row = SERVICE_ROW | {"services": ["Atelier du soir"]}

    desk.imported(desk.lines(row), side=Kind.SOCIAL_WORKER)

    (actor,) = desk.actors().values()
    assert [offer.text for offer in actor.offers] == [
        "Français pour les parents.\nCondition : Être inscrit",
        "Atelier du soir\nCondition : Être inscrit",
    ]


def test_a_commune_that_is_missing_is_said_to_be_missing(desk: Desk) -> None:
    row = DIRECTORY_ROW | {"post_code": "", "city": "", "department": "93"}

    report = desk.imported(desk.lines(row))

    assert desk.actors()["siae-9"].zone == ("department:93",)
    (warning,) = report.warnings
    assert (warning.field, warning.code) == ("commune", "commune-missing")
    assert warning.parameters == {"department": "department:93"}


def test_a_department_stands_for_a_commune_in_our_own_rows_too(desk: Desk) -> None:
    row = {"kind": "social_worker", "name": "CCAS", "department": "95"}

    report = desk.imported(desk.lines(row))

    assert (report.rejected, report.warnings) == ((), ())
    (actor,) = desk.actors().values()
    assert (actor.commune, actor.zone) == (None, ("department:95",))


def test_a_department_tells_homonymous_communes_apart_in_our_own_rows(desk: Desk) -> None:
    row = {"kind": "social_worker", "name": "CCAS", "commune": "Beaucaire", "department": "Gard"}

    desk.imported(desk.lines(row))

    (actor,) = desk.actors().values()
    assert (actor.commune, actor.zone) == ("30032", ())


def test_a_department_that_does_not_exist_is_refused_by_its_field(desk: Desk) -> None:
    row = {"kind": "social_worker", "name": "CCAS", "commune": "95018", "department": "999"}

    assert refusal(desk.imported(desk.lines(row))) == (1, "department", "territory-unknown")
