"""The large part of an index on disk: where it may be, what it is named by, when there is none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.live_index import LiveIndex
from matcher.store.actors import all_actors, delete_actor, save_actors

Following = Callable[..., LiveIndex]
TODAY = date(2026, 11, 23)
IN_MEMORY = 10**6


def test_what_was_learned_otherwise_is_not_used(
    application: Application, following: Following
) -> None:
    one, other = following(), following(learned="other constants")
    assert one.current(TODAY).version != other.current(TODAY).version
    assert len([path for path in one.folder.iterdir() if path.is_dir()]) == 2


def test_constants_territories_and_words_name_what_is_learned(application: Application) -> None:
    assert application.matching.digest in application.learned
    assert application.live.learned == application.learned
    assert len(application.learned.split()) == 3


def test_a_folder_that_cannot_be_written_is_said(following: Following, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    live = following("file/index")
    for attempt in (live.current, live.compact):
        with pytest.raises(NotReady) as raised:
            attempt(TODAY)
        assert raised.value.code == "index-not-writable"
        assert "index" in str(raised.value.parameters["path"])


def test_few_actors_need_no_folder(
    application: Application, following: Following, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    live = following("file/index", IN_MEMORY)
    willing = [actor for actor in _stored(application) if actor.profiling]
    assert len(live.current(TODAY)) == len(willing)


def test_a_store_without_anybody_has_an_index_too(
    application: Application, following: Following
) -> None:
    with application.database.write() as connection:
        for actor in all_actors(connection):
            delete_actor(connection, actor.id)
    live = following()
    live.compact(TODAY)
    assert len(live.current(TODAY)) == len(following("none").current(TODAY)) == 0
    assert live.current(TODAY).version == following("none").current(TODAY).version
    with application.database.write() as connection:
        save_actors(connection, [Actor("seul", Kind.SOCIAL_WORKER, "Seul")], today=TODAY)
    assert live.current(TODAY).find("seul") is not None


def _stored(application: Application) -> list[Actor]:
    with application.database.read() as connection:
        return all_actors(connection)
