"""Batches that are asked over HTTP, and where their work stands."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = "'accepted', 'planning', 'sending', 'done', 'failed'"


def upgrade() -> None:
    """Create the table of batches."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("who", sa.String(240), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("departments", sa.JSON),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("report", sa.JSON),
        sa.Column("error", sa.JSON),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("who", "key", name="uq_batches_who_key"),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_batches_state")),
    )


def downgrade() -> None:
    """Forget them; runs and mails stay."""
    op.drop_table("batches")
