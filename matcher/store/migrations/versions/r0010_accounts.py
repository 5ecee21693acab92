"""Who signs in on the pages: accounts, the links that are mailed to them, their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables; nobody has an account yet."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("departments", sa.JSON, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("address", name="uq_accounts_address"),
        sa.CheckConstraint("role IN ('coordinator', 'admin')", name=op.f("ck_accounts_role")),
    )
    _create_of_account("sign_in_links", ("made", "until"), ("used",))
    _create_of_account("sessions", ("made", "seen"), ())


def _create_of_account(name: str, times: tuple[str, ...], maybe: tuple[str, ...]) -> None:
    """A table of digests that go with their account."""
    op.create_table(
        name,
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        *(sa.Column(time, sa.BigInteger, nullable=False) for time in times),
        *(sa.Column(time, sa.BigInteger) for time in maybe),
        sa.PrimaryKeyConstraint("digest", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=f"fk_{name}_account_id_accounts",
            ondelete="CASCADE",
        ),
    )
    op.create_index(f"ix_{name}_account_id", name, ["account_id"])


def downgrade() -> None:
    """Forget who signs in, which signs everybody out; keys of the interface stay."""
    for table in ("sessions", "sign_in_links", "accounts"):
        op.drop_table(table)
