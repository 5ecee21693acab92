"""Peers that search vectors in the process: the ten best offers of a département for one need.

Each is as good to its library as its interface allows: where there is no filter, it is given the
rows of the département alone. Imports are in the functions, for a peer may be absent.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from matcher.engine.columns import Vectors
from tests.benchmarks.corpus import FIRST, Corpus, best_of

Search = Callable[[Vectors, str], list[int]]
"""From a need's vector and its text to row numbers of the corpus, best first."""


def numpy_product(corpus: Corpus) -> Search:
    """The floor: one product with the rows of the département, float32."""
    inside, start = np.ascontiguousarray(corpus.inside), corpus.start
    return lambda vector, text: [start + row for row in best_of(inside @ vector)]


def faiss_batch(corpus: Corpus) -> Search:
    """A flat index of everybody, with a selector that lists the rows of the département."""
    import faiss  # noqa: PLC0415

    index: Any = faiss.IndexFlatIP(corpus.vectors.shape[1])
    index.add(corpus.vectors)
    ids = np.arange(corpus.start, corpus.stop, dtype=np.int64)
    selecting: Any = faiss.SearchParameters
    parameters = selecting(sel=faiss.IDSelectorBatch(ids))
    return lambda vector, text: _searched(index, vector, parameters)


def faiss_range(corpus: Corpus) -> Search:
    """The same with a selector of a range, for the rows of the département are side by side."""
    import faiss  # noqa: PLC0415

    index: Any = faiss.IndexFlatIP(corpus.vectors.shape[1])
    index.add(corpus.vectors)
    selecting: Any = faiss.SearchParameters
    parameters = selecting(sel=faiss.IDSelectorRange(corpus.start, corpus.stop))
    return lambda vector, text: _searched(index, vector, parameters)


def _searched(index: Any, vector: Vectors, parameters: Any) -> list[int]:
    return [int(row) for row in index.search(vector[None], FIRST, params=parameters)[1][0]]


def usearch_exact(corpus: Corpus) -> Search:
    """Exact search among the rows of the département: usearch has no filter for it."""
    from usearch.index import MetricKind, search  # noqa: PLC0415

    inside, start = np.ascontiguousarray(corpus.inside), corpus.start

    def found(vector: Vectors, text: str) -> list[int]:
        hits = search(inside, vector, FIRST, MetricKind.IP, exact=True)
        return [start + int(key) for key in hits.keys]

    return found


def sklearn_brute(corpus: Corpus) -> Search:
    """Brute force among the rows of the département, their norms made equal by one more column.

    So the nearest by distance are those of the largest inner product, which it has no metric for.
    """
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    inside, start = corpus.inside, corpus.start
    norms = np.einsum("ij,ij->i", inside, inside)
    missing = np.sqrt(np.maximum(0, norms.max() - norms)).astype(np.float32)
    model = NearestNeighbors(n_neighbors=FIRST, algorithm="brute").fit(
        np.column_stack([inside, missing])
    )

    def found(vector: Vectors, text: str) -> list[int]:
        asked = np.append(vector, np.float32(0))[None]
        return [start + int(row) for row in model.kneighbors(asked, return_distance=False)[0]]

    return found


def bm25s_words(corpus: Corpus) -> Search:
    """Words alone (BM25), among the texts of the département."""
    import bm25s  # noqa: PLC0415

    ranker = bm25s.BM25()
    ranker.index(bm25s.tokenize(list(corpus.texts), show_progress=False), show_progress=False)

    def found(vector: Vectors, text: str) -> list[int]:
        words = bm25s.tokenize([text], show_progress=False)
        hits = ranker.retrieve(words, k=FIRST, show_progress=False)[0]
        return [corpus.start + int(row) for row in hits[0]]

    return found
