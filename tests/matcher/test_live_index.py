"""Whatever is written is seen at once, and a mapped index answers as the one in memory."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from matcher.bootstrap import Application
from matcher.engine.index import Snapshot
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.errors import NotReady
from matcher.live_index import ABSORBED, KEPT_SNAPSHOTS, MOST_PARTS, LiveIndex
from matcher.scope import Scope
from matcher.store.actors import all_actors, delete_actor, save_actors
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

Following = Callable[..., LiveIndex]
Change = Callable[[Application, Actor], None]
TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)
IN_MEMORY = 10**6
ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import sys
from datetime import date
from pathlib import Path
from matcher.bootstrap import bootstrap
from matcher.live_index import LiveIndex
from matcher.settings import Settings
application = bootstrap(Settings(database_url=sys.argv[1], model="hashing"))
parts = (application.database, application.builder, application.locate)
live = LiveIndex(*parts, Path(sys.argv[2]), "these constants", int(sys.argv[3]))
print(live.current(date(2026, 11, 23)).version)
"""


def save(application: Application, *actors: Actor) -> None:
    with application.database.write() as connection:
        save_actors(connection, actors, today=TODAY)


def erase(application: Application, *ids: str) -> None:
    with application.database.write() as connection:
        for name in ids:
            assert delete_actor(connection, name)


def stored(application: Application) -> list[Actor]:
    with application.database.read() as connection:
        return all_actors(connection)


def someone(application: Application) -> Actor:
    """An actor of the fixtures who needs something and whom somebody knows."""
    known = {name for actor in stored(application) for name in actor.known}
    return next(actor for actor in stored(application) if actor.id in known and actor.needs)


def told(snapshot: Snapshot) -> tuple[str, int]:
    """What is said by everybody in a snapshot, and by how many."""
    return snapshot.version, len(snapshot)


def answers(application: Application, live: LiveIndex, ids: Sequence[str]) -> list[object]:
    application.__dict__["live"] = live
    queries = [RecommendationQuery(actor_id=name, minimum_score=0.0) for name in ids]
    queries += [
        RecommendationQuery(territories={"department": "95"}, limit=30, minimum_score=0.0),
        RecommendationQuery(actor_id=ids[0], territories={"department": "93"}, radius_km=30.0),
    ]
    return [
        recommend(application, query, Words("fr"), Scope.everything()).model_dump()
        for query in queries
    ]


def finished(live: LiveIndex) -> None:
    """Wait for what is done aside."""
    if live._aside is not None:
        live._aside.join(60)


def mapped(snapshot: Snapshot) -> np.ndarray:
    """What only the large part of a snapshot has: an array that is a file."""
    return snapshot.parts[0].columns.identities


def test_a_mapped_index_answers_exactly_as_the_one_in_memory(
    application: Application, following: Following
) -> None:
    ids = [actor.id for actor in stored(application)][::10]
    in_memory = following("nowhere", IN_MEMORY)
    live = following()

    expected = answers(application, in_memory, ids)

    assert answers(application, live, ids) == expected
    assert not in_memory.folder.exists()
    assert (live.folder / ".lock").exists()
    assert len(in_memory.current(TODAY).parts) == len(live.current(TODAY).parts) == 1


def added(application: Application, actor: Actor) -> None:
    save(application, replace(actor, id="nouveau", updated=None))


def edited(application: Application, actor: Actor) -> None:
    needs = (Statement(Role.NEED, "Un atelier de menuiserie pour six jeunes"), *actor.needs[1:])
    save(application, replace(actor, needs=needs, commune="75111"))


def erased(application: Application, actor: Actor) -> None:
    erase(application, actor.id)


def added_again(application: Application, actor: Actor) -> None:
    erase(application, actor.id)
    save(application, replace(actor, name="De retour"))


def back(application: Application, actor: Actor) -> None:
    save(application, actor)


def refused(application: Application, actor: Actor) -> None:
    save(application, replace(actor, profiling=False))


@pytest.mark.parametrize("change", [added, edited, erased, added_again, refused])
def test_a_change_is_seen_at_once_and_leaves_the_large_part_alone(
    application: Application, following: Following, change: Change
) -> None:
    live, actor = following(), someone(application)
    ids = [other.id for other in stored(application) if other.id != actor.id][::12]
    before = live.current(TODAY)
    folders = sorted(live.folder.iterdir())

    change(application, actor)

    after, afresh = live.current(TODAY), following("nowhere", IN_MEMORY)
    assert after.version != before.version
    assert mapped(after) is mapped(before)
    assert sorted(live.folder.iterdir()) == folders
    assert told(after) == told(afresh.current(TODAY))
    assert answers(application, live, ids) == answers(application, afresh, ids)


def test_who_is_erased_is_forgotten_by_those_who_knew_them(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    live.current(TODAY)
    erase(application, actor.id)
    snapshot = live.current(TODAY)
    assert snapshot.find(actor.id) is None
    knew = [other for other in stored(application) if actor.id in other.known]
    assert not knew
    assert told(snapshot) == told(following("nowhere", IN_MEMORY).current(TODAY))


def test_a_profile_that_comes_and_goes_is_there_when_it_should(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    versions = [live.current(TODAY).version]
    for change in (refused, edited, added_again, erased, back, edited):
        change(application, actor)
        snapshot = live.current(TODAY)
        there = change not in (erased, refused)
        assert (snapshot.find(actor.id) is not None) == there
        versions.append(snapshot.version)
    assert len(set(versions)) == len(versions)


def test_a_statement_counts_until_its_last_day_and_again_if_the_day_goes_back(
    application: Application, following: Following
) -> None:
    actor = someone(application)
    need = replace(actor.needs[0], expires=TODAY)
    save(application, replace(actor, needs=(need,)))
    live, afresh = following(), following("nowhere", IN_MEMORY)

    today = live.current(TODAY)
    tomorrow, expected = live.current(TOMORROW), afresh.current(TOMORROW)

    assert mapped(tomorrow) is mapped(today)
    assert told(tomorrow) == told(expected)
    assert _spoken(today, actor.id) == 1
    assert _spoken(tomorrow, actor.id) == _spoken(expected, actor.id) == 0
    later = following()
    later.compact(TOMORROW)
    assert _spoken(later.current(TOMORROW), actor.id) == 0
    assert _spoken(later.current(TODAY), actor.id) == 1


def test_the_version_is_the_same_in_another_process_mapped_or_not(
    application: Application, following: Following
) -> None:
    live = following()
    live.current(TODAY)
    edited(application, someone(application))
    mine = live.current(TODAY).version

    def other(folder: Path, recent: int) -> str:
        arguments = [application.settings.database_url, str(folder), str(recent)]
        return subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS, *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    assert other(live.folder, 20) == other(live.folder.with_name("none"), IN_MEMORY) == mine


def test_the_same_content_has_the_same_name_however_it_came_about(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    before = live.current(TODAY).version
    edited(application, actor)
    live.current(TODAY)
    save(application, actor)
    assert live.current(TODAY).version.partition("-")[2] == before.partition("-")[2]


def test_many_changes_are_made_a_new_large_part_while_answers_go_on(
    application: Application, following: Following
) -> None:
    live = following()
    before = live.current(TODAY)
    changed = [replace(a, description="Autre") for a in stored(application)[:25]]
    save(application, *changed)

    during = live.current(TODAY)
    assert mapped(during) is mapped(before)
    finished(live)
    assert live.current(TODAY) is during
    edited(application, someone(application))
    after = live.current(TODAY)

    assert mapped(after) is not mapped(before)
    assert told(after) == told(following("nowhere", IN_MEMORY).current(TODAY))
    assert _first_profile(during)  # what was mapped goes on answering


def test_changes_one_by_one_do_not_pile_up_parts(
    application: Application, following: Following
) -> None:
    live = following("index", IN_MEMORY)
    for batch in range(MOST_PARTS + 3):
        names = [f"{batch}-{k}" for k in range(ABSORBED + 1)]
        save(application, *(Actor(name, Kind.SOCIAL_WORKER, name) for name in names))
        assert len(live.current(TODAY).parts) <= MOST_PARTS + 2
        finished(live)
    assert told(live.current(TODAY)) == told(following("none", IN_MEMORY).current(TODAY))


def test_few_who_changed_are_indexed_again_with_the_next(
    application: Application, following: Following
) -> None:
    live = following()
    live.current(TODAY)
    for actor in stored(application)[:6]:
        save(application, replace(actor, description="Autre"))
        assert len(live.current(TODAY).parts) == 2


def test_who_moves_while_everybody_is_indexed_is_found_where_it_moved(
    application: Application, following: Following
) -> None:
    actor = someone(application)
    live = following()
    moved: list[Actor] = []

    def locate(told: Actor) -> Actor:
        if not moved:
            moved.append(actor)
            edited(application, actor)
        return application.locate(told)

    live.locate = locate
    live.current(TODAY)
    ids = [other.id for other in stored(application)][::12]
    expected = answers(application, following("nowhere", IN_MEMORY), [actor.id, *ids])
    assert answers(application, live, [actor.id, *ids]) == expected


def test_a_database_restored_from_before_is_not_answered_for_with_what_came_after(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    live.current(TODAY)
    with application.database.read() as connection:
        sequence = connection.exec_driver_sql("SELECT sequence FROM changes").scalar_one()
    edited(application, actor)
    live.compact(TODAY)
    following().current(TODAY)
    with application.database.write() as connection:
        save_actors(connection, [actor], today=TODAY)
        connection.exec_driver_sql(f"UPDATE changes SET sequence = {sequence}")
        connection.exec_driver_sql(f"UPDATE actors SET changed = {sequence}")

    expected = told(following("nowhere", IN_MEMORY).current(TODAY))
    assert told(live.current(TODAY)) == told(following().current(TODAY)) == expected

    refused(application, actor)  # the store has now changed as often as what came after
    expected = told(following("elsewhere", IN_MEMORY).current(TODAY))
    assert told(live.current(TODAY)) == told(following().current(TODAY)) == expected


def test_work_aside_that_fails_is_told_and_answers_go_on(
    application: Application, following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    live = following()
    live.current(TODAY)
    live.folder = live.folder / ".lock" / "no folder"
    save(application, *(replace(a, description="Autre") for a in stored(application)[:25]))

    snapshot = live.current(TODAY)
    finished(live)

    assert told(snapshot) == told(following("nowhere", IN_MEMORY).current(TODAY))
    assert "index-not-writable" in caplog.text


def test_a_profile_that_changed_since_is_not_shown_with_its_new_words(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    found = live.current(TODAY).find(actor.id)
    edited(application, actor)
    assert found is not None
    with pytest.raises(NotReady) as raised:
        found[0].actors[found[1]]
    assert raised.value.code == "profile-gone"


def test_recent_snapshots_are_found_by_their_version(
    application: Application, following: Following
) -> None:
    live, actor = following(), someone(application)
    versions = []
    for number in range(KEPT_SNAPSHOTS + 1):
        save(application, replace(actor, description=f"Version {number}"))
        versions.append(live.current(TODAY).version)
    assert live.named(versions[0], TODAY) is None
    for version in versions[1:]:
        snapshot = live.named(version, TODAY)
        assert snapshot is not None
        assert snapshot.version == version


def _spoken(snapshot: Snapshot, actor_id: str) -> int:
    """How many rows the needs of an actor have."""
    found = snapshot.find(actor_id)
    assert found is not None
    offsets = found[0].needs.rows.actor_offsets
    return int(offsets[found[1] + 1] - offsets[found[1]])


def _first_profile(snapshot: Snapshot) -> Actor:
    gone = set(snapshot.parts[0].gone.tolist())
    standing = next(k for k in range(len(snapshot.parts[0].ids)) if k not in gone)
    return snapshot.parts[0].actors[standing]
