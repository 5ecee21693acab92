"""What people refused: to be matched, or to be written to. It outlives every import."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from matcher.engine.profiles import Actor
from matcher.store.changes import count_change, next_change
from matcher.store.tables import actors, oppositions

PROFILING, MAIL = "profiling", "mail"
BATCH = 500


def oppositions_of(connection: Connection, actor_ids: Iterable[str]) -> dict[str, dict[str, date]]:
    """What each of these actors refused, and since when; who refused nothing is left out."""
    found: dict[str, dict[str, date]] = {}
    ids = tuple(dict.fromkeys(actor_ids))
    for start in range(0, len(ids), BATCH):
        theirs = oppositions.c.actor_id.in_(ids[start : start + BATCH])
        for row in connection.execute(select(oppositions).where(theirs)):
            found.setdefault(row.actor_id, {})[row.against] = row.since
    return found


def respected(connection: Connection, candidates: Sequence[Actor]) -> list[Actor]:
    """The same actors without what they refused, whatever a file says of it."""
    refused = oppositions_of(connection, (actor.id for actor in candidates))
    return [without_refused(actor, refused.get(actor.id, ())) for actor in candidates]


def without_refused(actor: Actor, refused: Iterable[str]) -> Actor:
    """An actor with what it refused turned off."""
    against = frozenset(refused)
    return replace(
        actor,
        profiling=actor.profiling and PROFILING not in against,
        consent_email=actor.consent_email and MAIL not in against,
    )


def set_opposition(
    connection: Connection, actor_id: str, against: str, *, opposed: bool, today: date
) -> bool:
    """Note that a person refuses ``against``, or does so no longer; False where nothing changed.

    Who takes back a refusal of profiling is matched again; mail needs a new consent.
    """
    change = next_change(connection)
    refused = against in oppositions_of(connection, [actor_id]).get(actor_id, {})
    column = actors.c.profiling if against == PROFILING else actors.c.consent_email
    here = actors.c.id == actor_id
    allowed = bool(connection.execute(select(column).where(here)).scalar_one())
    wanted = not opposed and (allowed or against == PROFILING)
    if (refused, allowed) == (opposed, wanted):
        return False
    row = {"actor_id": actor_id, "against": against}
    if refused and not opposed:
        match = (oppositions.c.actor_id == actor_id) & (oppositions.c.against == against)
        connection.execute(delete(oppositions).where(match))
    elif opposed and not refused:
        connection.execute(insert(oppositions).values(**row, since=today))
    values = {column.name: wanted, "last_contact": today, "changed": change}
    connection.execute(update(actors).where(here).values(values))
    count_change(connection)
    return True


def hear(connection: Connection, actor: Actor, *, today: date) -> None:
    """Note that a person spoke for itself: what it accepts now, it refuses no longer."""
    accepted = {PROFILING: actor.profiling, MAIL: actor.consent_email}
    taken_back = oppositions.c.against.in_([one for one, accepts in accepted.items() if accepts])
    connection.execute(delete(oppositions).where(oppositions.c.actor_id == actor.id, taken_back))
    here = actors.c.id == actor.id
    connection.execute(update(actors).where(here).values(last_contact=today))


def willing_among(connection: Connection, actor_ids: Iterable[str]) -> frozenset[str]:
    """Those who are stored at this very moment and accept to be matched."""
    ids = tuple(dict.fromkeys(actor_ids))
    found: set[str] = set()
    for start in range(0, len(ids), BATCH):
        asked = actors.c.id.in_(ids[start : start + BATCH]) & actors.c.profiling
        found.update(connection.execute(select(actors.c.id).where(asked)).scalars())
    return frozenset(found)
