"""Importing: every field is kept, twice changes nothing, no real row is lost in silence."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.engine.profiles import Actor, Kind
from matcher.scope import Scope
from matcher.store.actors import all_actors
from matcher.store.changes import change_sequence
from matcher.store.database import Database
from matcher.territory import load_referential
from matcher.usecases.import_actors import ImportReport, import_actors

pytestmark = pytest.mark.every_engine

TODAY = date(2026, 11, 23)
GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS d’Argenteuil", "commune": "95018"}


class Desk:
    """A fresh database, a folder to write files in, and an import."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database

    def lines(self, *rows: Mapping[str, object]) -> Path:
        path = self.folder / "a.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return path

    def imported(self, path: Path, **options: Any) -> ImportReport:
        return import_actors(
            [path],
            database=self.database,
            referential=load_referential(),
            today=TODAY,
            **{"scope": Scope.everything(), **options},
        )

    def actors(self) -> dict[str, Actor]:
        with self.database.read() as connection:
            return {actor.id: actor for actor in all_actors(connection)}


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    database = Database.open(database_url)
    yield Desk(tmp_path, database)
    database.close()


@pytest.fixture
def realdata() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data is not there")
    return folder


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


def test_every_field_of_an_actor_row_is_kept(desk: Desk) -> None:
    row = {
        "id": "velo",
        "kind": "social_entrepreneur",
        "name": "L’Atelier du vélo",
        "organization": "SCIC Roues libres",
        "structure_type": "SCIC",
        "email": "bonjour@example.org",
        "commune": "Bondy (93)",
        "zone": ["95", "11", "200058519"],
        "radius_km": 15,
        "domains": ["mobilite"],
        "publics": ["jeunes"],
        "description": "Réparer et prêter des vélos.",
        "needs": ["Des salles", {"text": "Des bénévoles", "expires": "2027-01-31"}],
        "offers": [{"text": "Prêt de vélos", "domains": ["mobilite"], "publics": ["femmes"]}],
        "capacity_per_month": 4,
        "consent_email": True,
        "profiling": False,
        "known": ["bon"],
        "source": "enquête 2026",
    }
    assert desk.imported(desk.lines(row)).rejected == ()
    actor = desk.actors()["velo"]
    assert (actor.commune, actor.radius_km, actor.capacity_per_month) == ("93010", 15.0, 4)
    # 11 is Aude as a département, but the région of Bondy: the actor means its own région.
    assert actor.zone == ("department:95", "region:11", "epci:200058519")
    assert actor.needs[1].expires == date(2027, 1, 31)
    assert actor.offers[0].publics == ("femmes",)
    assert (actor.profiling, actor.consent_email, actor.known) == (False, True, ("bon",))
    assert actor.updated == TODAY


def test_importing_twice_changes_nothing(desk: Desk) -> None:
    path = desk.lines(GOOD, {key: GOOD[key] for key in ("kind", "name", "commune")})
    assert desk.imported(path).created == 2
    with desk.database.read() as connection:
        before = change_sequence(connection)
    again = desk.imported(path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    with desk.database.read() as connection:
        assert change_sequence(connection) == before


def test_what_a_later_row_does_not_speak_of_stays(desk: Desk) -> None:
    desk.imported(desk.lines({**GOOD, "needs": ["Des vélos"], "profiling": False}))
    desk.imported(desk.lines({**GOOD, "name": "CCAS", "offers": ["Une salle"]}))
    actor = desk.actors()["bon"]
    assert (actor.name, actor.needs[0].text, actor.offers[0].text) == (
        "CCAS",
        "Des vélos",
        "Une salle",
    )
    assert not actor.profiling
    desk.imported(desk.lines({**GOOD, "needs": []}))
    assert desk.actors()["bon"].needs == ()


def test_a_file_never_undoes_an_objection_to_profiling(desk: Desk) -> None:
    desk.imported(desk.lines({**GOOD, "profiling": False}))
    report = desk.imported(desk.lines({**GOOD, "profiling": True}))
    assert not desk.actors()["bon"].profiling
    assert [warning.code for warning in report.warnings] == ["objection-kept"]


def test_a_dry_run_counts_and_writes_nothing(desk: Desk) -> None:
    path = desk.lines(GOOD, {**GOOD, "id": "deux"})
    assert desk.imported(path, dry_run=True).created == 2
    assert desk.actors() == {}


def test_two_rows_with_one_id_are_not_merged_in_silence(desk: Desk) -> None:
    report = desk.imported(desk.lines(GOOD, {**GOOD, "name": "Un autre"}))
    assert refusal(report) == (2, "id", "duplicate-id")
    assert report.rejected[0].parameters["first_line"] == 1
    assert desk.actors()["bon"].name == GOOD["name"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("travailleur social", Kind.SOCIAL_WORKER),
        ("Entrepreneuse sociale", Kind.SOCIAL_ENTREPRENEUR),
        ("ACI", Kind.SOCIAL_ENTREPRENEUR),
        ("ML", Kind.SOCIAL_WORKER),
    ],
)
def test_kind_is_a_code_plain_french_or_a_typology(desk: Desk, kind: str, expected: Kind) -> None:
    desk.imported(desk.lines({**GOOD, "kind": kind}))
    actor = desk.actors()["bon"]
    assert actor.kind is expected
    assert actor.structure_type == (kind if kind in {"ACI", "ML"} else None)


def test_a_typology_that_says_nothing_is_asked_for_and_settled_by_side(desk: Desk) -> None:
    path = desk.lines({**GOOD, "kind": "ASSO"})
    report = desk.imported(path)
    assert refusal(report) == (1, "kind", "unknown-side")
    assert report.rejected[0].parameters == {"typology": "ASSO", "option": "--side"}
    desk.imported(path, side=Kind.SOCIAL_ENTREPRENEUR)
    actor = desk.actors()["bon"]
    assert (actor.kind, actor.structure_type) == (Kind.SOCIAL_ENTREPRENEUR, "ASSO")


def test_old_domains_are_read_as_current_ones_and_losses_are_said(desk: Desk) -> None:
    old = ["mobilite--preparer-un-permis-de-conduire", "handicap", "illettrisme--etre-autonome"]
    report = desk.imported(desk.lines({**GOOD, "domains": old}))
    assert desk.actors()["bon"].domains == (
        "mobilite--preparer-un-permis",
        "lecture-ecriture-calcul",
    )
    assert [(warning.field, warning.code) for warning in report.warnings] == [
        ("domains[1]", "domain-dropped"),
        ("domains[2]", "domain-widened"),
    ]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "side", "rows", "reasons"),
    [
        ("siae_lemarche/siae_all.jsonl", None, 3853, {}),
        ("siae_lemarche/siae_described.jsonl", None, 108, {}),
        ("prescripteurs_les_emplois/prescripteurs.jsonl", None, 1003, {"unknown-side": 2}),
        ("mednum/gironde.jsonl", None, 271, {"unknown-side": 263}),
        ("mednum/gironde.jsonl", Kind.SOCIAL_WORKER, 271, {}),
        ("siae_immersion/siae_described.jsonl", None, 88, {"required": 83}),
        ("transiscope/initiatives.jsonl", "entrepreneur", 100, {"territory-required": 7}),
        ("boussole_lyon/orgs.jsonl", Kind.SOCIAL_WORKER, 68, {}),
    ],
)
def test_no_row_of_a_real_directory_is_lost_without_a_reason(
    desk: Desk,
    realdata: Path,
    file: str,
    side: Kind | str | None,
    rows: int,
    reasons: dict[str, int],
) -> None:
    settled = Kind.SOCIAL_ENTREPRENEUR if side == "entrepreneur" else side
    report = desk.imported(realdata / file, side=settled)
    assert report.files[0].rows == rows
    assert report.created + len(report.rejected) == rows
    codes = [problem.code for problem in report.rejected]
    assert {code: codes.count(code) for code in codes} == reasons
    again = desk.imported(realdata / file, side=settled)
    assert (again.created, again.updated, again.unchanged) == (0, 0, report.created)


def test_without_a_commune_the_territory_named_before_tells_a_region_from_a_departement(
    desk: Desk,
) -> None:
    row = {"id": "sans", "kind": "social_worker", "name": "Équipe mobile", "zone": ["95", "11"]}
    assert desk.imported(desk.lines(row)).rejected == ()
    assert desk.actors()["sans"].zone == ("department:95", "region:11")
