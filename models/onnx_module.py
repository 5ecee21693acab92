"""The int8 network as a sentence-transformers module, so that it composes like any other.

An int8 directory names this class in its ``modules.json``. Because it lives outside the
``sentence_transformers`` package, version 6 asks for ``trust_remote_code=True`` to import it:

    SentenceTransformer("…/multilingual-e5-small/int8", trust_remote_code=True)
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from sentence_transformers.base.modules.input_module import InputModule
from tokenizers import Tokenizer

from models.model_files import sha256
from models.onnx_session import NETWORK, TOKENIZER, OnnxSession

PADDING = 1  # <pad> of XLM-RoBERTa's vocabulary


class OnnxTransformer(InputModule):
    """Texts → token vectors with onnxruntime; to be followed by Pooling and Normalize.

    Texts that come padded in one batch are run one by one (see ``OnnxSession``), so a text has
    the same vector whatever its neighbours.
    """

    config_file_name = "onnx_transformer.json"
    config_keys = ["max_seq_length", "embedding_dimension"]  # noqa: RUF012 (the base class's form)

    def __init__(self, session: OnnxSession, embedding_dimension: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.session = session
        self.embedding_dimension = embedding_dimension
        # Tells two networks apart in state_dict(), which holds no other weight.
        digest = bytes.fromhex(sha256(session.directory / NETWORK))
        self.register_buffer("fingerprint", torch.tensor(list(digest), dtype=torch.uint8))

    @property
    def tokenizer(self) -> Tokenizer:  # type: ignore[override]
        """The tokenizer of the session."""
        return self.session.tokenizer

    @property
    def max_seq_length(self) -> int:
        """Number of tokens after which a text is cut."""
        return self.session.max_tokens

    def get_embedding_dimension(self) -> int:
        """Number of columns of a token vector."""
        return self.embedding_dimension

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Tokenise ``inputs`` (strings): int64 ids and mask of shape (texts, longest)."""
        tokens = [self.session.tokens((prompt or "") + text) for text in inputs]
        longest = max(map(len, tokens), default=0)
        ids = torch.full((len(tokens), longest), PADDING, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = torch.tensor(numbers)
            mask[row, : len(numbers)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    def forward(
        self, features: dict[str, torch.Tensor | Any], **_: Any
    ) -> dict[str, torch.Tensor | Any]:
        """Add ``token_embeddings``: float32 (texts, longest, dimension), zero under padding."""
        ids, mask = features["input_ids"], features["attention_mask"]
        vectors = torch.zeros(*ids.shape, self.embedding_dimension, dtype=torch.float32)
        for row, length in enumerate(mask.sum(dim=1).tolist()):
            numbers = ids[row, :length].tolist()
            vectors[row, :length] = torch.from_numpy(self.session.token_vectors(numbers))
        return features | {"token_embeddings": vectors.to(mask.device)}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the network and the tokenizer beside the configuration."""
        for name in (NETWORK, TOKENIZER):
            shutil.copyfile(self.session.directory / name, Path(output_path, name))
        self.save_config(output_path)

    @classmethod
    def load(  # type: ignore[override]  # the hub's options are passed on as they come
        cls, model_name_or_path: str, subfolder: str = "", **hub: Any
    ) -> Self:
        """Load from a directory or a hub name; raises ``OSError`` where the files are missing."""
        names = ("token", "cache_folder", "revision", "local_files_only")
        where = {name: hub[name] for name in names if name in hub} | {"subfolder": subfolder}
        config = cls.load_config(model_name_or_path, **where)
        directory = cls.load_dir_path(model_name_or_path, **where)
        if directory is None:
            raise OSError(f"{model_name_or_path} holds no {subfolder or 'model'}")
        session = OnnxSession(Path(directory), max_tokens=config["max_seq_length"])
        return cls(session, config["embedding_dimension"])
