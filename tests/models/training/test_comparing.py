"""Two artefacts are the same to the byte, or it is said where they differ and how far."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.matching import FITTED, NAMES, STATISTICS, THEMES
from models.training.artefact import MANIFEST
from models.training.comparing import differences

FITS = {"match": {"dense": 5.5, "bias": -3.0}, "left_out": [{"set": "one"}], "encoder": "e5"}
DENSE = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return _artefact(tmp_path / "made")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return _artefact(tmp_path / "kept")


def test_folders_alike_have_no_difference(made: Path, kept: Path) -> None:
    assert list(differences(made, kept)) == []


def test_a_number_that_moved_is_named_with_how_far(made: Path, kept: Path) -> None:
    _write(made / FITTED, FITS | {"match": {"dense": 5.75, "bias": -3.0}})

    assert list(differences(made, kept)) == [(FITTED, "/match/dense (0.25)")]


def test_an_array_that_moved_is_named_with_its_largest_distance(made: Path, kept: Path) -> None:
    _save(made / THEMES, DENSE + np.array([[0, 0.5, 0], [-2, 0, 0]], dtype=np.float32))

    assert list(differences(made, kept)) == [(THEMES, "dense (2)")]


def test_an_array_of_another_shape_is_as_far_as_can_be(made: Path, kept: Path) -> None:
    _save(made / THEMES, DENSE[:1])

    assert list(differences(made, kept)) == [(THEMES, "dense (inf)")]


def test_a_list_of_numbers_is_one_array(made: Path, kept: Path) -> None:
    _write(made / STATISTICS, FITS | {"centre": [0.5, 0.5, 1.0]})
    _write(kept / STATISTICS, FITS | {"centre": [0.5, 0.25, 1.0]})

    assert list(differences(made, kept)) == [(STATISTICS, "/centre (0.25)")]


def test_a_word_that_changed_is_named(made: Path, kept: Path) -> None:
    _write(made / FITTED, FITS | {"left_out": [{"set": "two"}]})

    assert list(differences(made, kept)) == [(FITTED, "/left_out/0/set (inf)")]


def test_values_that_came_and_went_are_counted(made: Path, kept: Path) -> None:
    _write(made / FITTED, {"match": FITS["match"], "new": 1, "newer": 2, "encoder": "e5"})

    assert list(differences(made, kept)) == [(FITTED, "+2; -1")]


def test_what_moved_most_comes_first_and_the_least_is_left_unsaid(made: Path, kept: Path) -> None:
    _write(kept / FITTED, {f"n{k}": 0 for k in range(7)})
    _write(made / FITTED, {f"n{k}": k for k in range(7)})

    assert list(differences(made, kept)) == [
        (FITTED, "/n6 (6); /n5 (5); /n4 (4); /n3 (3); /n2 (2)")
    ]


@pytest.mark.parametrize("name", [*NAMES, MANIFEST])
def test_a_file_that_is_not_kept_yet_is_named(made: Path, kept: Path, name: str) -> None:
    (kept / name).unlink()

    assert list(differences(made, kept)) == [(name, "absent")]


def test_the_same_values_written_otherwise_are_another_layout(made: Path, kept: Path) -> None:
    (made / FITTED).write_text(json.dumps(FITS, indent=4), encoding="utf-8")

    assert list(differences(made, kept)) == [(FITTED, "layout")]


def test_every_file_that_differs_is_named_in_the_order_in_which_they_are_made(
    made: Path, kept: Path
) -> None:
    for name in (MANIFEST, FITTED, STATISTICS):
        _write(made / name, {"other": 1})

    assert [name for name, _ in differences(made, kept)] == [STATISTICS, FITTED, MANIFEST]


def _artefact(folder: Path) -> Path:
    folder.mkdir()
    for name in (*NAMES, MANIFEST):
        if name.endswith(".npz"):
            _save(folder / name, DENSE)
        else:
            _write(folder / name, FITS)
    return folder


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _save(path: Path, dense: NDArray[np.float32]) -> None:
    np.savez(path, dense=dense, codes=np.array(["a", "b"]))
