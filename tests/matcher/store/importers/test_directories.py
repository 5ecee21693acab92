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
