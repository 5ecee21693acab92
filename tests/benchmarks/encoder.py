"""Speed and fidelity of the serving encoder: ``python tests/benchmarks/encoder.py [FOLDER]``.

Compares the int8 serving path with two references in the same run, round after round, so that a
busy machine slows all three: sentence-transformers in float32 (torch) and a plain onnxruntime
loop over padded batches of the same network. Prints medians, and ratios that travel better than
them. ``FOLDER`` holds the prepared model (by default ``var/models``).
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.engine.profiles import Role
from models.encoders import E5Encoder
from models.onnx_session import NETWORK, TOKENIZER
from models.prepare import DEFAULT_DIRECTORY, INT8, prepare_model

BATCH = 16
SUBJECTS = ("un garage solidaire", "une épicerie sociale", "un atelier vélo", "une crèche")
SENTENCES = (
    "propose un accueil de jour aux personnes sans logement, du lundi au vendredi",
    "accompagne vers l’emploi des jeunes qui ont quitté l’école sans diplôme",
    "prête du matériel et forme des bénévoles du quartier à s’en servir",
    "cherche un partenaire qui connaisse les droits des familles monoparentales",
    "reçoit sur rendez-vous, sans condition de ressources, dans tout le département",
)


def texts(count: int) -> list[str]:
    """Fictitious texts of about 66 tokens, all different."""
    return [
        f"Dossier numéro {number}, à Bondy : {SUBJECTS[number % 4]} "
        + ", ".join(SENTENCES[(number + step) % 5] for step in range(3))
        + "."
        for number in range(count)
    ]


def plain_session(folder: Path, threads: int) -> Callable[[Sequence[str]], Any]:
    """A loop over padded batches, as one writes it with onnxruntime alone."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(512)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / NETWORK), options)

    def encode(batch: Sequence[str]) -> list[NDArray[np.float32]]:
        found = []
        for start in range(0, len(batch), BATCH):
            encoded = tokenizer.encode_batch(
                [f"passage: {t}" for t in batch[start : start + BATCH]]
            )
            ids = np.array([item.ids for item in encoded])
            mask = np.array([item.attention_mask for item in encoded])
            output = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            means = (output * mask[..., None]).sum(axis=1)
            found.append(means / np.linalg.norm(means, axis=1, keepdims=True))
        return found

    return encode


def seconds(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines of the rows of two arrays of unit rows."""
    products: NDArray[np.float32] = (left * right).sum(axis=1)
    return products


def measure(folder: Path, count: int, rounds: int, threads: int) -> dict[str, float]:
    """Run every contender ``rounds`` times in turn; medians in texts/s and milliseconds."""
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    torch.set_num_threads(threads)
    model = prepare_model(folder)
    exact = SentenceTransformer(str(model), local_files_only=True, device="cpu")
    served = E5Encoder(model, threads=threads)
    plain = plain_session(model / INT8, threads)
    batch = texts(count)
    contenders: dict[str, Callable[[], Any]] = {
        "served": lambda: served.encode(batch, Role.OFFER),
        "plain": lambda: plain(batch),
        "torch": lambda: exact.encode_document(batch, batch_size=BATCH, show_progress_bar=False),
    }
    queries = [f"Cherche {subject} à Bondy, lot {n}" for n in range(8) for subject in SUBJECTS]
    for action in contenders.values():
        action()
    speed: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, action in contenders.items():
            speed[name].append(count / seconds(action))
    one = [seconds(partial(served.encode, [query], Role.NEED)) for query in queries]
    found = cosines(contenders["served"](), contenders["torch"]())
    medians = {f"{name}_texts_per_s": statistics.median(runs) for name, runs in speed.items()}
    return medians | {
        "tokens_per_text": statistics.mean(len(served._session.tokens(text)) for text in batch),
        "query_ms": 1000 * statistics.median(one),
        "served_over_torch": medians["served_texts_per_s"] / medians["torch_texts_per_s"],
        "served_over_plain": medians["served_texts_per_s"] / medians["plain_texts_per_s"],
        "lowest_cosine": float(found.min()),
        "mean_cosine": float(found.mean()),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_DIRECTORY)
    parser.add_argument("--texts", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    figures = measure(options.folder, options.texts, options.rounds, options.threads)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
