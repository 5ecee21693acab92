"""Accounts of the pages as they are stored: an address, a role, and whom it may see."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from matcher.store.account_tables import accounts, sessions, sign_in_links


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """One account: ``address`` in lower case, ``departments`` typed, times in seconds (UTC)."""

    id: str
    address: str
    role: str
    departments: tuple[str, ...]
    created: int
    ended: int | None = None


def add_account(connection: Connection, account: StoredAccount) -> None:
    """Store a new account; raises IntegrityError where the address has one."""
    row = asdict(account) | {"departments": list(account.departments)}
    connection.execute(insert(accounts), row)


def find_account(
    connection: Connection, address: str, *, alone: bool = False
) -> StoredAccount | None:
    """Read the account of an address (lower case), ended or not.

    ``alone``: nobody else changes it until the transaction ends.
    """
    asked = select(accounts).where(accounts.c.address == address)
    if alone:
        asked = asked.with_for_update()
    row = connection.execute(asked).mappings().first()
    return account_of(row) if row else None


def list_accounts(connection: Connection) -> Sequence[StoredAccount]:
    """Every account, the oldest first."""
    ordered = select(accounts).order_by(accounts.c.created, accounts.c.id)
    return [account_of(row) for row in connection.execute(ordered).mappings()]


def change_account(
    connection: Connection, account_id: str, role: str, departments: Sequence[str]
) -> None:
    """Give an account another role and opens it again if it had ended; it signs in anew."""
    changed = {"role": role, "departments": list(departments), "ended": None}
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(changed))
    sign_out_everywhere(connection, account_id)


def end_account(connection: Connection, account_id: str, now: int) -> bool:
    """End an account with its sessions and links; False where it has ended already."""
    living = (accounts.c.id == account_id) & accounts.c.ended.is_(None)
    ended = connection.execute(update(accounts).where(living).values(ended=now)).rowcount
    sign_out_everywhere(connection, account_id)
    return bool(ended)


def sign_out_everywhere(connection: Connection, account_id: str | None = None) -> None:
    """Delete the sessions and links of an account, or of all of them."""
    for table in (sessions, sign_in_links):
        gone = delete(table)
        if account_id is not None:
            gone = gone.where(table.c.account_id == account_id)
        connection.execute(gone)


def ended_before(moment: int) -> ColumnElement[bool]:
    """Accounts that ended before a moment, in seconds."""
    return accounts.c.ended < moment


def forget_accounts(connection: Connection, *, before: int) -> int:
    """Delete accounts that ended before a moment, in seconds; gives how many."""
    return connection.execute(delete(accounts).where(ended_before(before))).rowcount


def account_of(row: RowMapping) -> StoredAccount:
    """The account in a row that has at least the columns of accounts."""
    values = {column.name: row[column.name] for column in accounts.columns}
    return StoredAccount(**values | {"departments": tuple(row["departments"])})
