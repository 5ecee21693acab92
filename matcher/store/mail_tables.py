"""Tables of mail: what was planned, what leaves, what came back, and who asked for it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from matcher.store.metadata import shared as metadata

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("territory", String(60)),
    Column("month", Date, nullable=False),
    Column("planned", BigInteger, nullable=False),
    Column("report", JSON, nullable=False),
)
"""Batches of suggestions: whose territory, for which month, planned when (seconds, UTC)."""

suggestions = Table(
    "suggestions",
    metadata,
    Column("run_id", String(40), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("one", String(200), ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "other",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("score", Float, nullable=False),
    Index("ix_suggestions_one_other", "one", "other"),
)
"""Pairs that a run chose; ``one`` sorts before ``other``."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", String(40), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("actor_id", String(200), ForeignKey("actors.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False, server_default="digest"),
    Column("message_id", String(120), nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("domain", String(255), nullable=False),
    Column("mail", LargeBinary),
    Column("state", String(10), nullable=False),
    Column("reason", String(60)),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt", BigInteger),
    Column("due", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("lease", String(40)),
    Column("leased_until", BigInteger, nullable=False),
    CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'held', 'failed', 'skipped', 'bounced')",
        name="state",
    ),
    UniqueConstraint("run_id", "actor_id"),
    Index("ix_outbox_state_due", "state", "due"),
    Index("ix_outbox_domain_changed", "domain", "changed"),
)
"""One mail a run and recipient. Times are seconds since 1970, UTC."""

bounces = Table(
    "bounces",
    metadata,
    Column(
        "actor_id",
        String(200),
        ForeignKey("actors.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("digest", String(64), primary_key=True),
    Column("address", Text, nullable=False, index=True),
    Column("hard", Boolean, nullable=False),
    Column("status", String(12), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Mails that came back: to whom and where, with the SHA-256 of the report that said so."""

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("who", String(240), nullable=False),
    Column("key", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    Column("departments", JSON(none_as_null=True)),
    Column("state", String(10), nullable=False),
    Column("run_id", String(40), nullable=False),
    Column("report", JSON(none_as_null=True)),
    Column("error", JSON(none_as_null=True)),
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    CheckConstraint("state IN ('accepted', 'planning', 'sending', 'done', 'failed')", name="state"),
    UniqueConstraint("who", "key"),
)
"""Batches asked over HTTP: by which key of the interface, under which Idempotency-Key (hashed)."""
