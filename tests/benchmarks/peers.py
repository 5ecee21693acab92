"""The product's whole question beside peers that only do the vector part of it."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from matcher.engine.candidates import candidates
from matcher.engine.columns import Vectors
from matcher.engine.complementarity import exchanges
from tests.benchmarks.corpus import FIRST, Corpus, corpus_of
from tests.benchmarks.countries import DEPARTMENT, Country, ask, drawn_from
from tests.benchmarks.stored_peers import pgvector, qdrant_local
from tests.benchmarks.timing import WARMING, Action, interleaved, percentiles, ratio
from tests.benchmarks.vector_peers import (
    Search,
    bm25s_words,
    faiss_batch,
    faiss_range,
    numpy_product,
    sklearn_brute,
    usearch_exact,
)

STORED = 20_000
"""Vectors that peers with a payload are given: loading more takes minutes, and only slows them."""

FLOOR, WORDS = "numpy product (floor)", "bm25s (words only)"
PRODUCT = "Synergies, whole question"
COMPARING = "Synergies, comparing alone (words too, both ways)"


def measure_peers(options: argparse.Namespace, countries: dict[int, Country]) -> dict[str, Any]:
    """Time the largest country's département: the product and each peer in turn."""
    country = countries[max(countries)]
    corpus = corpus_of(country, options.peer_vectors)
    with ExitStack() as closing:
        closing.enter_context(threadpool_limits(1))  # one question, one core, for everyone
        searches, absent = loaded(corpus, closing)
        asked = list(_needs(country, options.rounds + WARMING))
        question = country.question(DEPARTMENT)

        def contenders(a: int, vector: Vectors, text: str) -> Mapping[str, Action]:
            index = country.index
            others = candidates(index, a, index, question.filters)
            ours: dict[str, Action] = {
                PRODUCT: partial(ask, index, a, country.snapshot, question),
                COMPARING: partial(exchanges, index, a, index, others),
            }
            return ours | {name: partial(search, vector, text) for name, search in searches.items()}

        times = interleaved(contenders(*one) for one in asked)
        agreement = {
            name: _agreement(corpus, search, asked[:50])
            for name, search in searches.items()
            if name != WORDS
        }
    vectorial = [name for name in searches if name not in (FLOOR, WORDS)]
    fastest = min(vectorial, key=lambda name: float(np.median(times[name])), default=None)
    return {
        "vectors": len(corpus.vectors),
        "stored_vectors": min(STORED, len(corpus.vectors)),
        "inside": corpus.stop - corpus.start,
        "columns": corpus.vectors.shape[1],
        "times": {name: percentiles(spent) for name, spent in times.items()},
        "over_product": {
            name: ratio(times[name], times[PRODUCT]) for name in times if name != PRODUCT
        },
        "fastest_peer": fastest,
        "same_ten": agreement,
        "absent": absent,
    }


def loaded(corpus: Corpus, closing: ExitStack) -> tuple[dict[str, Search], dict[str, str]]:
    """Load each peer once; one that is absent or cannot start is told in a line."""
    fewer = Corpus(corpus.vectors[:STORED], corpus.start, corpus.stop, corpus.texts)

    def close_later(close: Callable[[], None]) -> None:
        closing.callback(close)

    makers: dict[str, Callable[[], Search]] = {
        FLOOR: partial(numpy_product, corpus),
        "FAISS flat, IDSelectorRange": partial(faiss_range, corpus),
        "FAISS flat, IDSelectorBatch": partial(faiss_batch, corpus),
        "usearch exact": partial(usearch_exact, corpus),
        "scikit-learn brute force": partial(sklearn_brute, corpus),
        WORDS: partial(bm25s_words, corpus),
        "pgvector, WHERE department": partial(pgvector, fewer, close_later),
        "Qdrant local mode, filter": partial(qdrant_local, fewer, close_later),
    }
    searches, absent = {}, {}
    for name, make in makers.items():
        try:
            searches[name] = make()
        except Exception as error:
            absent[name] = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
            print(f"without {name}: {absent[name]}")  # noqa: T201
    return searches, absent


def _needs(country: Country, count: int) -> Iterator[tuple[int, Vectors, str]]:
    """Social workers of the département, each with the vector and the text of its first need."""
    index, block = country.index, country.index.needs
    sitting = country.sitting()
    asking = sitting[index.columns.social_workers[sitting] & block.speaks(sitting)]
    drawn = drawn_from(asking, count, seed=7)
    for start in range(0, count, 500):
        index.actors.fetch(drawn[start : start + 500])
    for a in drawn:
        row = int(block.rows.actor_offsets[a])
        text = index.actors[a].needs[int(block.positions[row])].text
        yield a, block.views(slice(row, row + 1))[0], text


def _agreement(corpus: Corpus, search: Search, asked: list[tuple[int, Vectors, str]]) -> float:
    """Share of the ten best scores that a peer finds, for its rows may tie with others."""
    found = []
    for _, vector, text in asked:
        scores = corpus.vectors @ vector
        least = np.sort(scores[corpus.start : corpus.stop])[-FIRST]
        rows = [row for row in search(vector, text) if corpus.start <= row < corpus.stop]
        found.append(float((scores[rows] >= least - 1e-4).sum()) / FIRST)
    return round(float(np.mean(found)), 4)
