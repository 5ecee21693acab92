"""Note that a person refuses to be matched, or to be written to; or takes it back."""

from datetime import date

from pydantic import Field

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.store.actors import find_actor
from matcher.store.changes import next_change
from matcher.store.oppositions import (
    MAIL,
    PROFILING,
    oppositions_of,
    refusal,
    set_opposition,
)
from matcher.usecases.answers import Answer
from matcher.usecases.keep_ledger import keep_ledger
from matcher.usecases.seeing import Sight, unknown_actor


class Opposition(Answer):
    """What a person refuses, and since when."""

    profiling: bool = Field(description="Refuse d’être rapproché d’autres : ni proposé, ni servi.")
    mail: bool = Field(description="Refuse tout courriel.")
    profiling_since: date | None
    mail_since: date | None


def oppose(
    application: Application,
    actor_id: str,
    scope: Scope,
    *,
    profiling: bool | None = None,
    mail: bool | None = None,
) -> Opposition:
    """Note refusals, ``None`` for what stays as it is; they hold from the moment this returns.

    Raises NotFound ``unknown-actor``.
    """
    Sight(application, scope).actor(actor_id)
    with application.database.write() as connection:
        next_change(connection)  # before looking: whoever writes next waits until this is done
        if find_actor(connection, actor_id) is None:
            raise unknown_actor(actor_id)
        wanted = {PROFILING: profiling, MAIL: mail}
        said = {against: opposed for against, opposed in wanted.items() if opposed is not None}
        changed = [
            set_opposition(
                connection, actor_id, against, opposed=opposed, today=application.today()
            )
            for against, opposed in said.items()
        ]
        if any(changed):
            taken_back = [refusal(one, actor_id) for one, opposed in said.items() if not opposed]
            keep_ledger(application, connection, taken_back=taken_back)
        since = oppositions_of(connection, [actor_id]).get(actor_id, {})
    return Opposition(
        profiling=PROFILING in since,
        mail=MAIL in since,
        profiling_since=since.get(PROFILING),
        mail_since=since.get(MAIL),
    )
