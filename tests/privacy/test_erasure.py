"""Who asks to be erased leaves no byte anywhere, and does not come back."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from os import remove
from pathlib import Path
from shutil import copyfile

import pytest

from matcher.bootstrap import Application
from matcher.engine.passages import sentences
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.store.actors import all_actors, find_actor, save_actors
from matcher.store.tables import vectors
from matcher.usecases.back_up import back_up
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.import_actors import import_actors
from matcher.usecases.match_all import match_all
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.replay_erasures import replay_erasures
from matcher.usecases.restore import restore
from matcher.wording.words import Words

FRENCH, EVERYTHING = Words("fr"), Scope.everything()
Traces = Callable[[], dict[str, int]]
Install = Callable[[Path], Application]


def test_no_byte_is_left_in_database_index_outputs_or_logs(
    application: Application,
    folder: Path,
    traces: Traces,
    left: Traces,
    canary: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    _use(application, canary)
    match_all(application, folder / "outputs", limit=5)
    before = traces()
    assert {name.partition("-wal")[0] for name in before} >= {"synergies.db"}
    assert any(name.endswith("ids.characters.npy") for name in before)

    done = erase_actor(application, canary, EVERYTHING)

    assert done.complete
    assert done.unreached == ()
    assert done.outputs > 0
    assert left() == {}
    assert "zzcanari" not in caplog.text.lower()
    _use_territory(application)
    assert left() == {}


def test_results_that_were_moved_are_named_and_those_that_are_gone_are_no_trouble(
    application: Application, folder: Path, traces: Traces, left: Traces, canary: str
) -> None:
    match_all(application, folder / "first", limit=5)
    match_all(application, folder / "second", limit=5)
    (folder / "first").rename(folder / "moved")
    remove(folder / "second" / "partners.parquet")
    assert "moved/partners.parquet" in traces()

    done = erase_actor(application, canary, EVERYTHING, outputs=[folder / "moved"])

    assert done.outputs > 0
    assert done.unreached == ()
    assert left() == {}


def test_a_result_that_cannot_be_read_is_told(
    application: Application, folder: Path, canary: str
) -> None:
    match_all(application, folder / "outputs", limit=5)
    (folder / "outputs" / "partners.parquet").write_bytes(b"no longer a table")
    done = erase_actor(application, canary, EVERYTHING)
    assert done.unreached == (str(folder / "outputs"),)
    assert application.actor(canary, None) is None


def test_a_backup_made_afterwards_holds_no_byte(
    application: Application, folder: Path, left: Traces, canary: str
) -> None:
    _use(application, canary)
    erase_actor(application, canary, EVERYTHING)
    copyfile(folder / "synergies.db", folder / "backup.db")
    assert left() == {}


def test_importing_its_source_again_does_not_bring_it_back(
    application: Application, source: Path, left: Traces, canary: str
) -> None:
    erase_actor(application, canary, EVERYTHING)
    again = import_actors(
        [source],
        database=application.database,
        referential=application.referential,
        scope=EVERYTHING,
        today=application.today(),
    )
    assert [(skipped.line, skipped.code) for skipped in again.skipped] == [(1, "erased")]
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 1, ())
    assert canary not in repr(again)
    application.database.truncate_log()
    assert left() == {}


def test_the_address_is_enough_to_be_recognised(
    application: Application, tmp_path: Path, canary: str
) -> None:
    erase_actor(application, canary, EVERYTHING)
    other = {"id": "autre", "kind": "social_worker", "name": "X", "commune": "Argenteuil"}
    file = tmp_path / "autre.jsonl"
    file.write_text(json.dumps(other | {"email": "ZZcanari.Courriel@exemple.fr"}), "utf-8")
    report = import_actors(
        [file],
        database=application.database,
        referential=application.referential,
        scope=EVERYTHING,
        today=application.today(),
    )
    assert len(report.skipped) == 1
    assert report.created == 0


def test_an_address_that_others_use_keeps_nobody_out(application: Application, canary: str) -> None:
    with application.database.write() as connection:
        one = find_actor(connection, canary)
        assert one is not None
        shared = type(one)("collegue", one.kind, "Collègue", email=one.email)
        save_actors(connection, [shared], today=application.today())
    erase_actor(application, canary, EVERYTHING)
    with application.database.write() as connection:
        again = type(one)("nouvelle", one.kind, "Nouvelle", email=one.email)
        assert save_actors(connection, [again], today=application.today()).created == 1


def test_no_write_brings_it_back_and_nobody_names_it(application: Application, canary: str) -> None:
    with application.database.read() as connection:
        everybody = all_actors(connection)
    erase_actor(application, canary, EVERYTHING)
    with application.database.write() as connection:
        counts = save_actors(connection, everybody, today=application.today())
        assert (counts.created, counts.updated) == (0, 0)
        assert canary not in {name for actor in all_actors(connection) for name in actor.known}


def test_an_older_backup_that_is_restored_forgets_it_again(
    application: Application, folder: Path, left: Traces, canary: str, install: Install
) -> None:
    _use(application, canary)
    application.database.truncate_log()
    backup = folder.parent / "older.db"
    copyfile(folder / "synergies.db", backup)
    erase_actor(application, canary, EVERYTHING)
    application.close()
    copyfile(backup, folder / "synergies.db")

    restored = install(folder / "synergies.db")
    try:
        assert restored.actor(canary, None) is not None
        assert replay_erasures(restored) == 1
        assert restored.actor(canary, None) is None
        assert replay_erasures(restored) == 0
        assert left() == {}
    finally:
        restored.close()


def test_a_restored_backup_comes_without_it(
    application: Application, folder: Path, left: Traces, canary: str, install: Install
) -> None:
    settings = application.settings
    backup = folder.parent / "older.backup"
    back_up(settings.database_url, backup)
    erase_actor(application, canary, EVERYTHING)
    application.close()
    restore(settings, backup, now=datetime(2026, 11, 24, tzinfo=UTC), replace=True)
    restored = install(folder / "synergies.db")
    try:
        assert restored.actor(canary, None) is None
        assert restored.actor("ami", None) is not None
        _use_territory(restored)
        assert left() == {}
    finally:
        restored.close()


def test_it_is_found_nowhere_from_the_next_question_on(
    application: Application, canary: str
) -> None:
    page = recommend(application, _question("ami", limit=1), FRENCH, EVERYTHING)
    erase_actor(application, canary, EVERYTHING)
    with pytest.raises(NotFound):
        recommend(application, _question(canary), FRENCH, EVERYTHING)
    shown = recommend(application, _question("ami", limit=50), FRENCH, EVERYTHING)
    assert canary not in shown.model_dump_json()
    with pytest.raises(NotFound):
        erase_actor(application, canary, EVERYTHING)
    if page.next_cursor:  # a page in progress may still quote it: it is not gone on with
        with pytest.raises(InvalidInput):
            recommend(
                application, _question("ami", limit=1, cursor=page.next_cursor), FRENCH, EVERYTHING
            )


def test_vectors_go_unless_somebody_else_said_the_same(
    application: Application, canary: str
) -> None:
    _use(application, canary)
    with application.database.read() as connection:
        before = len(connection.execute(vectors.select()).all())
    erase_actor(application, canary, EVERYTHING)
    with application.database.read() as connection:
        after = len(connection.execute(vectors.select()).all())
    assert before - after == 3


def test_another_process_forgets_words_and_files_as_it_follows(
    application: Application, folder: Path, left: Traces, canary: str, install: Install
) -> None:
    other = install(folder / "synergies.db")
    other.live.recent = 20
    try:
        _use(other, canary)
        erase_actor(application, canary, EVERYTHING)
        sentences("Zzcanari parle.")
        _use_territory(other)
        seen = sentences.cache_info().misses
        sentences("Zzcanari parle.")
        assert sentences.cache_info().misses == seen + 1
        assert other.snapshot().find(canary) is None
        assert left() == {}
    finally:
        other.close()


def test_a_person_in_the_small_part_leaves_memory_too(
    application: Application, canary: str
) -> None:
    application.live.recent = 10**6
    found = application.snapshot().find(canary)
    assert found is not None
    erase_actor(application, canary, EVERYTHING)
    del found
    _use_territory(application)
    snapshot = application.snapshot()
    assert all(canary not in part.ids for part in snapshot.parts)
    assert canary not in repr([part.actors for part in snapshot.parts])


def _question(actor_id: str, limit: int = 10, cursor: str | None = None) -> RecommendationQuery:
    return RecommendationQuery(actor_id=actor_id, limit=limit, cursor=cursor)


def _use(application: Application, canary: str) -> None:
    """Put the person wherever using the product puts it."""
    shown = recommend(application, _question(canary), FRENCH, EVERYTHING)
    assert shown.items
    _use_territory(application)


def _use_territory(application: Application) -> None:
    query = RecommendationQuery(territories={"department": "95"}, limit=20)
    assert recommend(application, query, FRENCH, EVERYTHING).items
