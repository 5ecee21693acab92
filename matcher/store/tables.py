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
    String,
    Table,
    Text,
)

from matcher.store import account_tables, desk_tables, mail_tables  # noqa: F401 - tables of the store too
from matcher.store.metadata import shared

metadata = shared

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
    Column("last_contact", Date),
    Column("changed", BigInteger, nullable=False, server_default="0", index=True),
    Column("departments", Text, nullable=False, server_default=" "),
    CheckConstraint("kind IN ('social_worker', 'social_entrepreneur')", name="kind"),
)

names = Table(
    "names",
    metadata,
    Column(
        "actor_id",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("said", Text, nullable=False),
    Column("departments", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""By what actors are looked up: the plain words of name and organisation, and where they belong.

A few dozen bytes an actor, read from end to end: reading everybody's profile takes a second.
"""

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

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("role", String(20), nullable=False),
    Column("departments", JSON, nullable=False),
    Column("label", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("revoked", DateTime(timezone=True)),
    CheckConstraint("role IN ('portal', 'coordinator', 'admin')", name="role"),
)
"""Keys of the interface: their beginning, which may be shown, and the SHA-256 of the whole."""

secrets = Table(
    "secrets",
    metadata,
    Column("purpose", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
)
"""What links are signed with, unless the environment gives it."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("who", String(240), nullable=False),
    Column("what", String(60), nullable=False),
    Column("count", Integer, nullable=False),
    Column("details", JSON, nullable=False),
)

audit_actors = Table(
    "audit_actors",
    metadata,
    Column("entry", Integer, ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", String(200), primary_key=True, index=True),
)
"""Whom an entry of the audit log is about."""

feedback = Table(
    "feedback",
    metadata,
    Column("one", String(200), ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "other",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("by", String(240), primary_key=True),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("verdict IN ('accepted', 'declined', 'known', 'note')", name="verdict"),
)
"""What somebody said of a pair; ``one`` sorts before ``other``."""

origins = Table(
    "origins",
    metadata,
    Column(
        "actor_id",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("file", String(300), primary_key=True),
    Column("source", Text),
    Column("imported", Date, nullable=False),
    Column("fields", JSON, nullable=False),
)
"""Which file last gave which fields of an actor, and when: each field is in one row."""

oppositions = Table(
    "oppositions",
    metadata,
    Column(
        "actor_id",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("against", String(20), primary_key=True),
    Column("since", Date, nullable=False),
    CheckConstraint("against IN ('profiling', 'mail')", name="against"),
)
"""What a person refused; no file ever undoes it."""

erasure_keys = Table(
    "erasure_keys",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
"""Keys of the hashes in ``erasures``: one, or more where ledgers were merged."""

erasures = Table(
    "erasures",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("erased", Date, nullable=False),
)
"""Who must not come back: keyed hashes of ids and e-mail addresses."""

generation = Table(
    "generation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("model", Text),
    CheckConstraint("id = 1", name="single_row"),
)
"""One row: the model that everybody matches with, NULL for that of each process's settings."""
