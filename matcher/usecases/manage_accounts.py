"""Say who may sign in on the pages: open, change, list and end accounts."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import Field
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.mailing.message import is_address
from matcher.scope import Role, Scope
from matcher.store import accounts
from matcher.store.accounts import StoredAccount
from matcher.usecases.answers import Answer
from matcher.usecases.read_departments import read_departments

ROLES = (Role.COORDINATOR, Role.ADMIN)
"""Roles that sign in: a portal has a key, a practitioner the links of its mails."""


class AccountCard(Answer):
    """An account; nothing of it opens anything."""

    id: str = Field(description="What the audit log calls it.")
    address: str
    role: str
    departments: list[str] = Field(description="INSEE codes, of a coordinator only.")
    created: datetime
    ended: datetime | None


def create_account(
    application: Application,
    address: str,
    role: Role,
    territories: Mapping[str, Sequence[str]],
    scope: Scope,
) -> AccountCard:
    """Let an address sign in; ``territories`` are what was typed, by level.

    An account that had ended is opened again, under the same id. Raises InvalidInput
    ``not-an-address``, ``account-exists``, and for the territories as a key does.
    """
    wanted, departments = read_address(address), _departments(application, role, territories)
    made = StoredAccount(_new_id(), wanted, role.value, departments, _seconds(application))
    try:
        with application.database.write() as connection:
            found = accounts.find_account(connection, wanted, alone=True)
            if found is None:
                accounts.add_account(connection, made)
            elif found.ended is None:
                raise InvalidInput("account-exists", pointer="address")
            else:
                accounts.change_account(connection, found.id, role.value, departments)
            return _noted(application, connection, wanted, scope, "account-create")
    except IntegrityError as error:  # another process was faster
        raise InvalidInput("account-exists", pointer="address") from error


def change_account(
    application: Application,
    address: str,
    role: Role,
    territories: Mapping[str, Sequence[str]],
    scope: Scope,
) -> AccountCard:
    """Give an account another role or other départements; whoever is signed in signs in anew.

    Raises NotFound ``unknown-account``, InvalidInput as :func:`create_account`.
    """
    wanted, departments = read_address(address), _departments(application, role, territories)
    with application.database.write() as connection:
        account = living_account(connection, wanted)
        accounts.change_account(connection, account.id, role.value, departments)
        return _noted(application, connection, wanted, scope, "account-change")


def show_accounts(application: Application) -> list[AccountCard]:
    """Every account that is still kept, the oldest first."""
    with application.database.read() as connection:
        return [_card(account) for account in accounts.list_accounts(connection)]


def end_account(application: Application, address: str, scope: Scope) -> AccountCard:
    """End an account: its sessions and links open nothing from the next request on.

    Raises NotFound ``unknown-account`` where none in use has this address.
    """
    wanted = read_address(address)
    with application.database.write() as connection:
        account = living_account(connection, wanted)
        accounts.end_account(connection, account.id, _seconds(application))
        return _noted(application, connection, wanted, scope, "account-end")


def living_account(connection: Connection, address: str) -> StoredAccount:
    """The account of an address (lower case); NotFound where there is none, or it has ended.

    In a transaction that writes: it stays as it is until that has ended.
    """
    account = accounts.find_account(connection, address, alone=True)
    if account is None or account.ended is not None:
        raise NotFound("unknown-account", pointer="address")
    return account


def read_address(text: str) -> str:
    """An address as accounts have it; raises InvalidInput ``not-an-address``."""
    address = text.strip().casefold()
    if not is_address(address):
        raise InvalidInput("not-an-address", pointer="address")
    return address


def _noted(
    application: Application, connection: Connection, address: str, scope: Scope, what: str
) -> AccountCard:
    """Write into the audit log what was done to an account, and show it as it is now."""
    account = accounts.find_account(connection, address)
    assert account is not None, "it was written in this transaction"
    told = {"account": account.id, "role": account.role, "departments": list(account.departments)}
    application.recorder.changed(connection, scope, what, **told)
    return _card(account)


def _departments(
    application: Application, role: Role, territories: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    departments = read_departments(application.referential, territories)
    if role not in ROLES:
        raise InvalidInput("account-role", pointer="role")
    if role is Role.COORDINATOR and not departments:
        raise InvalidInput("key-without-territory", pointer="department")
    if role is not Role.COORDINATOR and departments:
        raise InvalidInput("key-with-territory", pointer="department")
    return departments


def _new_id() -> str:
    return f"acc_{secrets.token_hex(5)}"


def _seconds(application: Application) -> int:
    return int(application.now().timestamp())


def _card(account: StoredAccount) -> AccountCard:
    return AccountCard(
        id=account.id,
        address=account.address,
        role=account.role,
        departments=[one.partition(":")[2] for one in account.departments],
        created=datetime.fromtimestamp(account.created, UTC),
        ended=None if account.ended is None else datetime.fromtimestamp(account.ended, UTC),
    )
