"""What is suggested to whom, and the mails that say so."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = "'queued', 'sending', 'sent', 'held', 'failed', 'skipped', 'bounced'"


def upgrade() -> None:
    """Create runs, the suggestions they chose, and the outbox."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("territory", sa.String(60)),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("planned", sa.BigInteger, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "suggestions",
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("one", sa.String(200), nullable=False),
        sa.Column("other", sa.String(200), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "one", "other", name="pk_suggestions"),
        _follows("run_id", "runs", "suggestions"),
        _follows("one", "actors", "suggestions"),
        _follows("other", "actors", "suggestions"),
    )
    op.create_index("ix_suggestions_other", "suggestions", ["other"])
    op.create_index("ix_suggestions_one_other", "suggestions", ["one", "other"])
    _create_outbox()


def downgrade() -> None:
    """Forget what was suggested and sent."""
    for name in ("outbox", "suggestions", "runs"):
        op.drop_table(name)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("message_id", sa.String(120), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("mail", sa.LargeBinary),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(60)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_attempt", sa.BigInteger),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("lease", sa.String(40)),
        sa.Column("leased_until", sa.BigInteger, nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.UniqueConstraint("run_id", "actor_id", name="uq_outbox_run_id_actor_id"),
        _follows("run_id", "runs", "outbox"),
        _follows("actor_id", "actors", "outbox"),
    )
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])
    op.create_index("ix_outbox_domain_changed", "outbox", ["domain", "changed"])


def _follows(column: str, table: str, where: str) -> sa.ForeignKeyConstraint:
    """What goes when what it belongs to goes."""
    name = f"fk_{where}_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")
