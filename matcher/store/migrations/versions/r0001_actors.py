"""Actors, their statements, cached vectors and the change sequence."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    _create_actors()
    _create_statements()
    op.create_table(
        "vectors",
        sa.Column("model_id", sa.String(200), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("model_id", "role", "text_hash", name="pk_vectors"),
    )
    op.create_index("ix_vectors_text_hash_role", "vectors", ["text_hash", "role"])
    changes = op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.CheckConstraint("id = 1", name=op.f("ck_changes_single_row")),
    )
    op.bulk_insert(changes, [{"id": 1, "sequence": 0}])


def _create_actors() -> None:
    op.create_table(
        "actors",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organization", sa.Text),
        sa.Column("structure_type", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("commune", sa.String(20)),
        sa.Column("zone", sa.JSON, nullable=False),
        sa.Column("radius_km", sa.Float),
        sa.Column("domains", sa.JSON, nullable=False),
        sa.Column("publics", sa.JSON, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("capacity_per_month", sa.Integer),
        sa.Column("consent_email", sa.Boolean, nullable=False),
        sa.Column("profiling", sa.Boolean, nullable=False),
        sa.Column("known", sa.JSON, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("updated", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_actors"),
        sa.CheckConstraint(
            "kind IN ('social_worker', 'social_entrepreneur')", name=op.f("ck_actors_kind")
        ),
    )


def _create_statements() -> None:
    op.create_table(
        "statements",
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("domains", sa.JSON, nullable=False),
        sa.Column("publics", sa.JSON, nullable=False),
        sa.Column("expires", sa.Date),
        sa.PrimaryKeyConstraint("actor_id", "role", "position", name="pk_statements"),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["actors.id"],
            name="fk_statements_actor_id_actors",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("role IN ('need', 'offer')", name=op.f("ck_statements_role")),
    )
    op.create_index("ix_statements_text_hash_role", "statements", ["text_hash", "role"])


def downgrade() -> None:
    """Drop everything: what was stored is lost."""
    for table in ("changes", "vectors", "statements", "actors"):
        op.drop_table(table)
