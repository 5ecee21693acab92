"""Hear what came of a proposed pair: it is proposed no more, or known to be in contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.usecases.answers import Answer
from matcher.usecases.keep_answer import keep_answer
from matcher.usecases.present import synergy_id
from matcher.usecases.seeing import Sight, unknown_actor
from matcher.wording.words import Words

Verdict = Literal["accepted", "declined", "known", "note"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says of the pair of two actors."""

    actor_id: str
    partner_id: str
    verdict: Verdict
    reason: str = ""


class FeedbackAnswer(Answer):
    """What was kept."""

    id: str
    verdict: Verdict
    at: datetime


def give_feedback(
    application: Application, pair_id: str, said: Feedback, scope: Scope
) -> FeedbackAnswer:
    """Keep what the caller says of a pair, instead of what it said before.

    A declined pair is proposed to neither again; one that was accepted, or knew each other, is
    shown as in contact and left out by ``exclude_known``. Once both accepted, each by itself, they
    are introduced to each other by mail. Raises NotFound where the pair is not wholly in sight, or
    is not the one of ``pair_id``.
    """
    sight = Sight(application, scope)
    if scope.role is Role.PRACTITIONER:
        if scope.actor_id not in {said.actor_id, said.partner_id}:
            raise unknown_actor(said.actor_id)
        sight = Sight(application, Scope.everything(scope.who))  # its partners are everybody
    one = sight.actor(said.actor_id, "actor_id")
    other = sight.actor(said.partner_id, "partner_id")
    if one.id == other.id:
        raise InvalidInput("pair-of-one", pointer="partner_id")
    if synergy_id(one, other) != pair_id:
        raise NotFound("unknown-pair", pointer="pair_id")
    now = utc_now()
    keep_answer(application, (one, other), said.verdict, said.reason.strip(), scope, Words(), now)
    return FeedbackAnswer(id=pair_id, verdict=said.verdict, at=now)
