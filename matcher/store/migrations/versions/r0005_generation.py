"""Which model everybody matches with: it is changed for all processes at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave it to the settings of each process, as before."""
    generation = op.create_table(
        "generation",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("model", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_generation"),
        sa.CheckConstraint("id = 1", name=op.f("ck_generation_single_row")),
    )
    op.bulk_insert(generation, [{"id": 1, "model": None}])


def downgrade() -> None:
    """Leave it to the settings again."""
    op.drop_table("generation")
