"""Tables of the coordinators' desk: files that are being checked, named settings of the score."""

from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, String, Table

from matcher.store.metadata import shared

staged_imports = Table(
    "staged_imports",
    shared,
    Column("digest", String(64), primary_key=True),
    Column("who", String(240), nullable=False, index=True),
    Column("made", BigInteger, nullable=False, index=True),
    Column("file", String(300), nullable=False),
    Column("content", LargeBinary),
    Column("amendments", JSON, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("outcome", JSON(none_as_null=True)),
)
"""Files that somebody sent and has not confirmed: under the SHA-256 of what the page knows them by.

Times are seconds since 1970, UTC. Once a file is imported only the counts of its outcome stay.
"""

weight_profiles = Table(
    "weight_profiles",
    shared,
    Column("name", String(80), primary_key=True),
    Column("weights", JSON, nullable=False),
    Column("departments", JSON(none_as_null=True)),
    Column("created", BigInteger, nullable=False),
)
"""Named settings of the score: the weights that differ from the usual ones, and whose they are."""
