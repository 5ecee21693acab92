"""Keep what somebody says of a pair, and introduce the two once each has said yes."""

from datetime import datetime

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.scope import Role, Scope
from matcher.store.feedback import verdicts_on, write_feedback
from matcher.usecases.introduce import put_introductions, write_introductions
from matcher.wording.words import Words


def keep_answer(
    application: Application,
    both: tuple[Actor, Actor],
    verdict: str,
    reason: str,
    scope: Scope,
    words: Words,
    at: datetime | None = None,
) -> bool:
    """Keep an answer instead of the one before, whichever way it came; True once both accepted.

    Only what the two say themselves introduces them, and only while both accept to be matched.
    The same answer again changes nothing.
    """
    now = at or utc_now()
    pair = (both[0].id, both[1].id)
    made = None
    says_yes = verdict == "accepted" and scope.role is Role.PRACTITIONER
    if says_yes and all(actor.profiling for actor in both):
        # Written before the transaction, which holds up others.
        made = write_introductions(application, *both, words, now)
    with application.database.write() as connection:
        said = verdicts_on(connection, pair, alone=True)
        if said.get(scope.who) != (verdict, reason):
            write_feedback(connection, pair, scope.who, verdict, reason, now)
            application.recorder.changed(
                connection, scope, "feedback", sorted(pair), verdict=verdict
            )
        said[scope.who] = (verdict, reason)
        agreed = accepted_by_both(said, pair)
        if made is not None and agreed:
            put_introductions(connection, made)
    return made is not None and agreed


def accepted_by_both(said: dict[str, tuple[str, str]], pair: tuple[str, str]) -> bool:
    """Whether each of the two has said yes itself."""
    return all(said.get(f"actor:{name}", ("", ""))[0] == "accepted" for name in pair)
