"""Who may ask (keys), whom they may see (départements), what they did (audit), what came of it."""

import sqlalchemy as sa
from alembic import op

from matcher.territory import load_referential
from matcher.territory.belonging import departments_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
GUARDED = {
    "actors": "string_to_array(btrim(departments), ' ') && string_to_array({asked}, ',')",
    "statements": "EXISTS (SELECT 1 FROM actors WHERE actors.id = statements.actor_id)",
}
SETTLED_TOGETHER = (
    "UPDATE actors SET departments = told.theirs"
    " FROM unnest(CAST(:whose AS text[]), CAST(:theirs AS text[])) AS told (whose, theirs)"
    " WHERE actors.id = told.whose"
)
ASKED = "current_setting('synergies.departments', true)"


def upgrade() -> None:
    """Add what access needs; say of everybody stored already where it belongs."""
    column = sa.Column("departments", sa.Text, nullable=False, server_default=" ")
    op.add_column("actors", column)
    _fill_departments()
    _create_keys()
    _create_audit()
    _create_feedback()
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _fill_departments() -> None:
    connection, referential = op.get_bind(), load_referential()
    actors = sa.table(
        "actors",
        sa.column("id", sa.String),
        sa.column("commune", sa.String),
        sa.column("zone", sa.JSON),
        sa.column("departments", sa.Text),
    )
    settled = (
        sa.update(actors)
        .where(actors.c.id == sa.bindparam("whose"))
        .values(departments=sa.bindparam("theirs"))
    )
    together = connection.dialect.name == "postgresql"
    last: str | None = None
    while True:
        asked = sa.select(actors.c.id, actors.c.commune, actors.c.zone).order_by(actors.c.id)
        if last is not None:
            asked = asked.where(actors.c.id > last)
        some = connection.execute(asked.limit(AT_ONCE)).all()
        if not some:
            return
        last = some[-1].id
        found = [(row.id, departments_of(row.commune, row.zone, referential)) for row in some]
        rows = [{"whose": name, "theirs": f" {' '.join(theirs)} "} for name, theirs in found]
        if together:  # the table stays locked until the end: one order for all of them
            columns = {column: [row[column] for row in rows] for column in ("whose", "theirs")}
            connection.execute(sa.text(SETTLED_TOGETHER), columns)
        else:
            connection.execute(settled, rows)


def _create_keys() -> None:
    op.create_table(
        "access_keys",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("departments", sa.JSON, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_access_keys"),
        sa.CheckConstraint(
            "role IN ('portal', 'coordinator', 'admin')", name=op.f("ck_access_keys_role")
        ),
    )
    op.create_table(
        "secrets",
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_secrets"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(240), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "audit_actors",
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("entry", "actor_id", name="pk_audit_actors"),
        sa.ForeignKeyConstraint(
            ["entry"], ["audit.id"], name="fk_audit_actors_entry_audit", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_audit_actors_actor_id", "audit_actors", ["actor_id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("one", sa.String(200), nullable=False),
        sa.Column("other", sa.String(200), nullable=False),
        sa.Column("by", sa.String(240), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", "by", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["one"], ["actors.id"], name="fk_feedback_one_actors", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["actors.id"], name="fk_feedback_other_actors", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'declined', 'known', 'note')", name=op.f("ck_feedback_verdict")
        ),
    )
    op.create_index("ix_feedback_other", "feedback", ["other"])


def _guard_rows() -> None:
    """Where a transaction says whose départements it reads for, others' rows are not there.

    FORCE: the application usually owns its tables, and an owner is not held otherwise.
    """
    for table, belongs in GUARDED.items():
        open_to_all = f"coalesce({ASKED}, '') = ''"
        rule = f"{open_to_all} OR {belongs.format(asked=ASKED)}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY departments ON {table} USING ({rule}) WITH CHECK ({rule})")


def downgrade() -> None:
    """Forget keys, audit and feedback; nothing that anybody said of itself is lost."""
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(f"DROP POLICY departments ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in ("feedback", "audit_actors", "audit", "secrets", "access_keys"):
        op.drop_table(table)
    op.drop_column("actors", "departments")
