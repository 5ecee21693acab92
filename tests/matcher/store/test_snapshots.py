"""An index on disk is whole or is not there, whoever was killed while writing it."""

import json
import multiprocessing
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.engine.index import ActorIndex, IndexBuilder, KeptProfiles, version_of
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.live_index import LiveIndex
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.snapshots import (
    CARD,
    KEPT,
    BrokenSnapshot,
    SnapshotCard,
    forget_snapshots,
    open_snapshot,
    save_snapshot,
    snapshots_in,
)

TODAY = date(2026, 11, 23)
LEARNED = "0123456789abcdef"
MODEL = MatchModel(
    model_id="letters", dense=7.0, lexical=2.0, bias=-3.0, default_idf=1.0, average_length=5.0
)


class Letters:
    """Counts letters: all that an index needs to be of some size."""

    model_id = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode alike for both roles."""
        counts = [[text.count(chr(97 + k)) for k in range(26)] for text in texts]
        return np.array(counts, dtype=np.float32).reshape(-1, 26)


BUILDER = IndexBuilder(Letters(), str.split, MODEL)


def people(count: int) -> list[Actor]:
    return [
        Actor(
            id=f"actor-é{number}",
            kind=Kind.SOCIAL_WORKER if number % 2 else Kind.SOCIAL_ENTREPRENEUR,
            name=f"Actor {number}",
            zone=("department:95",) * (number % 3),
            needs=(Statement(Role.NEED, f"des vélos {number}", ("mobilite",)),),
            offers=(Statement(Role.OFFER, "une salle. " * 9),) * (number % 2),
        )
        for number in range(count)
    ]


def index_of(count: int) -> ActorIndex:
    return BUILDER.build(people(count), today=TODAY)


def saved(folder: Path, sequence: int = 1, count: int = 7) -> Path:
    return save_snapshot(index_of(count), SnapshotCard(sequence, TODAY, LEARNED), folder)


def opened(path: Path) -> ActorIndex:
    return open_snapshot(path, TODAY, MODEL, lambda ids, digests: KeptProfiles())


def arrays_of(value: object) -> list[NDArray[np.generic]]:
    if isinstance(value, np.ndarray):
        return [value]
    if hasattr(value, "_fields"):
        return [array for part in value for array in arrays_of(part)]  # type: ignore[attr-defined]
    parts = ("digests", "columns", "whereabouts", "needs", "offers", "rows", "positions", "spans")
    held = [getattr(value, part) for part in parts if hasattr(value, part)]
    return [array for part in held if not isinstance(part, dict) for array in arrays_of(part)]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_an_index_comes_back_as_it_was_saved(tmp_path: Path, count: int) -> None:
    index, back = index_of(count), opened(saved(tmp_path, count=count))

    pairs = list(zip(arrays_of(index), arrays_of(replace(back, positions={})), strict=True))
    assert len(pairs) > 30
    # Where passages stand takes fewer bytes on disk; compiled code never reads it.
    assert all(one.dtype == other.dtype or other.dtype.kind == "u" for one, other in pairs)
    assert all(np.array_equal(one, other, equal_nan=one.dtype.kind == "f") for one, other in pairs)
    assert list(back.ids) == list(index.ids)
    assert dict(back.positions) == dict(index.positions)
    assert version_of([back], LEARNED) == version_of([index], LEARNED)


def test_ids_are_read_like_any_sequence(tmp_path: Path) -> None:
    index, back = index_of(7), opened(saved(tmp_path))
    assert back.ids[-1] == index.ids[-1]
    assert list(back.ids[2:5]) == list(index.ids[2:5])
    with pytest.raises(IndexError):
        back.ids[7]
    assert back.positions.get("nobody") is None
    assert "nobody" not in back.positions


def test_only_its_owner_may_read_a_snapshot(tmp_path: Path) -> None:
    assert stat.S_IMODE(saved(tmp_path).stat().st_mode) == 0o700


def test_the_latest_comes_first_and_only_those_of_the_same_constants(tmp_path: Path) -> None:
    for sequence in (9, 10, 2):
        saved(tmp_path, sequence)
    save_snapshot(index_of(1), SnapshotCard(99, TODAY, "f" * 16), tmp_path)
    later = SnapshotCard(10, TODAY + timedelta(days=1), LEARNED)
    save_snapshot(index_of(1), later, tmp_path)

    found = [card for card, _ in snapshots_in(tmp_path, LEARNED)]

    assert [card.sequence for card in found] == [10, 10, 9, 2]
    assert found[0] == later
    assert snapshots_in(tmp_path / "absent", LEARNED) == []


def test_a_copy_beside_its_original_disturbs_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path)
    copytree(path, tmp_path / f"copy-of-{path.name}")
    assert len(snapshots_in(tmp_path, LEARNED)) == 2


@pytest.mark.parametrize(
    "told", ["", "{", "[]", "null", '{"format": 0}', '{"format": 1, "sequence": "x"}']
)
def test_a_folder_without_a_proper_card_is_not_a_snapshot(tmp_path: Path, told: str) -> None:
    path = saved(tmp_path)
    (path / CARD).write_text(told)
    assert snapshots_in(tmp_path, LEARNED) == []
    (path / CARD).unlink()
    assert snapshots_in(tmp_path, LEARNED) == []


def test_a_card_of_another_format_is_left_aside(tmp_path: Path) -> None:
    path = saved(tmp_path)
    card = json.loads((path / CARD).read_text())
    (path / CARD).write_text(json.dumps(card | {"format": card["format"] + 1}))
    assert snapshots_in(tmp_path, LEARNED) == []


def test_any_file_that_is_cut_short_or_missing_is_found_out(tmp_path: Path) -> None:
    path = saved(tmp_path)
    for file in sorted(path.glob("*.npy")):
        whole = file.read_bytes()
        for damaged in (b"", whole[:60], whole[:-1] if len(whole) > 128 else b"\0" * 128):
            file.write_bytes(damaged)
            with pytest.raises(BrokenSnapshot):
                opened(path)
        file.unlink()
        with pytest.raises(BrokenSnapshot):
            opened(path)
        file.write_bytes(whole)
    opened(path)


@pytest.mark.parametrize("name", ["digests", "need.rows.scales", "need.rows.terms.entries"])
def test_a_file_of_another_snapshot_is_found_out(tmp_path: Path, name: str) -> None:
    path, other = saved(tmp_path, 1, 7), saved(tmp_path, 2, 6)
    (path / f"{name}.npy").write_bytes((other / f"{name}.npy").read_bytes())
    with pytest.raises(BrokenSnapshot):
        opened(path)


def test_old_ones_and_what_the_killed_left_are_removed_and_nothing_else(tmp_path: Path) -> None:
    paths = [saved(tmp_path, sequence) for sequence in range(1, 5)]
    copytree(paths[0], tmp_path / f".{paths[0].name}.4242")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Madame, Monsieur")

    forget_snapshots(tmp_path, paths[-1])

    left = {path.name for path in tmp_path.iterdir()}
    assert left >= {"letters", paths[-1].name}
    assert len(left) == 1 + KEPT


def test_who_maps_a_snapshot_that_is_removed_goes_on(tmp_path: Path) -> None:
    index = opened(saved(tmp_path))
    forget_snapshots(tmp_path, saved(tmp_path, 2))
    forget_snapshots(tmp_path, saved(tmp_path, 3))
    assert index.ids[0] == index_of(7).ids[0]
    assert len(snapshots_in(tmp_path, LEARNED)) == KEPT


def test_a_disk_that_is_full_is_not_left_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: object, array: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(OSError, match="No space left"):
        saved(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def live(database: Database, tmp_path: Path) -> LiveIndex:
    """An index of nine people, mapped from two on."""
    with database.write() as connection:
        save_actors(connection, people(9), today=TODAY)
    return live_on(database, tmp_path)


def live_on(database: Database, tmp_path: Path) -> LiveIndex:
    return LiveIndex(database, BUILDER, lambda actor: actor, tmp_path / "index", "learned", 2)


def folders(live: LiveIndex) -> list[Path]:
    return sorted(path for path in live.folder.iterdir() if path.is_dir())


def without_its_card(path: Path) -> None:
    (path / CARD).unlink()


def cut_short(path: Path) -> None:
    file = path / "need.rows.vectors.npy"
    file.write_bytes(file.read_bytes()[:-20])


def half_removed(path: Path) -> None:
    for file in sorted(path.glob("*.npy"))[::2]:
        file.unlink()


@pytest.mark.parametrize("damage", [without_its_card, cut_short, half_removed])
def test_a_damaged_snapshot_is_made_again(
    live: LiveIndex, database: Database, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    version = live.current(TODAY).version
    [path] = folders(live)
    damage(path)
    copytree(path, live.folder / f".{path.name}.4242")

    again = live_on(database, tmp_path)

    assert again.current(TODAY).version == version
    assert folders(live) == [path]
    opened(path)


def test_an_older_snapshot_serves_while_the_latest_is_damaged(
    live: LiveIndex, database: Database, tmp_path: Path
) -> None:
    live.current(TODAY)
    with database.write() as connection:
        save_actors(connection, [replace(people(1)[0], name="Autre")], today=TODAY)
    version = live.current(TODAY).version
    live.compact(TODAY)
    cut_short(folders(live)[-1])

    again = live_on(database, tmp_path).current(TODAY)

    assert again.version == version
    assert [len(part.ids) for part in again.parts] == [9, 1]


def test_the_folder_of_snapshots_is_its_owner_s_alone(live: LiveIndex) -> None:
    live.current(TODAY)
    assert stat.S_IMODE(live.folder.stat().st_mode) == 0o700


def test_processes_that_compact_at_once_make_one_snapshot(
    live: LiveIndex, url: str, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(3)
    processes = [
        context.Process(target=compact_in_a_process, args=(url, tmp_path, ready)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(folders(live)) == 1
    assert len(live.current(TODAY)) == 9


def compact_in_a_process(url: str, tmp_path: Path, ready: object) -> None:
    database = Database.open(url)
    ready.wait(50)  # type: ignore[attr-defined]
    live_on(database, tmp_path).compact(TODAY)
    database.close()
