"""On PostgreSQL, who is erased leaves no byte in tables, indexes, statistics, dumps or log."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database, migrate
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.import_actors import import_actors
from matcher.usecases.purge import Retention, purge
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

pytestmark = [pytest.mark.every_engine, pytest.mark.postgresql_only]

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "data" / "fixtures" / "actors.jsonl"
TODAY = date(2026, 11, 23)
EVERYTHING = Scope.everything()
WORD = b"zzcanari"
BEGIN, END = "<!-- journal de PostgreSQL -->\n```sql\n", "```"
OVERWRITTEN = (
    (ROOT / "docs" / "privacy.md").read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
)
"""What the document tells an operator to type, as it is there."""


@pytest.fixture
def installation(careful_server: Any, source: Path, folder: Path) -> Iterator[Application]:
    """An installation on PostgreSQL that was used, by a person among others."""
    url = careful_server.url()
    migrate(url)
    settings = Settings(database_url=url, model="hashing", index_folder=folder / "index")
    mine = Application(settings, Database.open(url), today=lambda: TODAY)
    mine.live.recent = 20
    import_actors(
        [FIXTURES, source],
        database=mine.database,
        referential=mine.referential,
        scope=EVERYTHING,
        today=TODAY,
    )
    query = RecommendationQuery(territories={"department": "95"}, limit=20)
    assert recommend(mine, query, Words("fr"), EVERYTHING).items
    long = b"Zzcanari " * 5000
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "UPDATE actors SET description = description || (SELECT string_agg(md5(n::text)"
            " || 'zzcanari', ' ') FROM generate_series(1, 2000) n) WHERE id LIKE 'zzcanari%'"
        )
        other.execute("INSERT INTO runs VALUES ('r', NULL, '2026-11-01', 1, '{}')")
        other.execute(
            "INSERT INTO outbox (run_id, actor_id, message_id, address, domain, mail, state,"
            " attempts, due, until, changed, leased_until) SELECT 'r', id, 'm', 'zzcanari@e.fr',"
            " 'e.fr', %s, 'sent', 1, 1, 1, 1, 0 FROM actors WHERE id LIKE 'zzcanari%%'",
            [long],
        )
        other.execute("ANALYZE")
        other.execute("CHECKPOINT")
    yield mine
    mine.close()


@pytest.fixture
def bytes_in(
    careful_server: Any, folder: Path, count: Callable[..., None]
) -> Callable[[], dict[str, int]]:
    """Counts what tells of the person: in tables and indexes, the log, a dump, index files."""

    def looked() -> dict[str, int]:
        with psycopg.connect(careful_server.url(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        data = careful_server.folder / "data"
        paths = [path for path in data.rglob("*") if path.is_file()]
        log = [path for path in paths if path.is_relative_to(data / "pg_wal")]
        dump = [careful_server.binaries / "pg_dump", f"--dbname={careful_server.url()}"]
        told = subprocess.run(dump, check=True, capture_output=True, cwd="/").stdout
        kept = [path for path in folder.rglob("*") if path.is_file()]
        sizes = sum(path.stat().st_size for path in (*paths, *kept))
        count("privacy", searches=1, bytes_searched=sizes + len(told))
        return {
            "tables": sum(_count(path) for path in set(paths) - set(log)),
            "log": sum(_count(path) for path in log),
            "dump": told.lower().count(WORD),
            "files": sum(_count(path) for path in kept),
        }

    return looked


def test_the_command_leaves_nothing_but_in_the_log_and_the_document_says_how_to_overwrite_it(
    installation: Application,
    careful_server: Any,
    bytes_in: Callable[[], dict[str, int]],
    canary: str,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    before = bytes_in()
    assert all(before.values()), before

    erase_actor(installation, canary, EVERYTHING, thorough=True)
    after = bytes_in()
    assert {name: n for name, n in after.items() if name != "log"} == {
        "tables": 0,
        "dump": 0,
        "files": 0,
    }
    _overwrite_log(careful_server)
    last = bytes_in()
    count("privacy", canary_bytes_left=sum(last.values()))
    tell(f"before {before}, erased {after}, log overwritten {last}")
    assert sum(last.values()) == 0


def test_over_http_what_is_left_in_free_room_goes_with_the_purge_of_the_night(
    installation: Application,
    careful_server: Any,
    bytes_in: Callable[[], dict[str, int]],
    canary: str,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    assert TestClient(create_app(installation)).delete(f"/actors/{canary}").status_code == 204
    after = bytes_in()
    assert (after["dump"], after["files"]) == (0, 0)

    purge(installation, Retention())
    night = bytes_in()
    assert night["tables"] == 0
    _overwrite_log(careful_server)
    last = bytes_in()
    count("privacy", canary_bytes_left=sum(last.values()))
    tell(f"deleted {after}, purged {night}, log overwritten {last}")
    assert sum(last.values()) == 0


def _overwrite_log(server: Any) -> None:
    """Type what the document says."""
    assert OVERWRITTEN
    command = [server.binaries / "psql", "--no-psqlrc", "--quiet", f"--dbname={server.url()}"]
    subprocess.run(
        [*command, "--set=ON_ERROR_STOP=1"],
        input=OVERWRITTEN.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )


def _count(path: Path) -> int:
    return path.read_bytes().lower().count(WORD)
