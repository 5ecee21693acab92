"""Any SentenceTransformer as an encoder. Imports torch: loaded only where one was chosen."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import HfApi
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from matcher.engine.profiles import Role
from matcher.errors import NotReady
from models.cleaning import clean, has_words

HUB_TIMEOUT_S = 10.0


def load_sentence_encoder(model: str, *, threads: int | None = None) -> "SentenceEncoder":
    """Open a SentenceTransformer by path or hub name, from the local cache if it is there.

    ``threads`` sets torch's number of threads for the whole process. Code that comes with a model
    is never run. Raises ``NotReady("model-unusable")``.
    """
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceEncoder(_open(model), Path(model).name)
    except Exception as error:  # whatever a foreign directory can make three libraries raise
        raise NotReady("model-unusable", model=model, reason=str(error).split("\n")[0]) from error


def _open(model: str) -> SentenceTransformer:
    if Path(model).is_dir():
        return SentenceTransformer(model, local_files_only=True)
    if Path(model).is_absolute() or model.startswith((".", "~")) or model.count(os.sep) > 1:
        raise FileNotFoundError(f"no directory {model}")
    try:
        return SentenceTransformer(model, local_files_only=True)
    except (OSError, ValueError):
        # One plain question first: without a network, the loader itself retries for a minute.
        HfApi().model_info(model, timeout=HUB_TIMEOUT_S)
        return SentenceTransformer(model)


class SentenceEncoder:
    """Wraps a SentenceTransformer, with the prompts that it defines for queries and documents.

    Vectors depend a little on what is encoded together (about 1e-6 in float32).
    """

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ValueError(f"{name} does not say how many columns its vectors have")
        self._model = model
        self._dimension = dimension
        self._model_id = f"{name}@{_fingerprint(model)}"

    @property
    def model_id(self) -> str:
        """Name of the model and a hash of its weights, modules and prompts."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Encode ``texts``: float32 (len(texts), dimension), unit rows, zero without any word."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        cleaned = {row: clean(text) for row, text in enumerate(texts)}
        rows = [row for row, text in cleaned.items() if has_words(text)]
        if rows:
            encode = self._model.encode_query if role is Role.NEED else self._model.encode_document
            found = encode(
                [cleaned[row] for row in rows], normalize_embeddings=True, show_progress_bar=False
            )
            vectors[rows] = np.asarray(found, dtype=np.float32)
        return vectors


def _fingerprint(model: SentenceTransformer) -> str:
    """Eight hexadecimal digits that change with the weights, the modules and the prompts."""
    digest = blake2b(digest_size=4)
    digest.update(repr((str(model), sorted(model.prompts.items()))).encode())
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
