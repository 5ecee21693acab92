"""Writes multilingual-e5-small as an ordinary SentenceTransformer directory."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from models.e5 import E5, Shape, Vocabulary
from models.onnx_session import TOKENIZER

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "cls_token": "<s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}
ST = "sentence_transformers.sentence_transformer.modules"


def write_directory(model: E5, directory: Path) -> None:
    """Write weights (float32), tokenizer and modules into ``directory``, which exists."""
    build_tokenizer(model.vocabulary).save(str(directory / TOKENIZER))
    hidden = model.shape.hidden
    # Unused, but a BERT directory without a pooler makes the loader report missing weights.
    pooler = {
        "pooler.dense.weight": np.eye(hidden, dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    weights = directory / "model.safetensors"
    save_file(model.tensors | pooler, weights, metadata={"format": "pt"})
    weights.chmod(0o644)
    write_json(directory / "config.json", bert_config(model.shape, len(model.vocabulary.pieces)))
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "model_input_names": ["input_ids", "attention_mask"],
        **SPECIAL_TOKENS,
    }
    write_json(directory / "tokenizer_config.json", tokenizer)
    write_json(directory / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS})
    write_modules(directory, f"{ST}.Transformer", hidden)


def write_modules(directory: Path, first: str, dimension: int) -> None:
    """Describe ``first`` followed by mean pooling and normalisation, with e5's two prompts."""
    chain = [("", first), ("1_Pooling", f"{ST}.Pooling"), ("2_Normalize", f"{ST}.Normalize")]
    modules = [
        {"idx": place, "name": str(place), "path": path, "type": kind}
        for place, (path, kind) in enumerate(chain)
    ]
    write_json(directory / "modules.json", modules)
    pooling = {"embedding_dimension": dimension, "pooling_mode": "mean", "include_prompt": True}
    write_json(directory / "1_Pooling" / "config.json", pooling)
    write_json(directory / "2_Normalize" / "config.json", {})
    settings = {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    write_json(directory / "config_sentence_transformers.json", settings)


def write_json(path: Path, content: Any) -> None:
    """Write ``content`` as indented JSON, with the folders that lead to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def bert_config(shape: Shape, vocabulary: int) -> dict[str, Any]:
    """The ``config.json`` of transformers' ``BertModel`` for this network."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.intermediate,
        "layer_norm_eps": shape.epsilon,
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": 1,
        "type_vocab_size": shape.types,
        "vocab_size": vocabulary,
        "dtype": "float32",
    }


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """XLM-RoBERTa's Unigram tokenizer: control marks removed, NFKC, runs of spaces made one."""
    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    unknown = vocabulary.pieces.index("<unk>")
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    start, end = vocabulary.pieces.index("<s>"), vocabulary.pieces.index("</s>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", start), ("</s>", end)],
    )
    tokenizer.add_special_tokens(
        [
            AddedToken(token, normalized=False, special=True)
            for token in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
        ]
    )
    return tokenizer
