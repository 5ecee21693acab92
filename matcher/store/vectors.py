"""An encoder that remembers: vectors are computed once per model, role and text, then read."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Insert, select
from sqlalchemy.dialects import postgresql, sqlite

from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.store.database import Database
from matcher.store.tables import vectors

LOOKED_UP_AT_ONCE = 500
ENCODED_AT_ONCE = 256
STORED_TYPE = np.dtype("<f4")


def text_hash(text: str) -> str:
    """Name a text in the vector cache: the hexadecimal SHA-256 of its UTF-8 bytes."""
    return sha256(text.encode("utf-8")).hexdigest()


class CachedEncoder:
    """An :class:`Encoder` whose weights are loaded only when a text is not in the database yet.

    ``load`` is called once, at the first missing text. ``progress`` is told, while texts are
    being computed, how many of the missing ones are done and how many there are. Every block of
    256 is committed, so a killed first run goes on where it stopped. A vector is personal data:
    give this encoder what is stored (statements), not the passing words of a query.
    """

    def __init__(
        self,
        model_id: str,
        dimension: int,
        load: Callable[[], Encoder],
        database: Database,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._model_id = model_id
        self._dimension = dimension
        self._load = load
        self._database = database
        self._progress = progress
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()

    @property
    def model_id(self) -> str:
        """Name and version of the weights."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Number of columns of every vector."""
        return self._dimension

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Look ``texts`` up, compute and store the missing ones; shape (len(texts), dimension)."""
        hashes = [text_hash(text) for text in texts]
        by_hash = dict(zip(hashes, texts, strict=True))
        found = self._stored(tuple(by_hash), role)
        missing = {name: text for name, text in by_hash.items() if name not in found}
        found |= self._computed(missing, role)
        rows = np.empty((len(texts), self._dimension), dtype=np.float32)
        for position, name in enumerate(hashes):
            rows[position] = found[name]
        return rows

    def _stored(self, hashes: Sequence[str], role: Role) -> dict[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}
        with self._database.read() as connection:
            for start in range(0, len(hashes), LOOKED_UP_AT_ONCE):
                asked = select(vectors.c.text_hash, vectors.c.vector).where(
                    vectors.c.model_id == self._model_id,
                    vectors.c.role == role.value,
                    vectors.c.dimension == self._dimension,
                    vectors.c.text_hash.in_(hashes[start : start + LOOKED_UP_AT_ONCE]),
                )
                for name, stored in connection.execute(asked):
                    found[name] = np.frombuffer(stored, dtype=STORED_TYPE)
        return found

    def _computed(self, missing: Mapping[str, str], role: Role) -> dict[str, NDArray[np.float32]]:
        computed: dict[str, NDArray[np.float32]] = {}
        for names in _blocks(tuple(missing)):
            rows = self._inner().encode([missing[name] for name in names], role)
            block = dict(zip(names, np.asarray(rows, dtype=STORED_TYPE), strict=True))
            self._store(block, role)
            computed |= block
            if self._progress is not None:
                self._progress(len(computed), len(missing))
        return computed

    def _inner(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = self._load()
            return self._encoder

    def _store(self, block: Mapping[str, NDArray[np.float32]], role: Role) -> None:
        rows = [
            {
                "model_id": self._model_id,
                "role": role.value,
                "text_hash": name,
                "dimension": self._dimension,
                "vector": vector.tobytes(),
            }
            for name, vector in block.items()
        ]
        with self._database.write() as connection:
            connection.execute(_upsert(connection), rows)


def _upsert(connection: Connection) -> Insert:
    """Two processes may compute the same vector: the last one stays, neither fails."""
    if connection.dialect.name == "postgresql":
        on_postgresql = postgresql.insert(vectors)
        return on_postgresql.on_conflict_do_update(
            constraint="pk_vectors",
            set_={
                "vector": on_postgresql.excluded.vector,
                "dimension": on_postgresql.excluded.dimension,
            },
        )
    return sqlite.insert(vectors).prefix_with("OR REPLACE")


def _blocks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), ENCODED_AT_ONCE):
        yield names[start : start + ENCODED_AT_ONCE]
