"""Keep a copy of the ledger beside the database, for the day a backup is restored."""

from collections.abc import Iterable

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.store.erasures import load_ledger, read_ledger, save_ledger, without_words


def keep_ledger(
    application: Application, connection: Connection, *, taken_back: Iterable[str] = ()
) -> None:
    """Write the copy of the ledger, with what it alone knew, before the change is committed.

    ``taken_back`` are refusals that nobody has any more.
    """
    file = application.settings.ledger_file
    known = load_ledger(file) | read_ledger(connection)
    save_ledger(without_words(known, taken_back), file)
