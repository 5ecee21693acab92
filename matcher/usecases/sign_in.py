"""Sign in by a link that is mailed: asked for, looked at, used once, and signed out again."""

import logging
import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC
from urllib.parse import quote

from matcher.access.keys import digest_of
from matcher.access.sessions import is_token, make_token, scope_of_account
from matcher.bootstrap import Application
from matcher.errors import NotReady, SynergiesError
from matcher.mailing.delivery import Delivery, Outcome, RelayUnavailable
from matcher.mailing.message import Envelope, Mailbox, compose
from matcher.mailing.sign_in import SignIn, render_sign_in
from matcher.scope import Scope
from matcher.store import sessions
from matcher.store.accounts import find_account
from matcher.usecases.manage_accounts import living_account, read_address
from matcher.usecases.read_mail_settings import Post, read_post, read_sending
from matcher.usecases.send_outbox import Sending

LOG = logging.getLogger(__name__)

SIGN_IN_PATH, HOME = "/connexion", "/"
LINK_MINUTES = sessions.LINK_SECONDS // 60
MOST_LINKS = 3
"""Links that an account is mailed within the time that one is good for."""
RELAY_SECONDS = 20.0
"""How long a relay may take for each step: others wait for their link meanwhile."""
LOCAL_BASE = "http://127.0.0.1:8000"
"""Where `synergies serve` answers unless it was told otherwise."""

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1500}")
_OF_SIGNING = re.compile(rf"(?:{SIGN_IN_PATH}|/deconnexion)(?:[/?#]|\Z)")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie, known whole only now, for how long at most, and who it is."""

    cookie: str
    seconds: int
    scope: Scope


def ask_link(application: Application, address: str, following: str = HOME) -> None:
    """Mail a link to an address if it has an account; nothing tells the caller whether it has.

    All of it is done aside: who asks waits as long for an address that nobody has. ``following``
    is the page to go on to. Raises InvalidInput ``not-an-address``, and NotReady
    ``sign-in-without-mail`` where this installation sends none.
    """
    wanted, (post, sending) = read_address(address), _mail(application)

    def mail() -> None:
        link = _link_within_limits(application, wanted, following, post.base)
        if link is not None:
            _send(application, wanted, link, post, sending)

    application.aside.do("mailing a sign-in link", mail)


def sends_links(application: Application) -> bool:
    """Whether this installation can mail links at all."""
    try:
        _mail(application)
    except NotReady:
        return False
    return True


def make_link(application: Application, address: str, scope: Scope) -> str:
    """A link to be handed over by whoever runs the installation, as good as a mailed one.

    Raises NotFound ``unknown-account``, InvalidInput ``not-an-address``.
    """
    token, wanted = make_token(), read_address(address)
    with application.database.write() as connection:
        account = living_account(connection, wanted)
        sessions.add_link(connection, digest_of(token), account.id, _now(application))
        application.recorder.changed(connection, scope, "account-link", account=account.id)
    return _address(application.settings.base_url or LOCAL_BASE, token, HOME)


def link_opens(application: Application, token: str) -> bool:
    """Whether a link would sign in; looking at it does not use it, programs follow links too."""
    if not is_token(token):
        return False
    with application.database.read() as connection:
        return sessions.opens(connection, digest_of(token), _now(application))


def sign_in(application: Application, token: str, leaving: str = "") -> SignedIn | None:
    """Use a link; ``None`` for one that was used, has run out or was never ours.

    ``leaving`` is the cookie that the browser had: that session ends.
    """
    if not is_token(token):
        return None
    cookie, now = make_token(), _now(application)
    with application.database.write() as connection:
        account = sessions.use_link(connection, digest_of(token), now)
        if account is None:
            return None
        sessions.end_session(connection, digest_of(leaving))
        sessions.add_session(connection, digest_of(cookie), account.id, now)
        sessions.forget_past(connection, now)
        scope = scope_of_account(account)
        application.recorder.changed(connection, scope, "sign-in")
    return SignedIn(cookie, sessions.SESSION_SECONDS, scope)


def sign_out(application: Application, cookie: str) -> None:
    """End the session of a cookie, in every process at once; any other text ends nothing."""
    session = application.sessions.recognise(cookie)
    if session is None:
        return
    with application.database.write() as connection:
        if sessions.end_session(connection, session.digest):
            application.recorder.changed(connection, session.scope, "sign-out")


def local_path(text: str) -> str:
    """A page of ours to go on to, as it was asked for; :data:`HOME` for anything else."""
    return text if _LOCAL.fullmatch(text) and not _OF_SIGNING.match(text) else HOME


def _link_within_limits(
    application: Application, address: str, following: str, base: str
) -> str | None:
    """A new link for an address; ``None`` where it has no account, or has had enough of them."""
    token, now = make_token(), _now(application)
    with application.database.read() as connection:
        account = find_account(connection, address)
    if account is None or account.ended is not None:
        return None
    with application.database.write() as connection:
        since = now - sessions.LINK_SECONDS
        if sessions.links_since(connection, account.id, since) >= MOST_LINKS:
            LOG.warning("an account asks for more sign-in links than it is given")
            return None
        sessions.add_link(connection, digest_of(token), account.id, now)
    return _address(base, token, following)


def _send(application: Application, address: str, link: str, post: Post, sending: Sending) -> None:
    domain = post.sender.address.rpartition("@")[2]
    message_id = f"<signin.{secrets.token_hex(12)}@{domain}>"
    at = application.now().astimezone(UTC)
    envelope = Envelope(post.sender, Mailbox("", address), message_id, at, None)
    said = SignIn(link, LINK_MINUTES, post.sender.name, post.contact)
    mail = compose(render_sign_in(said), envelope)
    signed = sending.sign(mail) if sending.sign else mail
    try:
        with Delivery(sending.relay) as delivery:
            attempt = delivery.hand_over(sending.sender, address, signed, lambda: True)
    except RelayUnavailable as refused:
        LOG.error("no relay took a sign-in mail: %s", refused.reason)
        return
    if attempt.outcome is not Outcome.SENT:
        LOG.error("a sign-in mail did not leave: %s", attempt.reason)


def _mail(application: Application) -> tuple[Post, Sending]:
    """Who writes and by which relay; raises NotReady ``sign-in-without-mail``."""
    try:
        post, sending = read_post(application.settings), read_sending(application.settings)
    except SynergiesError as error:
        LOG.error("sign-in links cannot be mailed: %s", error)
        raise NotReady("sign-in-without-mail") from error
    return post, replace(sending, relay=replace(sending.relay, timeout=RELAY_SECONDS))


def _address(base: str, token: str, following: str) -> str:
    further = "" if following == HOME else f"?suite={quote(following, safe='/')}"
    return f"{base.rstrip('/')}{SIGN_IN_PATH}/{token}{further}"


def _now(application: Application) -> int:
    return int(application.now().timestamp())
