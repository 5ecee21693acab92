"""Write somebody who was not there yet, under an id that is made of what it is called and where."""

from collections.abc import Mapping
from dataclasses import replace

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput
from matcher.scope import Role, Scope
from matcher.store.actors import find_actor, save_actors
from matcher.store.changes import next_change
from matcher.store.erasures import erased_among
from matcher.store.importers.admitting import second_id
from matcher.usecases.change_actor import admitted
from matcher.usecases.seeing import Sight, unknown_actor

WRITERS = frozenset({Role.ADMIN, Role.COORDINATOR})


def create_actor(application: Application, values: Mapping[str, object], scope: Scope) -> Actor:
    """Store a new actor from the fields of an actor file, in the départements of ``scope``.

    An ``id`` among the fields is not read. Raises InvalidInput for the first field that is wrong,
    ``already-there`` where an actor in sight has the same side, name and place.
    """
    if scope.role not in WRITERS:
        raise unknown_actor("")
    told = {name: value for name, value in values.items() if name != "id"}
    actor = _renamed(application, admitted(application, told, scope), scope)
    with application.database.write(scope.departments) as connection:
        next_change(connection)  # whoever writes next waits until this is done
        if find_actor(connection, actor.id, scope.departments) is not None:
            raise InvalidInput("already-there", pointer="name")
        if erased_among(connection, [actor]):
            raise InvalidInput("erased", pointer="email")
        save_actors(connection, [actor], today=application.today())
        application.recorder.changed(connection, scope, "create", [actor.id])
    return Sight(application, scope).actor(actor.id)


def _renamed(application: Application, actor: Actor, scope: Scope) -> Actor:
    """The actor with another id where somebody out of sight bears the usual one."""
    with application.database.read() as connection:
        taken = find_actor(connection, actor.id)
        hidden = taken is not None and find_actor(connection, actor.id, scope.departments) is None
    return replace(actor, id=second_id(actor.id)) if hidden else actor
