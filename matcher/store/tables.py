"""The tables of the store, with types that SQLite and PostgreSQL both have."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

actors = Table(
    "actors",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("organization", Text),
    Column("structure_type", Text),
    Column("email", Text),
    Column("commune", String(20)),
    Column("zone", JSON, nullable=False),
    Column("radius_km", Float),
    Column("domains", JSON, nullable=False),
    Column("publics", JSON, nullable=False),
    Column("description", Text, nullable=False),
    Column("capacity_per_month", Integer),
    Column("consent_email", Boolean, nullable=False),
    Column("profiling", Boolean, nullable=False),
    Column("known", JSON, nullable=False),
    Column("source", Text),
    Column("updated", Date),
    Column("changed", BigInteger, nullable=False, server_default="0", index=True),
    CheckConstraint("kind IN ('social_worker', 'social_entrepreneur')", name="kind"),
)

statements = Table(
    "statements",
    metadata,
    Column(
        "actor_id",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("role", String(10), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("domains", JSON, nullable=False),
    Column("publics", JSON, nullable=False),
    Column("expires", Date),
    CheckConstraint("role IN ('need', 'offer')", name="role"),
    Index("ix_statements_text_hash_role", "text_hash", "role"),
    Index("ix_statements_expires", "expires"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("model_id", String(200), primary_key=True),
    Column("role", String(10), primary_key=True),
    Column("text_hash", String(64), primary_key=True),
    Column("dimension", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("ix_vectors_text_hash_role", "text_hash", "role"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)

departures = Table(
    "departures",
    metadata,
    Column("identity", BigInteger, primary_key=True, autoincrement=False),
    Column("changed", BigInteger, nullable=False),
)
"""Who was erased: the hash of an id, and at which change."""

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("life", String(32), nullable=False),
    Column("restored_at", DateTime),
    Column("sending_confirmed", Boolean, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)
"""One row: a name drawn anew at each restore; when (UTC); whether mail may leave since."""
