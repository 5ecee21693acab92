"""An index on disk: one folder of arrays that every process maps and none changes."""

import json
import os
import re
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_type_hints, overload

import numpy as np
from numpy.typing import NDArray

from matcher.engine.actor_columns import ActorColumns, Whereabouts
from matcher.engine.columns import Numbers, Positions, code_of
from matcher.engine.index import ActorIndex, Profiles
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.rows import Rows
from matcher.engine.statements import StatementBlock

FORMAT = 2
"""Raised with any change of what is saved, or of how statements are read."""

CARD = "snapshot.json"
NAME = re.compile(r"\.?\d+-\d{4}-\d\d-\d\d-[0-9a-f]+(\.\d+)?")
"""What a folder of ours is called, finished or not: nothing else is ever removed."""

KEPT = 2
"""Older snapshots left on disk, for processes that have not moved on yet."""

Arrays = TypeVar("Arrays")
Bytes = NDArray[np.uint8]
ReadProfiles = Callable[[Sequence[str], Positions], Profiles]


class BrokenSnapshot(Exception):
    """A snapshot that is not whole: cut short, or with parts that do not belong together."""


@dataclass(frozen=True, slots=True)
class SnapshotCard:
    """What a snapshot is of: which change of the store, which day, which model and constants."""

    sequence: int
    day: date
    learned: str


class StoredIds(Sequence[str]):
    """Ids of actors in the order of an index, as one run of bytes cut by ``offsets``."""

    def __init__(self, offsets: Positions, characters: Bytes) -> None:
        self._offsets, self._characters = offsets, characters

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[str]: ...
    def __getitem__(self, position: int | slice) -> str | Sequence[str]:
        if isinstance(position, slice):
            return [self[k] for k in range(*position.indices(len(self)))]
        position = range(len(self))[position]
        span = slice(self._offsets[position], self._offsets[position + 1])
        return self._characters[span].tobytes().decode("utf-8", "surrogatepass")


class StoredPositions(Mapping[str, int]):
    """Where each id stands, found by the hash of the id."""

    def __init__(self, ids: Sequence[str], identities: Positions, order: Numbers) -> None:
        self._ids, self._identities, self._order = ids, identities, order

    def __getitem__(self, actor_id: str) -> int:
        code = code_of([actor_id])[0]
        # A sorter of 32 bits would be copied whole at each search.
        at = bisect_left(self._order, code, key=self._identities.__getitem__)
        while at < len(self._order) and self._identities[self._order[at]] == code:
            if self._ids[int(self._order[at])] == actor_id:
                return int(self._order[at])
            at += 1
        raise KeyError(actor_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def save_snapshot(index: ActorIndex, card: SnapshotCard, folder: Path) -> Path:
    """Write an index beside the others and give it its name at the end, when all of it is there."""
    name = f"{card.sequence}-{card.day.isoformat()}-{card.learned}"
    aside = folder / f".{name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    try:
        _write(index, card, aside)
        shutil.rmtree(folder / name, ignore_errors=True)
        aside.rename(folder / name)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # a full disk is not left full
        raise
    _sync(folder)
    return folder / name


def snapshots_in(folder: Path, learned: str) -> list[tuple[SnapshotCard, Path]]:
    """What was saved with the same model and constants, the latest first."""
    found = []
    for path in folder.glob(f"*-{learned}"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((path / CARD).read_text("utf-8"))
            card = SnapshotCard(
                int(told["sequence"]), date.fromisoformat(told["day"]), told["learned"]
            )
            if told["format"] == FORMAT and card.learned == learned:
                found.append((card, path))
    return sorted(found, key=lambda one: (one[0].sequence, one[0].day, one[1]), reverse=True)


def open_snapshot(path: Path, day: date, model: MatchModel, profiles: ReadProfiles) -> ActorIndex:
    """Map an index that was saved; ``profiles`` reads whole profiles by ids and digests, in order.

    Raises :class:`BrokenSnapshot` where something is missing, cut short or of another length.
    """
    try:
        index = _opened(path, day, model, profiles)
        whole = _is_whole(index)
    except (OSError, ValueError, EOFError, IndexError, TypeError) as error:
        raise BrokenSnapshot(str(error)) from error
    if not whole:
        raise BrokenSnapshot("lengths that do not agree")
    return index


def _opened(path: Path, day: date, model: MatchModel, profiles: ReadProfiles) -> ActorIndex:
    ids = StoredIds(_mapped(path, "ids.offsets"), _mapped(path, "ids.characters"))
    columns = _read(ActorColumns, path, "columns")
    digests = _mapped(path, "digests")
    return ActorIndex(
        day,
        model,
        profiles(ids, digests),
        ids,
        StoredPositions(ids, columns.identities, _mapped(path, "ids.order")),
        digests,
        columns,
        _read(Whereabouts, path, "whereabouts"),
        _block(path, Role.NEED),
        _block(path, Role.OFFER),
    )


def _is_whole(index: ActorIndex) -> bool:
    """Whether the arrays are as long as each other says."""
    count = len(index.ids)
    columns = (value for name, value in index.columns._asdict().items() if name != "sites")
    lengths = [len(getattr(column, "numbers", column)) for column in columns]
    lengths += [len(index.digests), len(index.positions), len(index.whereabouts.members)]
    return all(length == count for length in lengths) and all(
        _block_is_whole(block, count) for block in (index.needs, index.offers)
    )


def _block_is_whole(block: StatementBlock, actors: int) -> bool:
    rows, terms = block.rows, block.rows.terms
    count, said = int(rows.actor_offsets[-1]), int(terms.offsets[-1])
    words, exclusions = terms.vocabulary
    by_row = (rows.vectors, rows.scales, terms.scales, block.positions, block.spans)
    return (
        len(rows.actor_offsets) == len(rows.statement_offsets) == actors + 1
        and len(rows.statement_starts) == int(rows.statement_offsets[-1])
        and all(len(array) == count for array in by_row)
        and len(terms.offsets) == count + 1
        and len(terms.entries) == len(terms.weights) == said
        and len(words) == len(exclusions)
    )


def forget_snapshots(folder: Path, current: Path) -> None:
    """Remove all but ``current`` and the few before it, and what a killed process left."""
    ours = (path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_dir())
    others = [path for path in ours if path != current]
    finished = [path for path in others if not path.name.startswith(".")]
    finished.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [*finished[KEPT - 1 :], *set(others).difference(finished)]:
        forget_snapshot(path)


def forget_snapshot(path: Path) -> None:
    """Remove one; who maps it keeps what it maps."""
    shutil.rmtree(path, ignore_errors=True)


def _write(index: ActorIndex, card: SnapshotCard, folder: Path) -> None:
    for name, array in _arrays(index):
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, array)
            file.flush()
            os.fsync(file.fileno())
    told = {"format": FORMAT, "sequence": card.sequence, "day": card.day.isoformat()}
    with (folder / CARD).open("w", encoding="utf-8") as card_file:
        card_file.write(json.dumps(told | {"learned": card.learned}))
        card_file.flush()
        os.fsync(card_file.fileno())
    _sync(folder)


def _arrays(index: ActorIndex) -> Iterator[tuple[str, NDArray[Any]]]:
    characters = [name.encode("utf-8", "surrogatepass") for name in index.ids]
    yield "ids.offsets", _narrow(np.cumsum([0, *map(len, characters)], dtype=np.int64))
    yield "ids.characters", np.frombuffer(b"".join(characters), dtype=np.uint8)
    yield "ids.order", np.argsort(index.columns.identities, kind="stable").astype(np.int32)
    yield "digests", index.digests
    yield from _flattened("columns", index.columns)
    yield from _flattened("whereabouts", index.whereabouts)
    for block in (index.needs, index.offers):
        yield from _flattened(f"{block.role}.rows", block.rows)
        yield f"{block.role}.positions", _narrow(block.positions)
        yield f"{block.role}.spans", _narrow(block.spans)


def _narrow(numbers: Numbers | Positions) -> NDArray[Any]:
    """The same numbers in as few bytes as the largest takes: no kernel reads these."""
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)))


def _flattened(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(value, np.ndarray):
        yield name, value
        return
    for part in value._fields:
        yield from _flattened(f"{name}.{part}", getattr(value, part))


def _block(path: Path, role: Role) -> StatementBlock:
    rows = _read(Rows, path, f"{role}.rows")
    return StatementBlock(
        role, rows, _mapped(path, f"{role}.positions"), _mapped(path, f"{role}.spans")
    )


def _read(kind: type[Arrays], path: Path, name: str) -> Arrays:
    """A named tuple of arrays, or of such tuples, from the files that bear its name."""
    found = {
        part: _read(hint, path, f"{name}.{part}")
        if hasattr(hint, "_fields")
        else _mapped(path, f"{name}.{part}")
        for part, hint in get_type_hints(kind).items()
    }
    return kind(**found)


def _mapped(path: Path, name: str) -> NDArray[Any]:
    # Copy on write: pages are shared between processes, and compiled code sees an ordinary array.
    return np.asarray(np.load(path / f"{name}.npy", mmap_mode="c"))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
