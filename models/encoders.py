"""The encoders that turn statements into vectors, and the one function that chooses among them."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.errors import NotReady
from models.cleaning import clean, has_words
from models.hashing import HashingEncoder
from models.model_files import damaged_files, read_manifest
from models.onnx_session import NETWORK, TOKENIZER, OnnxSession
from models.prepare import INT8, MODEL

if TYPE_CHECKING:
    from models.sentence_encoder import SentenceEncoder

Vectors = NDArray[np.float32]
HASHING = "hashing"
PROMPT_NAMES = {Role.NEED: "query", Role.OFFER: "passage"}


def load_encoder(model: str | None, directory: Path, *, threads: int | None = None) -> Encoder:
    """Open the encoder that ``model`` names.

    ``None`` is multilingual-e5-small as ``prepare_model(directory)`` left it, ``"hashing"`` the
    encoder without meaning, anything else a SentenceTransformer: a path or a hub name. The first
    two open in under two seconds, the last imports torch. ``threads`` is the number of texts
    encoded side by side, by default one for each processor that this process may use.

    Raises ``NotReady``: ``model-missing`` when the default is not prepared or damaged,
    ``model-unusable`` when ``model`` cannot be opened.
    """
    if model is None:
        return E5Encoder(directory / MODEL, threads=threads)
    if model == HASHING:
        return HashingEncoder()
    return _load_sentence_encoder(model, threads)


def _load_sentence_encoder(model: str, threads: int | None) -> "SentenceEncoder":
    # Importing sentence-transformers takes seconds and 400 MB, which the default never needs.
    from models.sentence_encoder import load_sentence_encoder  # noqa: PLC0415

    return load_sentence_encoder(model, threads=threads)


class E5Encoder:
    """multilingual-e5-small in int8, without torch: the serving path.

    Needs are read as queries and offers as passages. A text has the same vector to the last bit
    whatever else is encoded with it (see ``OnnxSession``). Safe to share between threads and to
    carry over a fork; the weights are read at the first call.
    """

    def __init__(self, directory: Path, *, threads: int | None = None) -> None:
        self._model_id = _checked_model_id(directory)
        settings = _read_json(directory / INT8 / "config_sentence_transformers.json")
        self._prompts: dict[str, str] = settings["prompts"]
        sizes = _read_json(directory / INT8 / "onnx_transformer.json")
        self._dimension: int = sizes["embedding_dimension"]
        self._session = OnnxSession(directory / INT8, max_tokens=sizes["max_seq_length"])
        self._threads = threads or usable_processors()

    @property
    def model_id(self) -> str:
        """Name, quantisation and a hash of weights and vocabulary."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Number of columns of every vector: 384."""
        return self._dimension

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode ``texts``: float32 (len(texts), 384), unit rows, zero for a text without words."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        prompt = self._prompts[PROMPT_NAMES[role]]
        tokens = {
            row: self._session.tokens(prompt + cleaned)
            for row, text in enumerate(texts)
            if has_words(cleaned := clean(text))
        }
        # Longest first, so that no thread is left alone with a long text at the end.
        rows = sorted(tokens, key=lambda row: -len(tokens[row]))
        found = self._map([tokens[row] for row in rows])
        for row, vector in zip(rows, found, strict=True):
            vectors[row] = vector
        return vectors

    def _map(self, tokens: list[list[int]]) -> list[Vectors]:
        threads = min(self._threads, len(tokens))
        if threads <= 1:  # a single query pays for no thread
            return [self._vector(numbers) for numbers in tokens]
        with ThreadPoolExecutor(threads, thread_name_prefix="encode") as pool:
            return list(pool.map(self._vector, tokens))

    def _vector(self, tokens: list[int]) -> Vectors:
        mean: Vectors = self._session.token_vectors(tokens).mean(axis=0)
        unit: Vectors = mean / np.linalg.norm(mean)
        return unit


def _checked_model_id(directory: Path) -> str:
    records = read_manifest(directory)
    if records is None or damaged_files(directory, records, part=INT8):
        raise NotReady("model-missing", path=str(directory), command="make model")
    parts = (records[f"{INT8}/{name}"].sha256 for name in (NETWORK, TOKENIZER))
    digest = sha256("".join(parts).encode()).hexdigest()
    return f"{MODEL}-{INT8}@{digest[:8]}"


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def usable_processors() -> int:
    """Number of processors this process may run on, which a container can restrict."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # systems that cannot restrict a process
