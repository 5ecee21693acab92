"""Write the whole profile of one actor: by itself, by its coordinator, by an administrator."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.actors import find_actor, save_actors
from matcher.store.changes import next_change
from matcher.store.erasures import erased_among
from matcher.store.importers.admitting import Admission
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused
from matcher.store.importers.rows import Terms, read_actor
from matcher.store.oppositions import hear
from matcher.store.origins import changed_fields, forget_origins
from matcher.usecases.edit_profile import profile_values, version_of
from matcher.usecases.keep_ledger import keep_ledger
from matcher.usecases.seeing import Sight, unknown_actor


def change_actor(
    application: Application,
    actor_id: str,
    values: Mapping[str, object],
    scope: Scope,
    seen: str | None = None,
) -> tuple[Actor, bool]:
    """Replace an actor by ``values``, the fields of an actor file; gives it, and whether it is new.

    Only an administrator creates one: for others, an id that names nobody in sight is NotFound.
    An objection to profiling is undone by the actor itself alone. ``seen`` is the version that the
    caller has corrected (:func:`~matcher.usecases.edit_profile.version_of`), where it has seen
    one. Raises InvalidInput for the first field that is wrong, and ``changed-meanwhile`` where
    something else is stored by now.
    """
    stored = _stored(application, actor_id, scope)
    if values.get("id") not in {None, actor_id}:
        raise InvalidInput("id-of-another", pointer="id")
    actor = admitted(application, {**values, "id": actor_id}, scope)
    with application.database.write(scope.departments) as connection:
        next_change(connection)  # before looking: whoever writes next waits until this is done
        if stored is not None:
            stored = _still_there(connection, actor_id, scope, seen)
            if not stored.profiling and scope.role is not Role.PRACTITIONER:
                actor = replace(actor, profiling=False)
        if erased_among(connection, [actor]):
            raise InvalidInput("erased", pointer="id")
        if scope.role is Role.PRACTITIONER:
            taken_back = hear(connection, actor, stored, today=application.today())
            keep_ledger(application, connection, taken_back=taken_back)
        counts = save_actors(connection, [actor], today=application.today())
        if counts.created + counts.updated:
            what = "create" if counts.created else "edit"
            application.recorder.changed(connection, scope, what, [actor_id])
            forget_origins(connection, actor_id, changed_fields(actor, stored))
    return Sight(application, scope).actor(actor_id), bool(counts.created)


def admitted(application: Application, values: Mapping[str, object], scope: Scope) -> Actor:
    """Read a profile that a caller may write; raises InvalidInput for the first field wrong."""
    try:
        read = read_actor(values, Locator(application.referential), Terms())
        Admission(scope.departments, application.referential).check_home(read.actor)
    except Refused as refused:
        problem = refused.problems[0]
        raise InvalidInput(
            problem.code, pointer=problem.field or "", **problem.parameters
        ) from refused
    return read.actor


def _still_there(connection: Connection, actor_id: str, scope: Scope, seen: str | None) -> Actor:
    """What is written over; raises where that is nobody, or not what the caller has seen."""
    now = find_actor(connection, actor_id, scope.departments)
    if now is None:
        raise unknown_actor(actor_id)
    if seen not in {None, version_of(profile_values(now))}:
        raise InvalidInput("changed-meanwhile", pointer="")
    return now


def _stored(application: Application, actor_id: str, scope: Scope) -> Actor | None:
    try:
        return Sight(application, scope).actor(actor_id)
    except NotFound:
        if scope.role is not Role.ADMIN:
            raise
        return None
