"""Where each field comes from, who refused what, and keyed hashes of those who were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty: where earlier fields come from is told by ``actors.source``."""
    op.add_column("actors", sa.Column("last_contact", sa.Date))
    op.create_table(
        "origins",
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("imported", sa.Date, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "file", name="pk_origins"),
        _of_an_actor("origins"),
    )
    op.create_table(
        "oppositions",
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("against", sa.String(20), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "against", name="pk_oppositions"),
        _of_an_actor("oppositions"),
        sa.CheckConstraint("against IN ('profiling', 'mail')", name=op.f("ck_oppositions_against")),
    )
    op.create_table(
        "erasure_keys",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_erasure_keys"),
    )
    op.create_table(
        "erasures",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("erased", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_erasures"),
    )


def downgrade() -> None:
    """Forget all of it: the ledger beside the database brings back what it knows."""
    for table in ("erasures", "erasure_keys", "oppositions", "origins"):
        op.drop_table(table)
    op.drop_column("actors", "last_contact")


def _of_an_actor(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["actor_id"], ["actors.id"], name=f"fk_{table}_actor_id_actors", ondelete="CASCADE"
    )
