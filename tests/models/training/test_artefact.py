"""What is committed was made from what is committed, and can be made again."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from matcher.engine.features import FEATURES
from matcher.engine.profiles import Role
from matcher.settings import Settings
from matcher.usecases.train import Training, train
from models.analysis import ExpandingEncoder
from models.hashing import HashingEncoder
from models.lexicon import load_lexicon
from models.matching import ARTEFACTS, DECLARED, FITTED, NAMES
from models.training.artefact import FUSION_SETS, MANIFEST, SOURCES, RememberingEncoder, install
from models.training.fusion import INGREDIENTS, SEED

COMMITTED = Path(str(ARTEFACTS))
AGAIN = "the artefact is stale: run `synergies train --keep` and commit what it installs"
NEAR = 0.02
"""How far numbers may be apart, besides a thousandth: processors encode a little otherwise."""

COUNTED = "bins"
"""Pairs counted by probability: one that lies on an edge may fall on either side of it."""


def read(folder: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_names_the_committed_files(name: str) -> None:
    assert read(COMMITTED, MANIFEST)["files"][name] == _sha256(COMMITTED / name), AGAIN


@pytest.mark.parametrize("name", SOURCES)
def test_the_manifest_names_the_sources_as_they_are_now(name: str) -> None:
    source = Path(str(files("data") / name))
    assert read(COMMITTED, MANIFEST)["sources"].get(name) == _sha256(source), AGAIN


def test_the_manifest_names_nothing_else() -> None:
    manifest = read(COMMITTED, MANIFEST)
    assert set(manifest["files"]) == set(NAMES), AGAIN
    assert set(manifest["sources"]) == set(SOURCES), AGAIN
    assert manifest["seed"] == SEED, AGAIN


def test_the_artefact_was_made_with_the_lexicon_and_the_spelling_of_now() -> None:
    now = ExpandingEncoder(HashingEncoder(8), load_lexicon()).model_id.partition("+")[2]
    assert read(COMMITTED, MANIFEST)["encoder"].partition("+")[2] == now, AGAIN


def test_the_folder_holds_the_artefact_alone_and_below_five_megabytes() -> None:
    found = [path for path in COMMITTED.iterdir() if path.is_file()]
    assert {path.name for path in found} == {*NAMES, MANIFEST}
    assert sum(path.stat().st_size for path in found) < 5_000_000


@pytest.mark.parametrize("name", ["match_out_of_fold", "weights_out_of_fold"])
def test_probabilities_out_of_fold_mean_what_they_say(name: str) -> None:
    told = read(COMMITTED, FITTED)[name]
    assert told["error"] <= 0.05
    assert told["auc"] > 0.8
    assert sum(held["pairs"] for held in told["bins"]) == told["pairs"] > 300


def test_each_set_of_the_fit_was_left_out_once() -> None:
    left_out = read(COMMITTED, FITTED)["left_out"]
    assert [one["set"] for one in left_out] == list(FUSION_SETS)
    assert all(set(one["match"]) == {*INGREDIENTS, "bias"} for one in left_out)
    assert all(abs(one["ndcg"] - one["ndcg_when_fitted_on"]) < NEAR for one in left_out)


def test_everything_fitted_is_there_and_what_is_declared_is_not_fitted() -> None:
    fitted, declared = read(COMMITTED, FITTED), read(COMMITTED, DECLARED)
    assert set(fitted["match"]) == {*INGREDIENTS, "bias"}
    assert set(fitted["weights"]) == set(FEATURES)
    assert fitted["weights"] | declared["weights"] == fitted["weights"]


def test_installing_takes_every_file_and_leaves_the_others(tmp_path: Path) -> None:
    made, folder = tmp_path / "made", tmp_path / "folder"
    for here in (made, folder):
        here.mkdir()
        (here / "__init__.py").write_text(here.name)
    for name in (*NAMES, MANIFEST):
        (made / name).write_text(name)
    (folder / FITTED).write_text("old")

    install(made, folder)

    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        **{name: name for name in (*NAMES, MANIFEST)},
        "__init__.py": "folder",
    }


def test_a_text_is_encoded_once_in_each_role_and_given_as_often_as_asked() -> None:
    asked: list[tuple[tuple[str, ...], Role]] = []

    class Counting(HashingEncoder):
        def encode(self, texts: Any, role: Role) -> Any:
            asked.append((tuple(texts), role))
            return super().encode(texts, role)

    encoder = RememberingEncoder(Counting(16))
    first = encoder.encode(["vélo", "toit", "vélo"], Role.NEED)
    second = encoder.encode(["toit", "colis"], Role.NEED)
    other = encoder.encode(["toit"], Role.OFFER)

    assert asked == [
        (("vélo", "toit"), Role.NEED),
        (("colis",), Role.NEED),
        (("toit",), Role.OFFER),
    ]
    plain = HashingEncoder(16).encode(["vélo", "toit", "colis"], Role.NEED)
    assert np.array_equal(first, plain[[0, 1, 0]])
    assert np.array_equal(second, plain[[1, 2]])
    assert np.array_equal(other, plain[[1]])
    assert encoder.encode([], Role.NEED).shape == (0, 16)


@dataclass(frozen=True)
class Trained:
    """What a training said, and the files that it made."""

    told: Training
    made: Path
    steps: list[tuple[int, int]]


@pytest.fixture(scope="module")
def trained(model_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """``synergies train`` with the prepared encoder, in a folder that can be looked into."""
    aside, temporary = tmp_path_factory.mktemp("made") / "it", tmp_path_factory.mktemp("temporary")
    steps: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        steps.append((done, total))
        if done == total:
            (manifest,) = temporary.rglob(MANIFEST)
            copytree(manifest.parent, aside)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        told = train(Settings(model_directory=model_directory), keep=False, progress=progress)
    return Trained(told, aside, steps)


@pytest.mark.slow
def test_training_again_gives_what_is_committed(trained: Trained) -> None:
    """Some minutes. To the byte on one machine; on another, as near as its processor encodes."""
    assert not trained.told.kept
    named = {name for name, _ in trained.told.differences}
    assert named <= {*NAMES, MANIFEST} - {DECLARED}, (trained.told.differences, AGAIN)
    far = {name: list(_far(trained.made / name, COMMITTED / name)) for name in named - {MANIFEST}}
    assert not any(far.values()), (far, AGAIN)
    made, kept = (read(folder, MANIFEST) for folder in (trained.made, COMMITTED))
    assert {**made, "files": 0, "libraries": 0} == {**kept, "files": 0, "libraries": 0}, AGAIN


@pytest.mark.slow
def test_training_says_how_far_it_is(trained: Trained) -> None:
    total = len(NAMES)
    assert trained.steps == [(done, total) for done in range(total + 1)]


def _far(made: Path, kept: Path) -> Iterator[str]:
    """The values of two files that are further apart than a processor explains."""
    new, old = (dict(_values(path)) for path in (made, kept))
    yield from sorted(new.keys() ^ old.keys())
    for key in sorted(new.keys() & old.keys()):
        if not _near(np.asarray(new[key]), np.asarray(old[key])):
            yield key


def _near(new: Any, old: Any) -> bool:
    if new.shape != old.shape or new.dtype.kind not in "fiu":
        return bool(np.array_equal(new, old))
    return bool(np.allclose(new.astype(np.float64), old.astype(np.float64), rtol=1e-3, atol=NEAR))


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            yield from dict(arrays).items()
    else:
        yield from _leaves(json.loads(path.read_text(encoding="utf-8")), "")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if key != COUNTED:
                yield from _leaves(inner, f"{path}/{key}")
    else:
        yield path, value


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
