"""Which life of the store this is: a restored one is another, and sends nothing unasked."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin the first life."""
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("life", sa.String(32), nullable=False),
        sa.Column("restored_at", sa.DateTime),
        sa.Column("sending_confirmed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single_row")),
    )
    first = {"id": 1, "life": secrets.token_hex(8), "restored_at": None, "sending_confirmed": True}
    op.bulk_insert(installation, [first])


def downgrade() -> None:
    """Forget which life it is: an index on disk is made anew."""
    op.drop_table("installation")
