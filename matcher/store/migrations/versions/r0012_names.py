"""What actors are called, apart from their profiles: to be searched from end to end at once."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
ASKED = "current_setting('synergies.departments', true)"


def upgrade() -> None:
    """Create the table and say of everybody stored already what it is called."""
    op.create_table(
        "names",
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("departments", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", name="pk_names"),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actors.id"], name="fk_names_actor_id_actors", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _fill() -> None:
    connection = op.get_bind()
    names = sa.table("names", *(sa.column(one) for one in ("actor_id", "said", "departments")))
    columns = ("id", "name", "organization", "departments")
    actors = sa.table("actors", *(sa.column(one, sa.String) for one in columns))
    asked = sa.select(actors).order_by(actors.c.id).limit(AT_ONCE)
    some = connection.execute(asked).all()
    while some:
        rows = [
            {
                "actor_id": row.id,
                "said": _said_words(row.name, row.organization),
                "departments": row.departments,
            }
            for row in some
        ]
        connection.execute(sa.insert(names), rows)
        some = connection.execute(asked.where(actors.c.id > some[-1].id)).all()


def _said_words(name: str, organization: str | None) -> str:
    """As names were searched when this revision was written, whatever they are searched by now."""
    spelled = f"{name} {organization or ''}".casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", spelled)
    kept = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in kept).split())


def _guard_rows() -> None:
    """As for actors: where a transaction says for whom it reads, others' names are not there.

    What it says is read once, and not once a row: everybody's name is looked at.
    """
    told = f"(SELECT string_to_array({ASKED}, ','))"
    open_to_all = f"(SELECT coalesce({ASKED}, '') = '')"
    rule = f"{open_to_all} OR string_to_array(btrim(departments), ' ') && {told}"
    op.execute("ALTER TABLE names ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE names FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY departments ON names USING ({rule}) WITH CHECK ({rule})")


def downgrade() -> None:
    """Forget the table: all of it is in the profiles."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY departments ON names")
    op.drop_table("names")
