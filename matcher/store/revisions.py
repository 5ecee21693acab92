"""The schema's revisions: which one a database has, and how to bring it to ours."""

import re
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from matcher.errors import NotReady

OF_OURS = re.compile("no such (?!file)")
"""SQLite's words for a table or a column that is not there; a socket that is gone is no mistake."""
NOT_A_DATABASE = ("file is not a database", "malformed", "file is encrypted")


def check(connection: Connection) -> None:
    """Raise :class:`NotReady` unless the schema is the one this version was written for."""
    found = current(connection)
    expected = newest()
    if found == expected:
        return
    if found is not None and found not in known():
        raise NotReady("database-newer", revision=found, expected=expected)
    if found is None and _holds_something_else(connection):
        raise NotReady("database-foreign")
    raise NotReady(
        "database-outdated", revision=found, expected=expected, command="synergies migrate"
    )


def upgrade(connection: Connection) -> tuple[str | None, str]:
    """Run the missing migrations in the connection's transaction; gives old and new revision."""
    old = current(connection)
    if old is not None and old not in known():
        raise NotReady("database-newer", revision=old, expected=newest())
    if old is None and _holds_something_else(connection):
        raise NotReady("database-foreign")
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return old, newest()


def configuration() -> Config:
    """Alembic's configuration, made here so that an installed wheel needs no .ini file."""
    config = Config()
    folder = str(files("matcher.store") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def current(connection: Connection) -> str | None:
    """Give the revision the database is at, ``None`` for one that was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Give the revision this version of Synergies was written for."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None, "the package holds no migration"
    return head


def known() -> frozenset[str]:
    """List every revision this version has heard of."""
    script = ScriptDirectory.from_config(configuration())
    return frozenset(revision.revision for revision in script.walk_revisions())


def is_connection_trouble(error: DBAPIError) -> bool:
    """Tell whether the database cannot be reached or is not one, rather than a mistake of ours."""
    words = str(error.orig).casefold()
    if any(sign in words for sign in NOT_A_DATABASE):
        return True
    return isinstance(error, OperationalError | InterfaceError) and not OF_OURS.search(words)


def is_empty(connection: Connection) -> bool:
    """Tell whether nothing was ever created in this database."""
    return not inspect(connection).get_table_names()


def _holds_something_else(connection: Connection) -> bool:
    return bool(set(inspect(connection).get_table_names()) - {"alembic_version"})
