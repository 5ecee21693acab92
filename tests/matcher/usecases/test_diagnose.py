"""What the doctor sees of a PostgreSQL role that its row rules do not hold."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from matcher.settings import Settings
from matcher.usecases.diagnose import DiagnosisItem, diagnose
from matcher.wording.words import Words

pytestmark = [pytest.mark.every_engine, pytest.mark.postgresql_only]


@pytest.fixture
def plain_url(database_url: str) -> Iterator[str]:
    """The same database for a role that may read and write it, and no more."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain")
    yield database_url.replace("postgres@", "plain@")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY plain")
        connection.execute("DROP ROLE plain")


def looked_at(url: str, folder: Path, auth: str = "keys") -> list[DiagnosisItem]:
    settings = Settings(url, model="hashing", index_folder=folder / "index", auth=auth)
    return [item for item in diagnose(settings, Words("fr")).items if item.name == "rules"]


def test_a_role_above_the_rules_is_warned_about_where_keys_are_asked_for(
    database_url: str, tmp_path: Path
) -> None:
    (item,) = looked_at(database_url, tmp_path)
    assert item.outcome == "warning"
    assert "postgres" in item.text
    assert "BYPASSRLS" in item.text


def test_an_ordinary_role_is_well(plain_url: str, tmp_path: Path) -> None:
    (item,) = looked_at(plain_url, tmp_path)
    assert item.outcome == "ok"


def test_without_keys_there_is_nobody_to_keep_apart(database_url: str, tmp_path: Path) -> None:
    assert looked_at(database_url, tmp_path, auth="off") == []
