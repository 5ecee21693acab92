"""Bring the database's schema to the one this version needs."""

from dataclasses import dataclass

from matcher.store.database import migrate


@dataclass(frozen=True, slots=True)
class Migration:
    """The revision before and after; ``before`` is ``None`` for a database that was empty."""

    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Tell whether anything had to be done."""
        return self.before != self.after


def migrate_database(url: str) -> Migration:
    """Migrate the database at ``url``, creating it where it is an absent SQLite file.

    Raises :class:`matcher.errors.NotReady` when it cannot be used or is newer than we are.
    """
    return Migration(*migrate(url))
