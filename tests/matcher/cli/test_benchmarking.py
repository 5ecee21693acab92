"""``synergies bench generate``: a made-up population, written once."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from matcher.usecases.generate_population import generate_population


def generated(synergies: Any, directory: Path, actors: object = 60, seed: object = 1) -> Any:
    return synergies(
        *("bench", "generate", "--actors", actors, "--seed", seed, "--directory", directory)
    )


def count(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("SELECT count(*) FROM actors").fetchone()[0])


def test_it_writes_as_many_actors_as_asked_in_a_folder_of_that_name(
    synergies: Any, tmp_path: Path
) -> None:
    ran = generated(synergies, tmp_path / "bench")
    file = tmp_path / "bench" / "60-1" / "synergies.db"
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split()[:3] == ["60", "acteurs", "fictifs"]
    assert str(file) in ran.out
    assert count(file) == 60
    assert [path.name for path in (tmp_path / "bench").iterdir() if path.is_dir()] == ["60-1"]


def test_a_second_time_it_is_there_already(synergies: Any, tmp_path: Path) -> None:
    generated(synergies, tmp_path)
    before = (tmp_path / "60-1" / "synergies.db").stat()
    again = generated(synergies, tmp_path)
    assert again.code == 0
    assert again.out.startswith("Déjà là")
    assert (tmp_path / "60-1" / "synergies.db").stat() == before


def test_with_mail_everybody_can_be_written_to_where_nothing_arrives(
    synergies: Any, tmp_path: Path
) -> None:
    ran = synergies(
        *("bench", "generate", "--actors", 60, "--seed", 1, "--directory", tmp_path, "--mail")
    )
    assert ran.code == 0
    with sqlite3.connect(tmp_path / "60-1-mail" / "synergies.db") as connection:
        told = connection.execute("SELECT email, consent_email FROM actors").fetchall()
    assert len(told) == 60
    assert all(email.endswith("@exemple.invalid") and agreed for email, agreed in told)


def test_another_seed_is_another_population(synergies: Any, tmp_path: Path) -> None:
    assert [generated(synergies, tmp_path, 3, seed).code for seed in (1, 2)] == [0, 0]
    one, other = ((tmp_path / f"3-{seed}" / "synergies.db").read_bytes() for seed in (1, 2))
    assert one != other


def test_what_a_killed_run_left_is_replaced(synergies: Any, tmp_path: Path) -> None:
    (tmp_path / ".60-1.unfinished").mkdir()
    (tmp_path / ".60-1.unfinished" / "synergies.db").write_text("half")
    assert generated(synergies, tmp_path).code == 0
    assert not (tmp_path / ".60-1.unfinished").exists()


def test_recommendations_can_be_asked_of_it(synergies: Any, tmp_path: Path) -> None:
    generated(synergies, tmp_path, 200)
    ran = synergies(
        *("recommend", "--limit", "1"),
        *("--need", "punaises de lit", "--department", "75", "--json"),
        DATABASE_URL=f"sqlite:///{tmp_path}/200-1/synergies.db",
    )
    assert ran.code == 0


@pytest.mark.parametrize("actors", ["0", "-1", "beaucoup", "10000000"])
def test_a_number_that_cannot_be_is_wrong_usage(
    synergies: Any, one_line: Any, tmp_path: Path, actors: str
) -> None:
    ran = generated(synergies, tmp_path, actors)
    assert ran.code == 2
    assert "--actors" in one_line(ran)


def test_without_a_number_it_says_what_lacks(synergies: Any, one_line: Any) -> None:
    assert "--actors" in one_line(synergies("bench", "generate"))


def test_a_directory_that_cannot_be_written_is_one_line(
    synergies: Any, one_line: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ran = generated(synergies, tmp_path / "file")
    assert str(tmp_path / "file") in one_line(ran)


def test_help_says_that_nobody_exists_and_how_to_use_it(synergies: Any) -> None:
    told = " ".join(synergies("bench", "generate", "--help").out.split())
    for promise in ("Personne n’existe", "réutilisée", "SYNERGIES_DATABASE_URL"):
        assert promise in told


def test_the_index_is_made_of_the_store_at_every_call(tmp_path: Path) -> None:
    given: list[Path] = []
    for _ in range(2):
        generate_population(2, 0, tmp_path, index=given.append)
    assert given == [tmp_path / "2-0" / "synergies.db"] * 2
    assert given[0].exists()
