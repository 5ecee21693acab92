import json
from pathlib import Path
from typing import Any

import pytest

GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS", "commune": "Argenteuil (95)"}
OTHER = {"id": "autre", "kind": "social_entrepreneur", "name": "Vélo", "commune": "95018"}
FIXTURES = Path(__file__).parents[3] / "data" / "fixtures" / "actors.jsonl"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "acteurs.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (GOOD, OTHER)), encoding="utf-8")
    return path


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "acteurs.jsonl"
    lost = {**OTHER, "commune": "Nullepart-sur-Rien"}
    lines = [json.dumps(GOOD), "{", json.dumps(lost), json.dumps({**GOOD, "id": "x", "nom": "y"})]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def counted(ran: Any) -> tuple[int, int, int]:
    return ran.json["created"], ran.json["updated"], ran.json["unchanged"]


def test_the_fixtures_import_whole_and_importing_twice_changes_nothing(synergies: Any) -> None:
    first = synergies("import", FIXTURES)
    assert (first.code, first.err) == (0, "")
    assert "créés : 127, modifiés : 0, inchangés : 0" in first.out
    again = synergies("import", FIXTURES, "--json")
    assert again.code == 0
    assert counted(again) == (0, 0, 127)


def test_refused_rows_are_named_on_stderr_and_the_good_ones_are_kept(
    synergies: Any, flawed: Path
) -> None:
    ran = synergies("import", flawed)
    assert ran.code == 2
    assert "créés : 1," in ran.out
    assert "Lignes refusées : 3" in ran.out
    broken, lost, extra = ran.err.splitlines()
    assert broken.startswith(f"{flawed}, ligne 2")
    assert lost.startswith(f"{flawed}, ligne 3, commune")
    assert "Nullepart-sur-Rien" in lost
    assert extra.startswith(f"{flawed}, ligne 4, nom")
    assert counted(synergies("import", flawed, "--json")) == (0, 0, 1)


def test_json_lists_every_refusal_with_file_line_field_and_reason(
    synergies: Any, flawed: Path
) -> None:
    ran = synergies("import", flawed, "--json")
    assert (ran.code, ran.err) == (2, "")
    assert [problem["line"] for problem in ran.json["rejected"]] == [2, 3, 4]
    lost = ran.json["rejected"][1]
    assert set(lost) == {"file", "line", "field", "code", "reason"}
    assert (lost["file"], lost["field"], lost["code"]) == (
        str(flawed),
        "commune",
        "territory-unknown",
    )
    assert "Nullepart-sur-Rien" in lost["reason"]


def test_a_dry_run_reports_and_writes_nothing(synergies: Any, rows: Path) -> None:
    for _ in range(2):
        ran = synergies("import", rows, "--dry-run", "--json")
        assert (ran.code, counted(ran)) == (0, (2, 0, 0))
    assert counted(synergies("import", rows, "--json")) == (2, 0, 0)


def test_a_side_settles_the_rows_that_do_not_tell_theirs(synergies: Any, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("id;name;commune\nvelo;Vélo;95018\n", encoding="utf-8")
    assert synergies("import", path).code == 2
    assert synergies("import", path, "--side", "social_entrepreneur").code == 0


def test_a_file_that_does_not_exist_is_one_line(
    synergies: Any, one_line: Any, tmp_path: Path
) -> None:
    ran = synergies("import", tmp_path / "absent.jsonl")
    assert ran.code == 2
    assert "absent.jsonl" in one_line(ran)


def test_only_so_many_refusals_are_printed(synergies: Any, tmp_path: Path) -> None:
    path = tmp_path / "acteurs.jsonl"
    path.write_text("{\n" * 50, encoding="utf-8")
    ran = synergies("import", path)
    assert len(ran.err.splitlines()) == 21
    assert "30" in ran.err.splitlines()[-1]


def test_every_wrong_field_of_one_row_is_named_at_once(synergies: Any, tmp_path: Path) -> None:
    path = tmp_path / "acteurs.jsonl"
    wrong = {**GOOD, "commune": "Nullepart-sur-Rien", "domains": ["boulangerie"]}
    path.write_text(json.dumps(wrong), encoding="utf-8")
    ran = synergies("import", path)
    assert ran.code == 2
    assert "Lignes refusées : 1" in ran.out
    assert sorted(line.split(" : ")[0].rpartition(", ")[2] for line in ran.err.splitlines()) == [
        "commune",
        "domains[0]",
    ]
    listed = synergies("import", path, "--json").json
    assert listed["rejected_count"] == 1
    assert {row["field"] for row in listed["rejected"]} == {"commune", "domains[0]"}
