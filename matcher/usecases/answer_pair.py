"""A coordinator says what comes of a pair, on its page: retained, set aside, known, or a note."""

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.store.feedback import verdicts_on
from matcher.usecases.answer_suggestion import REASONS, reason_told
from matcher.usecases.give_feedback import Feedback, FeedbackAnswer, Verdict, give_feedback
from matcher.usecases.pair_in_sight import pair_in_sight
from matcher.usecases.present import synergy_id

VERDICTS: tuple[Verdict, ...] = ("accepted", "declined", "known", "note")


def answer_pair(
    application: Application,
    actor_id: str,
    partner_id: str,
    verdict: str,
    scope: Scope,
    reason: str = "",
    more: str = "",
) -> FeedbackAnswer:
    """Keep what the caller says of a pair; a note stays beside what it said before.

    ``reason``, for who declines, is one of ``REASONS`` or empty; ``more`` is in its own words.
    Raises InvalidInput ``not-one-of``, ``reason-unknown``, ``reason-too-long``, ``note-empty``, and
    as :func:`pair_in_sight`.
    """
    if verdict not in VERDICTS:
        raise InvalidInput("not-one-of", pointer="verdict", typed=verdict[:80], accepted=VERDICTS)
    code = reason if verdict == "declined" else ""
    told = reason_told(code, more)
    pair = pair_in_sight(application, actor_id, partner_id, scope)
    with application.database.read() as connection:
        before = verdicts_on(connection, pair.ids).get(scope.who)
    kept: Verdict = next(one for one in VERDICTS if one == verdict)
    if verdict == "note":
        if not told:
            raise InvalidInput("note-empty", pointer="words")
        if before is not None:
            kept = next(one for one in VERDICTS if one == before[0])
            told = ": ".join(part for part in (_code_of(before[1]), told) if part)
    elif before is not None and told == code:
        told = ": ".join(part for part in (code, _words_of(before[1])) if part)
    said = Feedback(actor_id, partner_id, kept, told)
    return give_feedback(application, synergy_id(pair.actor, pair.partner), said, scope)


def _code_of(kept: str) -> str:
    """Of « too_far: plus de bus », what was chosen."""
    code = kept.partition(": ")[0]
    return code if code in REASONS else ""


def _words_of(kept: str) -> str:
    """And what was added."""
    return kept.removeprefix(_code_of(kept)).removeprefix(": ")
