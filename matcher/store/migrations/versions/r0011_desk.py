"""Files that wait to be confirmed, and named settings of the score."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the two tables of the desk."""
    op.create_table(
        "staged_imports",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("who", sa.String(240), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("amendments", sa.JSON, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("outcome", sa.JSON),
        sa.PrimaryKeyConstraint("digest", name="pk_staged_imports"),
    )
    for column in ("who", "made"):
        op.create_index(f"ix_staged_imports_{column}", "staged_imports", [column])
    op.create_table(
        "weight_profiles",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("weights", sa.JSON, nullable=False),
        sa.Column("departments", sa.JSON),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_weight_profiles"),
    )


def downgrade() -> None:
    """Forget files that wait and named settings."""
    for table in ("weight_profiles", "staged_imports"):
        op.drop_table(table)
