"""Structures and services of data·inclusion, v0 and v1; every organisation here is invented."""

import json
from typing import Any

from matcher.engine.profiles import Actor, Kind
from matcher.usecases.import_actors import ImportReport

Desk = Any  # the class in conftest.py: tests do not import one another


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


V1_STRUCTURE = {
    "source": "dora",
    "id": "dora--42",
    "nom": "Recyclerie des Coteaux",
    "description": "Une recyclerie d’insertion.",
    "date_maj": "2026-03-01",
    "code_insee": "95018",
    "reseaux_porteurs": ["croix-rouge", "aci"],
}
V1_SERVICE = {
    "source": "dora",
    "id": "dora--7",
    "structure_id": "dora--42",
    "nom": "Meubles à petit prix",
    "description": "Vente de meubles réparés.",
    "thematiques": ["equipement-et-alimentation--electromenager"],
    "publics": ["tous-publics"],
    "zone_eligibilite": ["95", "france"],
}
V0_STRUCTURE = {
    "source": "cd95",
    "id": "12",
    "nom": "Service social départemental",
    "typologie": "DEPT",
    "commune": "Cergy",
    "code_postal": "95000",
    "presentation_resume": "Accueil social.",
    "presentation_detail": "Accueil social. Sur rendez-vous.",
    "thematiques": ["acces-aux-droits-et-citoyennete--connaitre-ses-droits"],
    "date_maj": "2024-05-02",
}
V0_SERVICE = {
    "source": "cd95",
    "id": "s1",
    "structure_id": "12",
    "nom": "Aide au permis",
    "presentation_resume": "Financer le permis.",
    "thematiques": ["mobilite--preparer-un-permis-de-conduire"],
    "profils": ["jeunes-16-26", "locataires"],
    "zone_diffusion_type": "departement",
    "zone_diffusion_code": "95",
}


def check_v1(actor: Actor) -> None:
    assert actor.kind is Kind.SOCIAL_ENTREPRENEUR
    assert [offer.text for offer in actor.offers] == [
        "Meubles à petit prix. Vente de meubles réparés."
    ]
    assert actor.offers[0].domains == ("equipement-et-alimentation--electromenager",)
    assert actor.zone == ("department:95", "country:FR")
    assert actor.commune == "95018"


def test_v1_services_become_the_offers_of_their_structure(desk: Desk) -> None:
    desk.file("di/services.json", json.dumps([V1_SERVICE]))
    desk.file("di/structures.json", json.dumps([V1_STRUCTURE]))
    for _ in range(2):
        assert desk.imported(desk.folder / "di").rejected == ()
        check_v1(desk.actors()["dora--42"])
    again = desk.imported(desk.folder / "di")
    assert (again.created, again.updated) == (0, 0)


def test_services_that_come_alone_find_the_stored_structure(desk: Desk) -> None:
    desk.imported(desk.lines(V1_STRUCTURE))
    assert [offer.text for offer in desk.actors()["dora--42"].offers] == [
        "Une recyclerie d’insertion."
    ]
    desk.imported(desk.lines(V1_SERVICE, name="services.jsonl"))
    check_v1(desk.actors()["dora--42"])


def test_one_document_may_hold_structures_and_services(desk: Desk) -> None:
    document = {"structures": [V1_STRUCTURE], "services": [V1_SERVICE]}
    desk.imported(desk.file("di.json", json.dumps(document, indent=1)))
    check_v1(desk.actors()["dora--42"])


def test_v0_typologies_and_codes_are_read(desk: Desk) -> None:
    report = desk.imported(desk.lines(V0_STRUCTURE, V0_SERVICE))
    actor = desk.actors()["cd95--12"]
    assert (actor.kind, actor.commune) == (Kind.SOCIAL_WORKER, "95127")
    assert actor.description == "Accueil social. Sur rendez-vous."
    assert actor.offers[0].domains == ("mobilite--preparer-un-permis",)
    assert actor.offers[0].publics == ("jeunes",)
    assert actor.zone == ("department:95",)
    assert [(w.line, w.field, w.code) for w in report.warnings] == [
        (2, "publics[1]", "public-dropped")
    ]


def test_v0_csv_is_read_like_json(desk: Desk) -> None:
    structures = "id,source,nom,typologie,code_insee,thematiques,date_maj\n"
    structures += '12,cd95,Service social,DEPT,95127,"[""mobilite""]",2024-05-02\n'
    services = "id,source,structure_id,nom,thematiques\n"
    services += 's1,cd95,12,Aide au permis,"{mobilite--preparer-un-permis-de-conduire,sante}"\n'
    desk.file("di/structures.csv", structures)
    desk.file("di/services.csv", services)
    assert desk.imported(desk.folder / "di").rejected == ()
    actor = desk.actors()["cd95--12"]
    assert actor.domains == ("mobilite",)
    assert actor.offers[0].domains == ("mobilite--preparer-un-permis", "sante")


def test_an_orphan_service_is_named(desk: Desk) -> None:
    report = desk.imported(desk.lines(V1_STRUCTURE, {**V1_SERVICE, "structure_id": "dora--0"}))
    assert refusal(report) == (2, "structure_id", "orphan-service")
    assert report.created == 1


def test_networks_that_disagree_are_asked_for(desk: Desk) -> None:
    row = {**V1_STRUCTURE, "reseaux_porteurs": ["ccas-cias", "aci"]}
    assert refusal(desk.imported(desk.lines(row))) == (1, "kind", "unknown-side")


def test_more_services_than_an_actor_can_offer_are_named(desk: Desk) -> None:
    services = ({**V1_SERVICE, "nom": f"Service {number}"} for number in range(52))
    report = desk.imported(desk.lines(V1_STRUCTURE, *services))
    assert [problem.code for problem in report.rejected] == ["too-many-services"] * 2
    assert len(desk.actors()["dora--42"].offers) == 50


def test_conditions_of_access_are_said_in_the_offer(desk: Desk) -> None:
    service = V1_SERVICE | {"conditions_acces": "Être majeur. Pas d’animaux."}
    desk.imported(desk.lines(V1_STRUCTURE, service))

    assert desk.actors()["dora--42"].offers[0].text == (
        "Meubles à petit prix. Vente de meubles réparés.\nCondition : Être majeur. Pas d’animaux."
    )


def test_conditions_of_access_come_first_where_a_long_text_is_cut(desk: Desk) -> None:
    service = V1_SERVICE | {"description": "x " * 2500, "conditions_acces": ["Être majeur"]}
    desk.imported(desk.lines(V1_STRUCTURE, service))

    assert desk.actors()["dora--42"].offers[0].text.startswith("Condition : Être majeur\nMeubles")
