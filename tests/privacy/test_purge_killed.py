"""A purge that is killed at any statement takes nothing it should not; run again, it is whole."""

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.engine import Engine

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.settings import Settings
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.mail_tables import outbox, runs, suggestions
from matcher.store.tables import actors, audit, statements
from matcher.usecases.purge import Purged, Retention, purge

pytestmark = pytest.mark.every_engine

TODAY = date(2026, 11, 23)
LONG_AGO = date(2023, 11, 22)
NOW = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
DAY = 86_400
STATES = ("sent", "failed", "skipped", "bounced", "held", "queued", "sending")
OLD_NEED = Statement(Role.NEED, "Un besoin d’autrefois", expires=date(2025, 11, 22))
NEW_NEED = Statement(Role.NEED, "Un besoin d’aujourd’hui", expires=date(2027, 1, 1))
OLD = {"old-0", "old-1", "old-2"}
YOUNG = {f"young-{number}" for number in range(len(STATES))}
Held = dict[str, set[Any]]


def fill(url: str) -> None:
    """People, words, lines, mails and runs, of which some are over their age by one day."""
    with closing(Database.open(url)) as database, database.write() as connection:
        people = [Actor(name, Kind.SOCIAL_WORKER, name, updated=LONG_AGO) for name in sorted(OLD)]
        people += [
            Actor(name, Kind.SOCIAL_WORKER, name, updated=TODAY, needs=(OLD_NEED, NEW_NEED))
            for name in sorted(YOUNG)
        ]
        save_actors(connection, people, today=TODAY)
        for number, day in enumerate((date(2025, 11, 22), date(2025, 11, 23)), 1):
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            row = {"id": number, "at": at, "who": "key:a", "what": "x", "count": 1, "details": {}}
            connection.execute(insert(audit).values(row))
        _fill_runs(connection)


def _fill_runs(connection: Connection) -> None:
    for name, month in (("old", date(2024, 10, 1)), ("new", date(2024, 11, 1))):
        row = {"id": name, "month": month, "planned": 1, "report": {}}
        connection.execute(insert(runs).values(row))
        pair = {"one": "young-0", "other": "young-1", "score": 0.5}
        connection.execute(insert(suggestions).values(run_id=name, **pair))
        for days in (91, 90):
            run = f"{name}-{days}"
            connection.execute(insert(runs).values(row | {"id": run}))
            for number, state in enumerate(STATES):
                who = {"run_id": run, "actor_id": f"young-{number}", "state": state}
                mail = {"address": "a@e.fr", "domain": "e.fr", "mail": b"Bonjour"}
                times = dict.fromkeys(("due", "until", "leased_until"), 0)
                changed = {"changed": NOW - days * DAY, "attempts": 1}
                told = {"message_id": f"{run}-{number}"}
                connection.execute(insert(outbox).values(**who, **mail, **times, **changed, **told))


def held(url: str) -> Held:
    """What there is."""
    with closing(Database.open(url)) as database, database.read() as connection:

        def read(*columns: Any) -> set[Any]:
            return {tuple(row) for row in connection.execute(select(*columns))}

        return {
            "actors": read(actors.c.id),
            "statements": read(statements.c.actor_id, statements.c.text),
            "audit": read(audit.c.id),
            "runs": read(runs.c.id),
            "suggestions": read(suggestions.c.run_id),
            "mails": read(outbox.c.message_id, outbox.c.mail),
        }


def run_purge(url: str, folder: Path, **options: Any) -> Purged:
    settings = Settings(url, model="hashing", index_folder=folder / "index")
    with closing(Application(settings, Database.open(url), lambda: TODAY)) as mine:
        return purge(mine, Retention(), **options)


@pytest.fixture
def aged(
    engine: str, databases: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[], str]:
    """Makes a store of its own with what is old and what is not."""
    made: list[str] = []

    def make() -> str:
        url: str = databases.copy(engine, tmp_path / f"{len(made)}.db", "old and young", fill)
        request.addfinalizer(lambda: databases.drop(engine, url))
        made.append(url)
        return url

    return make


def test_what_is_over_age_goes_and_nothing_else(aged: Callable[[], str], tmp_path: Path) -> None:
    url = aged()
    counted = run_purge(url, tmp_path, dry_run=True)
    assert held(url)["actors"] == {(name,) for name in OLD | YOUNG}
    done = run_purge(url, tmp_path)
    left = held(url)
    assert (done.actors, done.statements, done.entries) == (3, len(YOUNG), 1)
    assert left["actors"] == {(name,) for name in YOUNG}
    assert {text for _, text in left["statements"]} == {NEW_NEED.text}
    assert left["audit"] == {(2,)}
    assert left["runs"] == {("new",), ("new-90",), ("new-91",)}
    assert left["suggestions"] == {("new",)}
    emptied = {name for name, mail in left["mails"] if mail is None}
    assert emptied == {f"new-91-{number}" for number in range(4)}
    assert len(left["mails"]) == 2 * len(STATES)
    assert (counted.actors, counted.runs, done.runs) == (3, 3, 3)
    assert counted.mails >= done.mails == len(emptied) + 4


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_kill_at_any_statement_takes_nothing_wrongly_and_leaves_nothing_to_the_rerun(
    aged: Callable[[], str],
    tmp_path: Path,
    step: int,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    whole = aged()
    before = held(whole)
    run_purge(whole, tmp_path)
    after = held(whole)
    kills, at, url = 0, 1, aged()
    while _killed_at(at, url, tmp_path):
        found = held(url)
        count("privacy", purges_killed=1, rows_wrongly_gone_or_kept=found not in (before, after))
        assert found in (before, after), at
        if found == after:
            url = aged()  # killed behind the commit: the next one begins with everything again
        kills, at = kills + 1, at + step
    assert held(url) == after
    run_purge(url, tmp_path)
    count("privacy", rows_wrongly_gone_or_kept=held(url) != after)
    assert held(url) == after
    assert kills > 10 // step
    tell(f"{kills} kills, 0 wrongly gone, 0 over age after the rerun")


def _killed_at(number: int, url: str, folder: Path) -> bool:
    """Purge in a process that is killed before its statement of this number; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            _die_at(number)
            run_purge(url, folder)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _die_at(number: int) -> None:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
