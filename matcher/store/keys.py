"""Keys of the interface as they are stored: never whole, only what proves them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from matcher.store.tables import access_keys, secrets


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key: ``id`` is its beginning, which may be shown; ``digest`` the SHA-256 of the whole."""

    id: str
    digest: str
    role: str
    departments: tuple[str, ...]
    label: str
    created: datetime
    revoked: datetime | None = None


def add_key(connection: Connection, key: StoredKey) -> None:
    """Store a new key."""
    row = asdict(key) | {"departments": list(key.departments)}
    connection.execute(insert(access_keys), row)


def find_key(connection: Connection, key_id: str) -> StoredKey | None:
    """Read one key, revoked or not."""
    asked = select(access_keys).where(access_keys.c.id == key_id)
    row = connection.execute(asked).mappings().first()
    return _key(row) if row else None


def list_keys(connection: Connection) -> Sequence[StoredKey]:
    """Every key there ever was, the oldest first."""
    ordered = select(access_keys).order_by(access_keys.c.created, access_keys.c.id)
    return [_key(row) for row in connection.execute(ordered).mappings()]


def revoke_key(connection: Connection, key_id: str, now: datetime) -> bool:
    """End a key; False where there is none, or it has ended already."""
    living = (access_keys.c.id == key_id) & access_keys.c.revoked.is_(None)
    return bool(connection.execute(update(access_keys).where(living).values(revoked=now)).rowcount)


def find_secret(connection: Connection, purpose: str) -> bytes | None:
    """Read what links of one purpose are signed with."""
    value = connection.execute(
        select(secrets.c.value).where(secrets.c.purpose == purpose)
    ).scalar_one_or_none()
    return None if value is None else bytes(value)


def add_secret(connection: Connection, purpose: str, value: bytes, now: datetime) -> None:
    """Store what links of one purpose are signed with."""
    connection.execute(insert(secrets).values(purpose=purpose, value=value, created=now))


def _key(row: RowMapping) -> StoredKey:
    values = dict(row) | {"departments": tuple(row["departments"])}
    values |= {name: _aware(row[name]) for name in ("created", "revoked")}
    return StoredKey(**values)


def _aware(moment: datetime | None) -> datetime | None:
    """SQLite gives back no time zone; what we write is UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
