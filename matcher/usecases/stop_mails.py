"""Stop writing to somebody, by the link of a mail: at once, whoever clicks and however often."""

from contextlib import suppress

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.store.actors import who_share_address
from matcher.usecases.mail_links import read_stop
from matcher.usecases.oppose import oppose


def reader_of_stop(application: Application, token: str) -> str:
    """Whose mails a link stops; raises NotFound ``unknown-link`` for a token that is not ours."""
    reader = read_stop(application.gate.secret(), token, utc_now())
    if reader is None:
        raise NotFound("unknown-link")
    return reader


def stop_mails(application: Application, token: str) -> None:
    """Note the refusal; it holds from the moment this returns, for mails that wait too.

    It is the address that gets no more: who shares it with others stops their mails too. Who has
    left since is written to no more in any case. Raises NotFound ``unknown-link``.
    """
    reader = reader_of_stop(application, token)
    with application.database.read() as connection:
        others = who_share_address(connection, reader)
    for name in (reader, *others):
        scope = Scope(Role.PRACTITIONER, f"actor:{reader}", actor_id=name)
        with suppress(NotFound):
            oppose(application, name, scope, mail=True)
