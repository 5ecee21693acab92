"""Where each field of an actor comes from: the file that gave it last, its source, the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from matcher.engine.profiles import Actor
from matcher.store.tables import origins

BATCH = 500
LONGEST_NAME = 300
NOT_TOLD = {"id", "place", "updated", "source"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A file, what it says it comes from, the day it was last read, and the fields it gave."""

    file: str
    source: str | None
    imported: date
    fields: tuple[str, ...]


def changed_fields(actor: Actor, stored: Actor | None) -> tuple[str, ...]:
    """Names of the fields in which an actor differs from what is stored, or from nothing at all."""
    return tuple(
        one.name
        for one in fields(Actor)
        if one.name not in NOT_TOLD
        and getattr(actor, one.name) != (getattr(stored, one.name) if stored else _nothing(one))
    )


def note_origins(
    connection: Connection,
    changed: Mapping[str, Sequence[str]],
    *,
    file: str,
    sources: Mapping[str, str | None],
    today: date,
) -> None:
    """Note that ``file`` gave these fields, by actor; earlier files no longer answer for them."""
    name = PurePath(file).name[:LONGEST_NAME]
    ids = [actor_id for actor_id, given in changed.items() if given]
    known = origins_of(connection, ids)
    rows = []
    for actor_id in ids:
        before = {one.file: one for one in known.get(actor_id, ())}
        given = set(changed[actor_id])
        ours = given | set(before[name].fields if name in before else ())
        rows.append(_row(actor_id, Origin(name, sources.get(actor_id), today, tuple(ours))))
        for other in before.values():
            left = tuple(set(other.fields) - given)
            if left and other.file != name:
                rows.append(_row(actor_id, Origin(other.file, other.source, other.imported, left)))
    for start in range(0, len(ids), BATCH):
        some = origins.c.actor_id.in_(ids[start : start + BATCH])
        connection.execute(delete(origins).where(some))
    if rows:
        connection.execute(insert(origins), rows)


def forget_origins(connection: Connection, actor_id: str, written: Iterable[str]) -> None:
    """Note that somebody wrote these fields by hand: no file answers for them any more."""
    by_hand = frozenset(written)
    kept = origins_of(connection, [actor_id]).get(actor_id, ())
    left = [replace(one, fields=tuple(set(one.fields) - by_hand)) for one in kept]
    connection.execute(delete(origins).where(origins.c.actor_id == actor_id))
    rows = [_row(actor_id, one) for one in left if one.fields]
    if rows:
        connection.execute(insert(origins), rows)


def origins_of(connection: Connection, actor_ids: Sequence[str]) -> dict[str, list[Origin]]:
    """Origins by actor, the latest first; an actor may have none."""
    found: dict[str, list[Origin]] = {}
    for start in range(0, len(actor_ids), BATCH):
        theirs = origins.c.actor_id.in_(actor_ids[start : start + BATCH])
        ordered = select(origins).where(theirs).order_by(origins.c.imported.desc(), origins.c.file)
        for row in connection.execute(ordered):
            origin = Origin(row.file, row.source, row.imported, tuple(row.fields))
            found.setdefault(row.actor_id, []).append(origin)
    return found


def _row(actor_id: str, origin: Origin) -> dict[str, Any]:
    return {
        "actor_id": actor_id,
        "file": origin.file,
        "source": origin.source,
        "imported": origin.imported,
        "fields": sorted(origin.fields),
    }


def _nothing(field: Any) -> object:
    return None if field.default is MISSING else field.default
