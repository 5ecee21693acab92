"""From the float32 network to the int8 one that serves. Imports torch: used once, at conversion."""

import logging
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime import InferenceSession  # type: ignore[import-untyped]
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    QuantType,
    quantize_dynamic,
)
from transformers import BertConfig, BertModel

from matcher.errors import NotReady
from models.e5 import E5
from models.e5_directory import MAX_TOKENS, bert_config, write_json, write_modules
from models.onnx_session import NETWORK, TOKENIZER, OnnxSession, open_network

OPSET = 17
# What enters these three products holds a few values far above the others, which spoil the scale
# of all: measured on 5,088 French texts, the lowest cosine to float32 is 0.994 with everything in
# int8 and 0.997 with these in float32, for about 5 % of the speed.
KEPT_IN_FLOAT = [f"/bert/encoder/layer.{layer}/output/dense/MatMul" for layer in (0, 4, 5)]
CHECKED_TEXTS = (
    "query: Cherche un garage solidaire pour une personne en insertion sans permis",
    "passage: Ateliers d’initiation au numérique pour les personnes âgées isolées",
    "passage: Hébergement d’urgence",
)
CHECKED_COSINE = 0.99


class _TokenVectors(torch.nn.Module):
    """The part of the network that is exported: token numbers and mask to token vectors."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        vectors: torch.Tensor = self.bert(input_ids, attention_mask).last_hidden_state
        return vectors


def write_int8_directory(network: Path, tokenizer: Path, hidden: int, directory: Path) -> None:
    """Fill ``directory`` (which exists) with the int8 form of ``network`` (float32 ONNX).

    The result is a SentenceTransformer directory with vectors of ``hidden`` columns. Raises
    ``NotReady("model-conversion-failed")`` if it strays from the float32 network, as on a
    processor whose int8 products overflow.
    """
    quantise(network, directory / NETWORK)
    shutil.copyfile(tokenizer, directory / TOKENIZER)
    config = {"max_seq_length": MAX_TOKENS, "embedding_dimension": hidden}
    write_json(directory / "onnx_transformer.json", config)
    write_modules(directory, "models.onnx_module.OnnxTransformer", hidden)
    _check(OnnxSession(directory), open_network(network))


def _bert(model: E5) -> BertModel:
    config = BertConfig(**bert_config(model.shape, len(model.vocabulary.pieces)))
    config._attn_implementation = "eager"
    with torch.device("meta"):
        bert = BertModel(config, add_pooling_layer=False)
    bert.to_empty(device="cpu")
    tensors = {name: torch.from_numpy(tensor) for name, tensor in model.tensors.items()}
    missing, unexpected = bert.load_state_dict(tensors, strict=False, assign=True)
    if missing or unexpected:
        raise ValueError(f"weights do not fit the network: {missing} {unexpected}")
    embeddings = bert.embeddings  # position and type numbers are not part of the weights
    positions = torch.arange(model.shape.positions).expand((1, -1))
    embeddings.register_buffer("position_ids", positions, persistent=False)
    embeddings.register_buffer("token_type_ids", torch.zeros_like(positions), persistent=False)
    return bert


def export(model: E5, path: Path) -> None:
    """Write the float32 ONNX file (470 MB): any number of texts, any length up to 512 tokens."""
    network = _TokenVectors(_bert(model)).eval()
    ids = torch.randint(5, 1000, (2, 12))
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.inference_mode():
        # The exporter that needs no further package is announced as legacy, and it comments on
        # every test of a shape and on the indices of the mask, which are never negative.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["token_embeddings"],
            dynamic_axes=dict.fromkeys(("input_ids", "attention_mask", "token_embeddings"), axes),
            opset_version=OPSET,
            dynamo=False,
        )


def quantise(source: Path, target: Path) -> None:
    """Write ``source`` with int8 weights, a scale per column, and activations scaled at run time.

    Weights use 7 of 8 bits: products of 8 × 8 bits overflow on processors that have AVX2 but no
    VNNI, and the eighth bit brought nothing that could be measured here.
    """
    names = {node.name for node in onnx.load(source).graph.node}
    if absent := set(KEPT_IN_FLOAT) - names:
        raise ValueError(f"the exported network has no {absent}")
    with _silent_root_logger():
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=KEPT_IN_FLOAT,
        )


@contextmanager
def _silent_root_logger() -> Iterator[None]:
    """Drop what onnxruntime tells the root logger: a hint about a step that changes nothing here.

    The handler keeps ``logging`` from configuring itself on that occasion.
    """
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    root.addFilter(_nothing)
    try:
        yield
    finally:
        root.removeFilter(_nothing)
        root.removeHandler(handler)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def _check(served: OnnxSession, exact: InferenceSession) -> None:
    for text in CHECKED_TEXTS:
        tokens = served.tokens(text)
        ids = np.array([tokens])
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        expected = exact.run(None, inputs)[0][0].mean(axis=0)
        found = served.token_vectors(tokens).mean(axis=0)
        cosine = float(expected @ found / np.linalg.norm(expected) / np.linalg.norm(found))
        if not cosine >= CHECKED_COSINE:
            raise NotReady("model-conversion-failed", cosine=round(cosine, 4))
