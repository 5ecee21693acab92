"""What came of pairs that were proposed, as those concerned or their coordinator told."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, insert, or_, select

from matcher.errors import NotFound
from matcher.store.tables import actors, feedback

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


def verdicts_on(
    connection: Connection, pair: Iterable[str], *, alone: bool = False
) -> dict[str, tuple[str, str]]:
    """What each has said of a pair: verdict and reason, by who said it.

    ``alone`` keeps other answers to the same pair waiting until the transaction ends, so that
    whoever comes second sees what the first has said; nobody of the pair is erased meanwhile.
    Raises NotFound ``unknown-actor`` where one was erased just before.
    """
    one, other = sorted(pair)
    if alone:
        both = select(actors.c.id).where(actors.c.id.in_((one, other))).order_by(actors.c.id)
        there = set(connection.execute(both.with_for_update()).scalars())
        for name in sorted({one, other} - there):
            raise NotFound("unknown-actor", pointer="actor_id", actor_id=name[:80])
    asked = select(feedback).where((feedback.c.one == one) & (feedback.c.other == other))
    return {row.by: (row.verdict, row.reason) for row in connection.execute(asked)}


class Said(NamedTuple):
    """What somebody said of a pair, and when."""

    by: str
    verdict: str
    reason: str
    at: datetime


def said_of(connection: Connection, pair: Iterable[str]) -> list[Said]:
    """What each has said of a pair last."""
    one, other = sorted(pair)
    asked = select(feedback).where((feedback.c.one == one) & (feedback.c.other == other))
    rows = connection.execute(asked.order_by(feedback.c.by))
    return [Said(row.by, row.verdict, row.reason, row.at) for row in rows]
