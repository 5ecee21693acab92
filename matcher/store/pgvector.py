"""A copy of the vectors that PostgreSQL itself can compare, for tools beside this service.

Only where somebody asks for it and the extension ``vector`` is there. Nothing here reads it: a
score is not one product of vectors (decision 5). The copy follows erasure row by row, by its
foreign key; backups leave it out and a restore drops it.
"""

import numpy as np
from sqlalchemy import Connection, text

from matcher.errors import NotReady
from matcher.store.database import Database
from matcher.store.vectors import STORED_TYPE

SCHEMA = "synergies_pgvector"
COPIED_AT_ONCE = 500

MADE = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.vectors (
    model_id varchar(200) NOT NULL,
    role varchar(10) NOT NULL,
    text_hash varchar(64) NOT NULL,
    embedding vector NOT NULL,
    PRIMARY KEY (model_id, role, text_hash),
    FOREIGN KEY (model_id, role, text_hash) REFERENCES vectors ON DELETE CASCADE
)"""

MISSING = text(f"""
SELECT model_id, role, text_hash, vector FROM vectors AS ours
WHERE model_id = :model_id AND NOT EXISTS (
    SELECT FROM {SCHEMA}.vectors AS theirs WHERE theirs.model_id = ours.model_id
    AND theirs.role = ours.role AND theirs.text_hash = ours.text_hash)
LIMIT {COPIED_AT_ONCE}""")

COPIED = text(f"""
INSERT INTO {SCHEMA}.vectors (model_id, role, text_hash, embedding)
VALUES (:model_id, :role, :text_hash, CAST(:embedding AS vector)) ON CONFLICT DO NOTHING""")


def copy_vectors(database: Database, model_id: str) -> int:
    """Copy what the copy lacks of one model's vectors, some at a time; gives how many.

    Raises NotReady ``no-pgvector`` where the database has no such extension.
    """
    with database.write() as connection:
        if not _has_extension(connection):
            raise NotReady("no-pgvector")
        for statement in MADE.split(";"):
            connection.exec_driver_sql(statement)
    copied = 0
    while some := _copy_some(database, model_id):
        copied += some
    return copied


def _has_extension(connection: Connection) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    asked = connection.exec_driver_sql("SELECT count(*) FROM pg_extension WHERE extname = 'vector'")
    return bool(asked.scalar_one())


def _copy_some(database: Database, model_id: str) -> int:
    with database.write() as connection:
        rows = connection.execute(MISSING, {"model_id": model_id}).all()
        told = [
            {
                "model_id": row.model_id,
                "role": row.role,
                "text_hash": row.text_hash,
                "embedding": str(np.frombuffer(row.vector, STORED_TYPE).tolist()),
            }
            for row in rows
        ]
        if told:
            connection.execute(COPIED, told)
    return len(told)
