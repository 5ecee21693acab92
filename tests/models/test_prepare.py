import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from models.model_files import MANIFEST, damaged_files, read_manifest
from models.prepare import MODEL, is_whole, main, prepare_model


@pytest.fixture
def copy(model_directory: Path, tmp_path: Path) -> Path:
    """A prepared model that a test may damage; contents are shared until it does."""
    shutil.copytree(model_directory / MODEL, tmp_path / MODEL, copy_function=os.link)
    return tmp_path / MODEL


def replace_bytes(path: Path, content: bytes) -> None:
    path.unlink()  # the other name of the file keeps its content
    path.write_bytes(content)


def test_a_prepared_model_is_not_prepared_again(model_directory: Path) -> None:
    steps: list[str] = []
    assert prepare_model(model_directory, steps.append) == model_directory / MODEL
    assert steps == []


def test_the_manifest_lists_every_file_with_its_true_hash(model_directory: Path) -> None:
    model = model_directory / MODEL
    records = read_manifest(model)
    assert records is not None
    present = {path.relative_to(model).as_posix() for path in model.rglob("*") if path.is_file()}
    assert records.keys() == present - {MANIFEST}
    assert damaged_files(model, records) == []


def test_a_missing_file_is_noticed(copy: Path) -> None:
    (copy / "config.json").unlink()
    assert not is_whole(copy)


def test_a_truncated_file_is_noticed(copy: Path) -> None:
    replace_bytes(copy / "model.safetensors", b"short")
    assert not is_whole(copy)


def test_one_changed_byte_of_the_serving_network_is_noticed(copy: Path) -> None:
    network = copy / "int8" / "model.onnx"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    replace_bytes(network, bytes(content))
    assert not is_whole(copy)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 1}', b'{"format": 0, "files": {}}'])
def test_a_manifest_that_says_nothing_is_no_model(copy: Path, content: bytes) -> None:
    replace_bytes(copy / MANIFEST, content)
    assert not is_whole(copy)


def test_a_failure_is_one_line_and_leaves_no_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "occupied").write_text("a file where the folder should be")
    assert main([str(tmp_path / "occupied")]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "Traceback" not in errors


def test_a_killed_preparation_leaves_nothing_that_looks_like_a_model(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=prepare_model, args=(tmp_path,))
    process.start()
    assert process.pid is not None
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(f".unfinished-*/{MODEL}/tokenizer.json")):
        assert time.monotonic() < deadline, "the preparation never started to write"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    assert not (tmp_path / MODEL).exists()


@pytest.mark.slow
def test_two_processes_prepare_one_model_and_clear_what_a_killed_one_left(
    model_directory: Path, tmp_path: Path
) -> None:
    (tmp_path / ".unfinished-killed").mkdir()
    (tmp_path / MODEL).mkdir()
    (tmp_path / MODEL / MANIFEST).write_text("damaged")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=prepare_model, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".prepare.lock", MODEL]
    # The same packages convert to the same bytes, so the model's name means something.
    assert read_manifest(tmp_path / MODEL) == read_manifest(model_directory / MODEL)
