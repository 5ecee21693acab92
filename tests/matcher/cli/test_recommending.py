import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import bootstrap
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.usecases.weight_profiles import save_profile

NEED = "un lieu pour un atelier cuisine avec des familles"


@contextmanager
def http_on(shell: Any) -> Iterator[TestClient]:
    environment = {f"SYNERGIES_{name}": value for name, value in shell.environment.items()}
    application = bootstrap(Settings.from_environment(environment))
    try:
        yield TestClient(create_app(application))
    finally:
        application.close()


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        (["--department", "95"], {"department": "95"}),
        (["--department", "Val d'Oise", "--limit", "3"], {"department": "val-d-oise", "limit": 3}),
        (["--actor", "ts-argenteuil-hotel-01"], {"actor_id": "ts-argenteuil-hotel-01"}),
        (
            [
                *("--region", "11", "--sides", "any", "--direction", "mutual"),
                *("--minimum-score", "0.4", "--exclude-known", "--public", "jeunes"),
                *("--domain", "mobilite", "--domain", "logement-hebergement"),
            ],
            {
                **{"region": "11", "sides": "any", "direction": "mutual"},
                **{"minimum_score": 0.4, "exclude_known": "true", "public": "jeunes"},
                "domain": ["mobilite", "logement-hebergement"],
            },
        ),
        (
            ["--commune", "Saint-Denis (93)", "--radius-km", "15"],
            {"commune": "Saint-Denis (93)", "radius_km": 15},
        ),
    ],
)
def test_json_is_the_http_envelope_exactly(
    fixtures_read_only: Any, arguments: list[str], parameters: dict[str, Any]
) -> None:
    ran = fixtures_read_only("recommend", *arguments, "--json")
    with http_on(fixtures_read_only) as client:
        answer = client.get("/recommendations", params=parameters)
    expected = answer.json()
    found = ran.json
    if arguments[1] not in parameters.values():  # a cursor names the words that were typed
        del found["next_cursor"], expected["next_cursor"]
    assert (ran.code, ran.err) == (0, "")
    assert found == expected


def test_a_need_is_asked_as_a_posted_profile_is(fixtures_read_only: Any) -> None:
    needs = ["activité physique adaptée, groupes de 6", "Self-défense entre femmes + garderie"]
    typed = [word for need in needs for word in ("--need", need)]
    limits = ("--limit", "1", "--minimum-score", "0", "--department", "95")
    ran = fixtures_read_only("recommend", *typed, "--offer", "Une salle", *limits, "--json")
    profile = {"kind": "social_worker", "needs": needs, "offers": ["Une salle"], "zone": ["95"]}
    with http_on(fixtures_read_only) as client:
        body = {"profile": profile, "limit": 1, "minimum_score": 0}
        answer = client.post("/recommendations", json=body).json()
    assert ran.json == answer
    assert answer["next_cursor"]
    assert {item["partner"]["kind"] for item in answer["items"]} == {"social_entrepreneur"}


def test_a_territory_of_somebody_new_is_read_at_the_level_of_its_option(
    fixtures_read_only: Any,
) -> None:
    """11 is the Île-de-France as a région and the Aude as a département."""
    ask = ("recommend", "--need", "activité physique adaptée, doucement", "--json")
    assert fixtures_read_only(*ask, "--region", "11").json["items"]
    assert fixtures_read_only(*ask, "--department", "Paris").code == 0
    as_region = fixtures_read_only(*ask, "--region", "11").json
    by_name = fixtures_read_only(*ask, "--region", "Île-de-France").json
    assert as_region == by_name
    assert fixtures_read_only(*ask, "--department", "11").json["items"] != as_region["items"]


def test_pages_follow_each_other_from_one_run_to_the_next(fixtures_read_only: Any) -> None:
    ask = ("recommend", "--department", "95", "--json")
    whole = fixtures_read_only(*ask, "--limit", "6").json
    found: list[Any] = []
    cursor: list[str] = []
    for _ in range(3):
        page = fixtures_read_only(*ask, "--limit", "2", *cursor).json
        found += page["items"]
        cursor = ["--cursor", page["next_cursor"]]
    assert found == whole["items"]
    assert page["next_cursor"] == whole["next_cursor"]


def test_a_page_is_refused_once_the_data_have_changed(
    fixtures: Any, one_line: Any, tmp_path: Path
) -> None:
    ask = ("recommend", "--department", "95", "--limit", "2")
    cursor = fixtures(*ask, "--json").json["next_cursor"]
    row = {"kind": "social_worker", "name": "Nouveau", "commune": "95018", "needs": ["Une salle"]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert fixtures("import", tmp_path / "a.jsonl").code == 0
    ran = fixtures(*ask, "--cursor", cursor)
    assert ran.code == 2
    assert "changé" in one_line(ran)


def test_a_person_reads_names_scores_reasons_and_how_to_go_on(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("recommend", "--department", "95", "--limit", "2")
    assert (ran.code, ran.err) == (0, "")
    assert all(len(line) <= 100 for line in ran.out.splitlines()[:-1])
    for shown in (" 1. ", " 2. ", "■", "↔", "« ", "--cursor", "travail social"):
        assert shown in ran.out.replace("\N{NO-BREAK SPACE}", " ")


def test_a_setting_that_was_saved_weighs_the_answer(fixtures: Any) -> None:
    weights = {"territory": 4.5, "a_to_b": 0.5, "b_to_a": 0.5}
    with http_on(fixtures) as client:
        application = client.app.state.application  # type: ignore[attr-defined]
        save_profile(application, "Près d’abord", weights, Scope.everything())
        body = {"profile": {"kind": "social_worker", "needs": [NEED]}, "weights": weights}
        posted = client.post("/recommendations", json=body).json()
    ask = ("recommend", "--weights-profile", "Près d’abord", "--json")
    weighed = fixtures(*ask, "--department", "95").json
    assert weighed["weights"] == posted["weights"]
    assert fixtures(*ask, "--need", NEED).json == posted
    usual = fixtures("recommend", "--department", "95", "--json").json
    assert usual["weights"] != weighed["weights"]
    assert [one["id"] for one in usual["items"]] != [one["id"] for one in weighed["items"]]


def test_the_printed_cursor_is_whole_on_one_line(fixtures_read_only: Any) -> None:
    ask = ("recommend", "--department", "95", "--limit", "2")
    printed = fixtures_read_only(*ask).out.splitlines()[-1].partition("--cursor ")[2]
    assert printed == fixtures_read_only(*ask, "--json").json["next_cursor"]
    assert " 1. " not in fixtures_read_only(*ask, "--cursor", printed).out


def test_another_language_is_a_setting(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("recommend", "--department", "95", "--limit", "1", LANGUAGE="en")
    assert "The offer of" in ran.out
    refused = fixtures_read_only("recommend", "--department", "95", "--limit", "0", LANGUAGE="en")
    assert "goes from 1 to 100" in refused.err


def test_an_empty_database_is_created_and_says_what_to_import(synergies: Any) -> None:
    ran = synergies("recommend", "--department", "95", "--json")
    assert ran.code == 0
    assert ran.json["items"] == []
    assert [advice["code"] for advice in ran.json["advice"]] == ["nobody-yet"]
    assert "synergies import data/fixtures/actors.jsonl" in ran.json["advice"][0]["text"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--department", "95", "--limit", "0"], "de 1 à 100"),
        (["--department", "95", "--limit", "101"], "de 1 à 100"),
        (["--department", "95", "--limit", "dix"], "« --limit »"),
        (["--department", "95", "--limit"], "« --limit »"),
        (["--department", "95", "--radius-km", "nan"], "« radius_km »"),
        (["--department", "95", "--minimum-score", "2"], "« minimum_score »"),
        (["--department", "95", "--sides", "both"], "« --sides »"),
        (["--department", "95", "--domain", "zzz"], "mobilite"),
        (["--department", "95", "--cursor", "abc"], "curseur"),
        (["--departement", "95"], "--department ?"),
        (["--bogus"], "synergies recommend --help"),
        (["95"], "synergies recommend --help"),
        ([], "« department »"),
        (["--actor", "personne"], "« personne »"),
        (["--actor", "\udcff"], "Aucun acteur"),
        (["--actor", "ts-osny-mjpm-01"], "profilage"),
        (["--actor", "x", "--need", "y"], "« --need »"),
        (["--need", " ", "--department", "95"], "needs[0]"),
        (["--need", "\udcff", "--department", "95"], "needs[0]"),
        (["--commune", "Argentueil"], "Argenteuil"),
        (["--need", NEED, "--commune", "Argentueil"], "Argenteuil"),
        (["--commune", "Saint-Denis"], "Saint-Denis (93066)"),
        (["--need", NEED, "--commune", "Saint-Denis"], "Saint-Denis (93066)"),
        (["--department", "xyz"], "« xyz »"),
        (["--department", "95", "--weights-profile", "Rien"], "Ce réglage n’existe pas"),
        (["--department", "95", "--weights-profile", ""], "Ce réglage n’existe pas"),
        (["--department", "95", "--weights-profile", "\udcff"], "Ce réglage n’existe pas"),
        (["--department", "95", "--weights-profile"], "« --weights-profile »"),
    ],
)
def test_each_mistake_is_one_clear_line(
    fixtures_read_only: Any, one_line: Any, arguments: list[str], said: str
) -> None:
    ran = fixtures_read_only("recommend", *arguments)
    assert ran.code == 2
    assert said in one_line(ran).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
