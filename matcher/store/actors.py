"""Actors in the database: read as the engine knows them, written only where they changed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import RowMapping

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.store.changes import count_change, next_change, remember_departures
from matcher.store.directory import name_row, write_names
from matcher.store.erasures import without_erased
from matcher.store.forgetting import (
    batches,
    forget_in_audit,
    forget_in_mails,
    forget_vectors,
    remove_statements,
)
from matcher.store.oppositions import keep_refusals, respected
from matcher.store.tables import actors, statements
from matcher.store.vectors import text_hash
from matcher.store.visibility import visible
from matcher.territory import load_referential
from matcher.territory.belonging import departments_of

LISTS = ("zone", "domains", "publics", "known")
NOT_COLUMNS = {"needs", "offers", "place"}
COLUMNS = tuple(field.name for field in fields(Actor) if field.name not in NOT_COLUMNS)

# Made once: every page of every answer asks them, and making them takes longer than the answer.
_STATEMENTS_OF = (
    select(statements)
    .where(statements.c.actor_id.in_(bindparam("ids", expanding=True)))
    .order_by(statements.c.actor_id, statements.c.role, statements.c.position)
)
_ACTORS_OF = select(actors).where(actors.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class SaveCounts:
    """How many actors a save created, changed, and left as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    created: tuple[Actor, ...]
    updated: tuple[Actor, ...]
    unchanged: int

    def counts(self) -> SaveCounts:
        return SaveCounts(len(self.created), len(self.updated), self.unchanged)


def all_actors(connection: Connection) -> list[Actor]:
    """Read every actor, ordered by id; ``place`` is left to whoever knows the territories."""
    spoken: dict[str, list[Statement]] = {}
    ordered = select(statements).order_by(
        statements.c.actor_id, statements.c.role, statements.c.position
    )
    for actor_id, group in groupby(connection.execute(ordered).mappings(), _actor_id):
        spoken[actor_id] = [_statement(row) for row in group]
    rows = connection.execute(select(actors)).mappings()
    # Sorted here: the collations of two databases do not agree on an order.
    found = [_actor(row, spoken.get(row["id"], ())) for row in rows]
    return sorted(found, key=lambda actor: actor.id)


def find_actor(
    connection: Connection, actor_id: str, departments: Sequence[str] | None = None
) -> Actor | None:
    """Read one actor, ``None`` where nobody has this id, or nobody of ``departments``."""
    return find_actors(connection, [actor_id], departments).get(actor_id)


def who_share_address(connection: Connection, actor_id: str) -> list[str]:
    """Ids of the others who are written to at the address of an actor, whatever its case."""
    mine = select(func.lower(actors.c.email)).where(actors.c.id == actor_id)
    asked = select(actors.c.id).where(
        func.lower(actors.c.email) == mine.scalar_subquery(), actors.c.id != actor_id
    )
    return sorted(connection.execute(asked).scalars())


def find_actors(
    connection: Connection, actor_ids: Iterable[str], departments: Sequence[str] | None = None
) -> dict[str, Actor]:
    """Read those of ``actor_ids`` that exist, by id; with ``departments``, that belong to one."""
    found: dict[str, Actor] = {}
    for ids in batches(tuple(dict.fromkeys(actor_ids))):
        spoken: dict[str, list[Statement]] = {}
        for row in connection.execute(_STATEMENTS_OF, {"ids": ids}).mappings():
            spoken.setdefault(row["actor_id"], []).append(_statement(row))
        whole = visible(_ACTORS_OF, departments)
        for row in connection.execute(whole, {"ids": ids}).mappings():
            found[row["id"]] = _actor(row, spoken.get(row["id"], ()))
    return found


def save_actors(connection: Connection, actors: Iterable[Actor], *, today: date) -> SaveCounts:
    """Write the actors that are new or differ from what is stored, whole.

    An actor without ``updated`` is dated ``today`` when it is written. Two actors with one id
    in the same call: the last counts. The change sequence grows once if anything was written.
    Who was erased is not written again, and what a person refused is respected.
    """
    change = next_change(connection)
    kept = without_erased(connection, tuple(actors))
    plan = _plan(connection, respected(connection, kept))
    if plan.created or plan.updated:
        said_before = remove_statements(connection, [actor.id for actor in plan.updated])
        _write(connection, plan, today, change)
        keep_refusals(connection, [actor.id for actor in plan.created])
        forget_vectors(connection, said_before)
        count_change(connection)
    return plan.counts()


def same_profile(actor: Actor, stored: Actor) -> bool:
    """Tell whether saving ``actor`` over ``stored`` would change nothing."""
    if actor.updated is None:
        stored = replace(stored, updated=None)
    return actor == stored


def delete_actor(connection: Connection, actor_id: str) -> bool:
    """Erase one actor, as :func:`delete_actors`; False if unknown."""
    return bool(delete_actors(connection, [actor_id]))


def delete_actors(connection: Connection, actor_ids: Iterable[str]) -> list[str]:
    """Erase actors, their statements and the vectors nobody else's words need; gives whom.

    Other actors' ``known`` lists forget them too: an id can be personal data.
    """
    change = next_change(connection)
    found: list[str] = []
    for ids in batches(tuple(dict.fromkeys(actor_ids))):
        known = select(actors.c.id).where(actors.c.id.in_(ids))
        found += connection.execute(known).scalars()
    forget_vectors(connection, remove_statements(connection, found))
    forget_in_mails(connection, found)
    for ids in batches(found):
        connection.execute(delete(actors).where(actors.c.id.in_(ids)))
    if found:
        _forget_in_known(connection, found, change)
        forget_in_audit(connection, found)
        remember_departures(connection, found, change)
        count_change(connection)
    return found


def _plan(connection: Connection, candidates: Iterable[Actor]) -> _Plan:
    wanted = {actor.id: actor for actor in candidates}
    stored = find_actors(connection, wanted)
    created = tuple(actor for actor in wanted.values() if actor.id not in stored)
    updated = tuple(
        actor
        for actor in wanted.values()
        if actor.id in stored and not same_profile(actor, stored[actor.id])
    )
    return _Plan(created, updated, len(wanted) - len(created) - len(updated))


def _write(connection: Connection, plan: _Plan, today: date, change: int) -> None:
    if plan.created:
        rows = [actor_row(actor, today, change) for actor in plan.created]
        connection.execute(insert(actors), rows)
    if plan.updated:
        settled: dict[str, Any] = {
            name: bindparam(f"new_{name}")
            for name in (*COLUMNS, "changed", "departments")
            if name != "id"
        }
        changed = [
            {f"new_{name}": value for name, value in actor_row(actor, today, change).items()}
            for actor in plan.updated
        ]
        statement = update(actors).where(actors.c.id == bindparam("new_id")).values(settled)
        connection.execute(statement, changed)
    everybody = (*plan.created, *plan.updated)
    write_names(connection, [name_row(actor, written_departments(actor)) for actor in everybody])
    spoken = [row for actor in everybody for row in statement_rows(actor)]
    if spoken:
        connection.execute(insert(statements), spoken)


def actor_row(actor: Actor, today: date, change: int) -> dict[str, Any]:
    """An actor as its table has it, without its statements."""
    row: dict[str, Any] = {name: getattr(actor, name) for name in COLUMNS}
    row |= {name: list(row[name]) for name in LISTS}
    return row | {
        "kind": actor.kind.value,
        "updated": actor.updated or today,
        "changed": change,
        "departments": written_departments(actor),
    }


def written_departments(actor: Actor) -> str:
    """The départements of an actor as its table has them: each between spaces."""
    return f" {' '.join(departments_of(actor.commune, actor.zone, load_referential()))} "


def statement_rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """The statements of an actor as their table has them."""
    for role in Role:
        for position, statement in enumerate(actor.statements(role)):
            yield {
                "actor_id": actor.id,
                "role": role.value,
                "position": position,
                "text": statement.text,
                "text_hash": text_hash(statement.text),
                "domains": list(statement.domains),
                "publics": list(statement.publics),
                "expires": statement.expires,
            }


def _actor(row: RowMapping, spoken: Sequence[Statement]) -> Actor:
    values: dict[str, Any] = {name: row[name] for name in COLUMNS}
    values |= {name: tuple(values[name]) for name in LISTS}
    values["kind"] = Kind(row["kind"])
    return Actor(
        **values,
        needs=tuple(statement for statement in spoken if statement.role is Role.NEED),
        offers=tuple(statement for statement in spoken if statement.role is Role.OFFER),
    )


def _statement(row: RowMapping) -> Statement:
    return Statement(
        role=Role(row["role"]),
        text=row["text"],
        domains=tuple(row["domains"]),
        publics=tuple(row["publics"]),
        expires=row["expires"],
    )


def _actor_id(row: RowMapping) -> str:
    return str(row["actor_id"])


def _forget_in_known(connection: Connection, actor_ids: Sequence[str], change: int) -> None:
    gone = frozenset(actor_ids)
    known = cast(actors.c.known, Text)
    # The database finds the few whose list may hold one id: decoding everybody's takes seconds.
    written = (
        known.contains(json_member(actor_ids[0]), autoescape=True)
        if len(actor_ids) == 1
        else known != "[]"
    )
    for row in connection.execute(select(actors.c.id, actors.c.known).where(written)).all():
        if not gone.isdisjoint(row.known):
            kept = [known for known in row.known if known not in gone]
            forgetting = update(actors).where(actors.c.id == row.id)
            connection.execute(forgetting.values(known=kept, changed=change))


def json_member(actor_id: str) -> str:
    """An id as it is written inside a list that the database keeps as JSON."""
    return json.dumps(actor_id)
