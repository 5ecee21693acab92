"""What people refused: to be matched, or to be written to.

It outlives every import, and by the ledger also a restore, and the purge of who comes back later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from matcher.engine.profiles import Actor
from matcher.store.changes import count_change, next_change
from matcher.store.erasures import forget_words, note_words, noted_among
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


def refusing(connection: Connection, against: str) -> frozenset[str]:
    """Ids of all who refuse ``against``."""
    theirs = select(oppositions.c.actor_id).where(oppositions.c.against == against)
    return frozenset(connection.execute(theirs).scalars())


def respected(connection: Connection, candidates: Sequence[Actor]) -> list[Actor]:
    """The same actors without what they refused, whatever a file says of it."""
    ids = [actor.id for actor in candidates]
    refused, noted = oppositions_of(connection, ids), _noted(connection, ids)
    return [
        without_refused(actor, {*refused.get(actor.id, ()), *noted.get(actor.id, ())})
        for actor in candidates
    ]


def refuse_again(connection: Connection, actor_ids: Iterable[str]) -> int:
    """Give stored actors back the refusals that the ledger knows; gives how many."""
    change = next_change(connection)
    refused = keep_refusals(connection, tuple(actor_ids))
    for against, column in ((PROFILING, actors.c.profiling), (MAIL, actors.c.consent_email)):
        theirs = [name for name, one in refused if one == against]
        for start in range(0, len(theirs), BATCH):
            here = actors.c.id.in_(theirs[start : start + BATCH])
            turned_off = {column.name: False, "changed": change}
            connection.execute(update(actors).where(here).values(turned_off))
    if refused:
        count_change(connection)
    return len(refused)


def keep_refusals(connection: Connection, actor_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Write the refusals of stored actors that only the ledger knows; gives who refuses what."""
    noted, known = _noted(connection, actor_ids), oppositions_of(connection, actor_ids)
    rows = [
        {"actor_id": name, "against": against, "since": since}
        for name, refused in noted.items()
        for against, since in refused.items()
        if against not in known.get(name, {})
    ]
    if rows:
        connection.execute(insert(oppositions), rows)
    return [(str(row["actor_id"]), str(row["against"])) for row in rows]


def refusals(connection: Connection) -> dict[str, date]:
    """Every refusal, as the ledger names it, and since when."""
    rows = connection.execute(select(oppositions))
    return {refusal(row.against, row.actor_id): row.since for row in rows}


def refusal(against: str, actor_id: str) -> str:
    """How the ledger names what a person refuses."""
    return f"{against}:{actor_id}"


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
        forget_words(connection, [refusal(against, actor_id)])
    elif opposed and not refused:
        connection.execute(insert(oppositions).values(**row, since=today))
        note_words(connection, [refusal(against, actor_id)], today)
    values = {column.name: wanted, "last_contact": today, "changed": change}
    connection.execute(update(actors).where(here).values(values))
    count_change(connection)
    return True


def hear(connection: Connection, actor: Actor, before: Actor | None, *, today: date) -> list[str]:
    """Note that a person spoke for itself: what it accepts now, it refuses no longer.

    What it accepted ``before`` and turns off is a refusal. Gives the refusals it took back, as the
    ledger names them.
    """
    accepted = {PROFILING: actor.profiling, MAIL: actor.consent_email}
    mine = oppositions_of(connection, [actor.id]).get(actor.id, {})
    taken_back = [against for against in mine if accepted[against]]
    words = [refusal(against, actor.id) for against in taken_back]
    here = oppositions.c.actor_id == actor.id
    connection.execute(delete(oppositions).where(here, oppositions.c.against.in_(taken_back)))
    forget_words(connection, words)
    if before is not None:
        had = {PROFILING: before.profiling, MAIL: before.consent_email}
        turned_off = [one for one in accepted if had[one] and not accepted[one]]
        rows = [{"actor_id": actor.id, "against": o, "since": today} for o in turned_off]
        if rows:
            connection.execute(insert(oppositions), rows)
            note_words(connection, [refusal(one, actor.id) for one in turned_off], today)
    myself = actors.c.id == actor.id
    connection.execute(update(actors).where(myself).values(last_contact=today))
    return words


def willing_among(connection: Connection, actor_ids: Iterable[str]) -> frozenset[str]:
    """Those who are stored at this very moment and accept to be matched."""
    ids = tuple(dict.fromkeys(actor_ids))
    found: set[str] = set()
    for start in range(0, len(ids), BATCH):
        asked = actors.c.id.in_(ids[start : start + BATCH]) & actors.c.profiling
        found.update(connection.execute(select(actors.c.id).where(asked)).scalars())
    return frozenset(found)


def _noted(connection: Connection, actor_ids: Sequence[str]) -> Mapping[str, dict[str, date]]:
    """What the ledger says that each of these refused."""
    owners = {refusal(one, name): (name, one) for name in actor_ids for one in (PROFILING, MAIL)}
    found: dict[str, dict[str, date]] = {}
    for word, since in noted_among(connection, owners).items():
        name, against = owners[word]
        found.setdefault(name, {})[against] = since
    return found
