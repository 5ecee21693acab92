"""Make, list and end the keys of the interface, and sign links for practitioners."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from matcher.access.gate import utc_now
from matcher.access.keys import digest_of, id_of, make_key
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.keys import StoredKey, add_key, list_keys, revoke_key
from matcher.usecases.answers import Answer
from matcher.usecases.read_departments import read_departments
from matcher.usecases.seeing import Sight

LONGEST_LINK = timedelta(days=365)


class KeyCard(Answer):
    """A key, without what opens."""

    id: str = Field(description="The beginning of the key, which may be shown.")
    role: str
    departments: list[str] = Field(description="INSEE codes, of a coordinator only.")
    label: str
    created: datetime
    revoked: datetime | None


class NewKey(KeyCard):
    """A key at the only moment when it is known whole."""

    key: str


def create_key(
    application: Application,
    role: Role,
    territories: Mapping[str, Sequence[str]],
    label: str,
    scope: Scope,
) -> NewKey:
    """Make a key; ``territories`` are what was typed, by level, and belong to a coordinator.

    An EPCI stands for every département that it touches, a région for all of its own.
    """
    departments = read_departments(application.referential, territories)
    if role is Role.COORDINATOR and not departments:
        raise InvalidInput("key-without-territory", pointer="department")
    if role is not Role.COORDINATOR and departments:
        raise InvalidInput("key-with-territory", pointer="department")
    key = make_key()
    stored = StoredKey(
        str(id_of(key)), digest_of(key), role.value, departments, label[:200], utc_now()
    )
    with application.database.write() as connection:
        add_key(connection, stored)
        application.recorder.changed(
            connection, scope, "key-create", key=stored.id, role=role.value
        )
    return NewKey(**_card(stored).model_dump(), key=key)


def show_keys(application: Application) -> list[KeyCard]:
    """Every key there ever was, the oldest first."""
    with application.database.read() as connection:
        return [_card(key) for key in list_keys(connection)]


def end_key(application: Application, key_id: str, scope: Scope) -> None:
    """End a key, in every process within half a second; NotFound where none in use has this id."""
    with application.database.write() as connection:
        if not revoke_key(connection, key_id, utc_now()):
            raise NotFound("unknown-key", pointer="key_id")
        application.recorder.changed(connection, scope, "key-revoke", key=key_id)


def sign_for(application: Application, actor_id: str, days: int, scope: Scope) -> tuple[str, str]:
    """The token of a practitioner's link, and the last day on which it opens."""
    Sight(application, scope).actor(actor_id)
    until = utc_now() + min(timedelta(days=days), LONGEST_LINK)
    with application.database.write() as connection:
        application.recorder.changed(connection, scope, "link", [actor_id], until=until.isoformat())
    return application.gate.link(actor_id, until), until.date().isoformat()


def _card(key: StoredKey) -> KeyCard:
    codes = [department.partition(":")[2] for department in key.departments]
    return KeyCard(
        id=key.id,
        role=key.role,
        departments=codes,
        label=key.label,
        created=key.created,
        revoked=key.revoked,
    )
