"""When each actor last changed, and who left: what an index needs to follow the store."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count what is stored already as changed at the beginning."""
    with op.batch_alter_table("actors") as actors:
        actors.add_column(sa.Column("changed", sa.BigInteger, nullable=False, server_default="0"))
        actors.create_index("ix_actors_changed", ["changed"])
    op.create_index("ix_statements_expires", "statements", ["expires"])
    op.create_table(
        "departures",
        sa.Column("identity", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("identity", name="pk_departures"),
    )


def downgrade() -> None:
    """Forget when what changed; nothing that anybody said is lost."""
    op.drop_table("departures")
    op.drop_index("ix_statements_expires", "statements")
    with op.batch_alter_table("actors") as actors:
        actors.drop_index("ix_actors_changed")
        actors.drop_column("changed")
