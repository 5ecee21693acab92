"""Stop writing to somebody, by the link of a mail: at once, whoever clicks and however often."""

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Role, Scope
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

    Who has left since is written to no more in any case. Raises NotFound ``unknown-link``.
    """
    reader = reader_of_stop(application, token)
    try:
        oppose(
            application,
            reader,
            Scope(Role.PRACTITIONER, f"actor:{reader}", actor_id=reader),
            mail=True,
        )
    except NotFound:
        return
