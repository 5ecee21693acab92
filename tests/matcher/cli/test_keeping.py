"""`synergies backup`, `restore` and `doctor` as a person runs them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from matcher.store.examining import may_lose_pages
from models.verifying import altered_artefacts


def items(ran: Any) -> dict[str, str]:
    return {item["name"]: item["outcome"] for item in ran.json["items"]}


def test_a_store_that_was_lost_comes_back(fixtures: Any, tmp_path: Path) -> None:
    saved = fixtures("backup", tmp_path / "a.backup")
    assert (saved.code, saved.err) == (0, "")
    for file in tmp_path.glob("synergies.db*"):
        file.unlink()
    restored = fixtures("restore", tmp_path / "a.backup")
    assert (restored.code, restored.err) == (0, "")
    assert "127" in restored.out
    assert fixtures("recommend", "--department", "95", "--limit", "1", "--json").json["items"]


def test_a_store_in_use_is_not_replaced_by_accident(
    fixtures: Any, one_line: Any, tmp_path: Path
) -> None:
    assert fixtures("backup", tmp_path / "a.backup").code == 0
    refused = fixtures("restore", tmp_path / "a.backup")
    assert refused.code == 1
    assert "--replace" in one_line(refused)
    assert fixtures("restore", "--replace", tmp_path / "a.backup").code == 0


def test_the_store_itself_is_no_place_for_its_backup(
    fixtures: Any, one_line: Any, tmp_path: Path
) -> None:
    assert "autre nom" in one_line(fixtures("backup", tmp_path / "synergies.db"))
    assert "dossier" in one_line(fixtures("backup", tmp_path / "nowhere" / "a.backup"))


def test_the_doctor_finds_nothing_to_repair(fixtures: Any) -> None:
    ran = fixtures("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "✗" not in ran.out
    assert "✓ Base sqlite" in " ".join(ran.out.split())  # a long folder breaks the line
    seen = items(fixtures("doctor", "--json"))
    assert {"python", "packages", "sqlite", "constants", "disk", "database"} <= set(seen)
    assert {"schema", "durability", "integrity", "permissions", "model", "index"} <= set(seen)
    assert "failure" not in seen.values()


def test_the_doctor_names_what_is_missing_and_creates_nothing(
    synergies: Any, tmp_path: Path
) -> None:
    ran = synergies("doctor", "--json", MODEL="")
    assert ran.code == 1
    assert items(ran)["database"] == items(ran)["model"] == "failure"
    assert "make model" in ran.out
    assert not list(tmp_path.iterdir())


def test_the_doctor_sees_files_that_others_may_read(fixtures: Any, tmp_path: Path) -> None:
    (tmp_path / "synergies.db").chmod(0o644)
    ran = fixtures("doctor", "--json")
    assert (ran.code, items(ran)["permissions"]) == (0, "warning")


def test_the_doctor_sees_a_damaged_database(fixtures: Any, tmp_path: Path) -> None:
    file = tmp_path / "synergies.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_statements_text_hash_role'"
        page = int(connection.execute(root).fetchone()[0])
    with file.open("r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(bytes(4096))
    ran = fixtures("doctor", "--json")
    assert ran.code == 1
    assert "failure" in {items(ran).get("integrity"), items(ran).get("database")}


def test_the_doctor_reminds_that_a_restored_store_sends_nothing(
    fixtures: Any, tmp_path: Path
) -> None:
    assert fixtures("backup", tmp_path / "a.backup").code == 0
    assert fixtures("restore", "--replace", tmp_path / "a.backup").code == 0
    assert items(fixtures("doctor", "--json"))["sending"] == "warning"


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 54, 1), False),
    ],
)
def test_versions_of_sqlite_with_the_fault_are_known(
    version: tuple[int, ...], faulty: bool
) -> None:
    assert may_lose_pages(version) is faulty


def test_learned_files_that_are_altered_or_absent_are_named(tmp_path: Path) -> None:
    told = {"files": {"one.json": "0" * 64, "two.json": "0" * 64}}
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    (tmp_path / "one.json").write_text("{}")
    assert altered_artefacts(tmp_path) == ["one.json", "two.json"]
    assert altered_artefacts() == []
