"""The tables of who signs in on the pages: accounts, links that were mailed, sessions.

Times are seconds since 1970, UTC. Of a link and of a session only the SHA-256 is stored: whoever
reads the database, or a backup of it, can sign in with neither.
"""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, String, Table, Text

from matcher.store.metadata import shared

accounts = Table(
    "accounts",
    shared,
    Column("id", String(40), primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("departments", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("ended", BigInteger),
    CheckConstraint("role IN ('coordinator', 'admin')", name="role"),
)
"""Who may sign in: ``address`` in lower case, one account each; ``ended`` opens nothing."""

sign_in_links = Table(
    "sign_in_links",
    shared,
    Column("digest", String(64), primary_key=True),
    Column(
        "account_id",
        String(40),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("made", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("used", BigInteger),
)
"""Links that sign in once; ``used`` is when one was, or was put out of use."""

sessions = Table(
    "sessions",
    shared,
    Column("digest", String(64), primary_key=True),
    Column(
        "account_id",
        String(40),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)
"""Who is signed in; a row that is deleted opens nothing from then on, in any process."""
