"""One after another: what is looked at stays so until the transaction that looked has ended."""

from hashlib import blake2b

from sqlalchemy import Connection


def wait_turn(connection: Connection, what: str) -> None:
    """Wait until no other transaction has a turn at ``what``, then have it until the end of ours.

    For what no row stands for that could be locked: a row that is not there yet, or a sum over
    many. On SQLite every transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        named = blake2b(what.encode(), digest_size=8).digest()
        number = int.from_bytes(named, "big", signed=True)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")
