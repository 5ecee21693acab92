"""A tokenizer and an ONNX network, opened quickly: no torch, no transformers."""

import os
import weakref
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

NETWORK = "model.onnx"
TOKENIZER = "tokenizer.json"


class OnnxSession:
    """Turns one text at a time into the vectors of its tokens.

    One text a run, never a padded batch: the int8 network chooses the scale of its activations
    from the whole tensor it is given, so in a batch the neighbours of a text would change its
    vector (cosine down to 0.995 was measured). Alone, a text has the same vector to the last bit
    whatever the batch, the number of threads and the process. Speed comes from running several
    texts on several threads, each run using one; this is also faster than batches here.

    Opens nothing before it is needed, then once per process: a fork does not inherit it.
    """

    def __init__(self, directory: Path, *, max_tokens: int = 512) -> None:
        self.directory = directory
        self.max_tokens = max_tokens
        self._forget()
        _sessions.add(self)

    def _forget(self) -> None:
        self._lock = Lock()
        self._opened: tuple[Tokenizer, onnxruntime.InferenceSession] | None = None

    def _open(self) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
        with self._lock:
            if self._opened is None:
                self._opened = (
                    open_tokenizer(self.directory / TOKENIZER, self.max_tokens),
                    open_network(self.directory / NETWORK),
                )
            return self._opened

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, which cuts at ``max_tokens`` and never pads."""
        return self._open()[0]

    def tokens(self, text: str) -> list[int]:
        """The token numbers of ``text`` with its start and end marks, at most ``max_tokens``."""
        # Not encode_batch: its Rust threads would not survive a fork.
        ids: list[int] = self.tokenizer.encode(text).ids
        return ids

    def token_vectors(self, tokens: list[int]) -> NDArray[np.float32]:
        """The network's output for one text: float32 (len(tokens), dimension). Thread-safe."""
        ids = np.array([tokens], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        output: NDArray[np.float32] = self._open()[1].run(None, inputs)[0][0]
        return output


def open_tokenizer(path: Path, max_tokens: int) -> Tokenizer:
    """Open a ``tokenizer.json`` that cuts texts at ``max_tokens`` tokens and does not pad."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def open_network(path: Path) -> onnxruntime.InferenceSession:
    """Open an ONNX file for runs that each use one processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # every text has its own length
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


_sessions: "weakref.WeakSet[OnnxSession]" = weakref.WeakSet()


def _forget_all() -> None:
    for session in _sessions:
        session._forget()


os.register_at_fork(after_in_child=_forget_all)
