"""Hear a person say that it wants our mails: a consent, which also ends a refusal."""

from dataclasses import replace

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Role, Scope
from matcher.store.actors import find_actor, save_actors
from matcher.store.changes import next_change
from matcher.store.oppositions import hear
from matcher.usecases.keep_ledger import keep_ledger
from matcher.usecases.seeing import Sight, unknown_actor


def accept_mails(application: Application, actor_id: str, scope: Scope) -> None:
    """Write to somebody from now on; only the person itself can say so.

    Raises NotFound ``unknown-actor`` for anybody else, and InvalidInput ``no-address`` where
    there is nowhere to write to.
    """
    if scope.role is not Role.PRACTITIONER:
        raise unknown_actor(actor_id)
    Sight(application, scope).actor(actor_id)
    with application.database.write() as connection:
        next_change(connection)  # before looking: whoever writes next waits until this is done
        stored = find_actor(connection, actor_id)
        if stored is None:
            raise unknown_actor(actor_id)
        if not stored.email:
            raise InvalidInput("no-address", pointer="email")
        willing = replace(stored, consent_email=True)
        taken_back = hear(connection, willing, stored, today=application.today())
        keep_ledger(application, connection, taken_back=taken_back)
        save_actors(connection, [willing], today=application.today())
