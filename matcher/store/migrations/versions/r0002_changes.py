"""When each actor last changed, and who left: what an index needs to follow the store."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count what is stored already as changed at the beginning."""
    column = sa.Column("changed", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("actors", column)
    op.create_index("ix_actors_changed", "actors", ["changed"])
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
    # In place: a table of actors that is made anew takes everybody's statements with the old one.
    op.drop_index("ix_actors_changed", "actors")
    op.drop_column("actors", "changed")
