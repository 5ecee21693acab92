"""A large part made of the one before is the one that is made of everybody, file by file."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.live_index import LiveIndex
from matcher.store.actors import all_actors, delete_actor, save_actors

Following = Callable[..., LiveIndex]
TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
KILLED_PROCESS = """
import os, signal, sys
from datetime import date
from pathlib import Path
from matcher.bootstrap import bootstrap
from matcher.live_index import LiveIndex
from matcher.settings import Settings
left, sync = int(sys.argv[3]), os.fsync

def dying(descriptor):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(descriptor)

application = bootstrap(Settings(database_url=sys.argv[1], model="hashing"))
parts = (application.database, application.builder, application.locate)
live = LiveIndex(*parts, Path(sys.argv[2]), "these constants", 20)
live.current(date(2026, 11, 23))
os.fsync = dying
live.compact(date(2026, 11, 23))
"""


def stored(application: Application) -> list[Actor]:
    with application.database.read() as connection:
        return all_actors(connection)


def much_changes(application: Application) -> None:
    """Somebody comes, moves, speaks otherwise, changes sides, refuses, leaves; most stay."""
    actors = stored(application)
    need = Statement(Role.NEED, "Un atelier de menuiserie pour six jeunes, pas de mineurs")
    passing = Statement(Role.OFFER, "Un local à partager", expires=TODAY)
    written = [
        replace(actors[3], id="une nouvelle", needs=(need,)),
        replace(actors[5], id="ailleurs", commune="29019", offers=(passing,)),
        replace(actors[10], commune="13055"),
        replace(actors[20], needs=(need, *actors[20].needs), radius_km=12.5),
        replace(actors[30], kind=_other(actors[30].kind)),
        replace(actors[40], profiling=False),
        replace(actors[50], zone=("department:29",), commune=None, known=("une nouvelle",)),
    ]
    with application.database.write() as connection:
        save_actors(connection, written, today=TODAY)
        for gone in (actors[0], actors[60], actors[-1]):
            assert delete_actor(connection, gone.id)


def _other(kind: Kind) -> Kind:
    return Kind.SOCIAL_ENTREPRENEUR if kind is Kind.SOCIAL_WORKER else Kind.SOCIAL_WORKER


def files(live: LiveIndex) -> dict[str, bytes]:
    """The arrays of the newest large part, by name."""
    folders = [path for path in live.folder.glob("[0-9]*") if path.is_dir()]
    newest = max(folders, key=lambda path: (int(path.name.partition("-")[0]), path.name))
    return {path.name: path.read_bytes() for path in newest.glob("*.npy")}


@pytest.mark.parametrize("days", [0, 1])
def test_what_is_merged_is_what_is_made_of_everybody(
    application: Application, following: Following, days: int
) -> None:
    live, day = following(), TODAY + timedelta(days=days)
    live.compact(TODAY)
    much_changes(application)
    if days:
        live.compact(TODAY)  # what expires tomorrow is in the one that is merged
    live.compact(day)
    if days:
        live.whole(day)

    afresh = following("elsewhere")
    afresh.compact(day)

    merged, made = files(live), files(afresh)
    assert merged.keys() == made.keys()
    assert [name for name in made if merged[name] != made[name]] == []


def test_only_those_who_changed_are_read_and_indexed(
    application: Application, following: Following
) -> None:
    live = following()
    live.compact(TODAY)
    much_changes(application)
    told: list[tuple[int, int]] = []
    live.progress = lambda done, total: told.append((done, total))

    live.compact(TODAY)

    assert told[-1][0] == told[-1][1] < 15 < len(stored(application))


def test_who_comes_back_to_what_it_was_changes_nothing_on_disk(
    application: Application, following: Following
) -> None:
    live, actor = following(), stored(application)[7]
    live.compact(TODAY)
    before = files(live)
    for description in ("Autre", actor.description):
        with application.database.write() as connection:
            save_actors(connection, [replace(actor, description=description)], today=TODAY)
        live.compact(TODAY)
    assert files(live) == before


@pytest.mark.parametrize("write", [1, 20, 70, "last"])
def test_a_killed_compaction_leaves_the_one_before(
    application: Application, following: Following, write: int | str
) -> None:
    live = following()
    live.compact(TODAY)
    before = files(live)
    version = live.current(TODAY).version
    with application.database.write() as connection:
        save_actors(connection, [replace(stored(application)[7], name="Autre")], today=TODAY)
    # Each array, the card, then the folder; what comes after is the folder of folders.
    last = len(before) + 2
    ended = _compact_and_die(application, live, last if write == "last" else int(write))

    assert ended == -signal.SIGKILL
    assert files(live) == before
    again = following()
    assert again.current(TODAY).version == live.current(TODAY).version != version
    again.compact(TODAY)
    assert files(again) != before
    assert not [path for path in live.folder.glob(".[0-9]*") if path.is_dir()]


def _compact_and_die(application: Application, live: LiveIndex, write: int) -> int:
    arguments = [application.settings.database_url, str(live.folder), str(write)]
    return subprocess.run(
        [sys.executable, "-c", KILLED_PROCESS, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
    ).returncode
