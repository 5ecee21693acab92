"""Mails of more than one kind, and those that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell mails apart, and keep what was reported of those that did not arrive."""
    op.add_column(
        "outbox", sa.Column("kind", sa.String(20), nullable=False, server_default="digest")
    )
    op.create_table(
        "bounces",
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("hard", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "digest", name="pk_bounces"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actors.id"], name="fk_bounces_actor_id_actors", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_bounces_address", "bounces", ["address"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("bounces")
    op.drop_column("outbox", "kind")
