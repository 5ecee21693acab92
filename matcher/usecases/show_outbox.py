"""Look at what waits, what left and what is in doubt, and decide what only a person can."""

from datetime import UTC, datetime

from pydantic import Field

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Scope
from matcher.store.installation import confirm_sending
from matcher.store.mail_desk import count_reasons, decide, held_mails
from matcher.store.outbox import count_states, may_send
from matcher.usecases.answers import Answer
from matcher.wording.words import Words


class HeldMail(Answer):
    """A mail that may have arrived: somebody must say whether it goes again."""

    id: int
    run: str
    actor_id: str
    message_id: str = Field(description="To be looked for in the relay's log.")
    reason: str
    since: datetime


class ReasonCount(Answer):
    """How many mails are in a state for a reason."""

    state: str
    code: str
    reason: str
    count: int


class OutboxAnswer(Answer):
    """The outbox as a whole."""

    sending_confirmed: bool
    states: dict[str, int]
    reasons: list[ReasonCount]
    held: list[HeldMail]


def show_outbox(application: Application, words: Words) -> OutboxAnswer:
    """Count mails by state and reason, and list those that wait for a person."""
    with application.database.read() as connection:
        states = count_states(connection)
        reasons, held = count_reasons(connection), held_mails(connection)
        confirmed = may_send(connection)
    return OutboxAnswer(
        sending_confirmed=confirmed,
        states={state.value: count for state, count in sorted(states.items())},
        reasons=[
            ReasonCount(state=state, code=code, reason=reason_of(code, words), count=count)
            for (state, code), count in sorted(reasons.items())
        ],
        held=[
            HeldMail(
                id=one.id,
                run=one.run_id,
                actor_id=one.actor_id,
                message_id=one.message_id,
                reason=reason_of(one.reason or "", words),
                since=datetime.fromtimestamp(one.since, UTC),
            )
            for one in held
        ],
    )


def confirm(application: Application, scope: Scope) -> None:
    """Let a restored database send again."""
    with application.database.write() as connection:
        confirm_sending(connection)
        application.recorder.changed(connection, scope, "sending-confirmed")


def settle_held(application: Application, mail_id: int, scope: Scope, *, release: bool) -> None:
    """Send a held mail again or drop it; NotFound where no mail of this number is held."""
    now = int(utc_now().timestamp())
    with application.database.write() as connection:
        if not decide(connection, mail_id, now, release=release):
            raise NotFound("unknown-held-mail", pointer="id", id=mail_id)
        what = "mail-released" if release else "mail-dropped"
        application.recorder.changed(connection, scope, what, mail=mail_id)


def reason_of(code: str, words: Words) -> str:
    """What a reason of the outbox means; steps of SMTP as they are: « rcpt-550 »."""
    known = words.knows(f"outbox.{code}")
    step, _, answer = code.partition("-")
    return (
        words.say(f"outbox.{code}") if known else words.say("outbox.smtp", step=step, answer=answer)
    )
