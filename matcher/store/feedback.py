"""What came of pairs that were proposed, as those concerned or their coordinator told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, or_, select

from matcher.store.tables import feedback

APART = ("declined",)
MET = ("accepted", "known")


def write_feedback(
    connection: Connection, pair: Iterable[str], by: str, verdict: str, reason: str, at: datetime
) -> None:
    """Keep what ``by`` says of a pair, instead of what it said before."""
    one, other = sorted(pair)
    mine = (feedback.c.one == one) & (feedback.c.other == other) & (feedback.c.by == by)
    connection.execute(delete(feedback).where(mine))
    said = {"one": one, "other": other, "by": by[:240], "verdict": verdict, "reason": reason}
    connection.execute(insert(feedback).values(**said, at=at))


def pairs_with(
    connection: Connection, verdicts: Iterable[str], actor_id: str | None = None
) -> frozenset[tuple[str, str]]:
    """Pairs of which anybody said so, each in order; of one actor, or all of them."""
    asked = _pairs(actor_id).where(feedback.c.verdict.in_(tuple(verdicts)))
    return frozenset((row.one, row.other) for row in connection.execute(asked))


def _pairs(actor_id: str | None) -> "Select[tuple[str, str]]":
    asked = select(feedback.c.one, feedback.c.other)
    if actor_id is None:
        return asked
    return asked.where(or_(feedback.c.one == actor_id, feedback.c.other == actor_id))
