"""What batches have suggested: which pairs, what is still unanswered, and to whom mail may go."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select

from matcher.store.feedback import APART, MET
from matcher.store.mail_tables import outbox, runs, suggestions
from matcher.store.outbox import GONE, MailKind
from matcher.store.tables import actors, feedback
from matcher.store.visibility import visible

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Correspondent:
    """What a plan must know of an actor before it writes to it."""

    id: str
    name: str
    kind: str
    email: str | None
    consent: bool
    profiling: bool
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """One batch: ``planned`` in seconds since 1970, UTC; ``report`` as it was planned."""

    id: str
    territory: str | None
    month: date
    planned: int
    report: Mapping[str, Any]


def correspondents(
    connection: Connection, departments: Sequence[str] | None
) -> dict[str, Correspondent]:
    """Everybody who belongs to some départements, ``None`` for everybody, by id."""
    columns = (actors.c.id, actors.c.name, actors.c.kind, actors.c.email)
    more = (actors.c.consent_email, actors.c.profiling, actors.c.capacity_per_month)
    rows = connection.execute(visible(select(*columns, *more), departments))
    return {row.id: Correspondent(*row) for row in rows}


def suggested_since(connection: Connection, month: date) -> frozenset[Pair]:
    """Pairs of the runs of a month and of those after it."""
    asked = (
        select(suggestions.c.one, suggestions.c.other)
        .join(runs, runs.c.id == suggestions.c.run_id)
        .where(runs.c.month >= month)
    )
    return frozenset((row.one, row.other) for row in connection.execute(asked))


def count_unanswered(connection: Connection, since: date) -> Counter[str]:
    """How many suggestions of runs since a day each actor has not answered.

    A pair that anybody declined, or that knows each other, waits for nobody.
    """
    asked = (
        select(suggestions.c.one, suggestions.c.other)
        .join(runs, runs.c.id == suggestions.c.run_id)
        .where(runs.c.month >= since)
        .distinct()
    )
    said: dict[Pair, set[str]] = {}
    over: set[Pair] = set()
    for row in connection.execute(select(feedback).where(feedback.c.verdict.in_((*APART, *MET)))):
        pair = (row.one, row.other)
        said.setdefault(pair, set()).add(row.by)
        if row.verdict in (*APART, "known"):
            over.add(pair)
    waiting = Counter[str]()
    for row in connection.execute(asked):
        pair = (row.one, row.other)
        if pair not in over:
            waiting.update(name for name in pair if f"actor:{name}" not in said.get(pair, ()))
    return waiting


def written_since(connection: Connection, moment: int) -> frozenset[str]:
    """Ids and addresses to which a digest went, or may have gone, after a moment."""
    asked = select(outbox.c.actor_id, outbox.c.address).where(
        outbox.c.kind == MailKind.DIGEST,
        outbox.c.state.in_((*GONE, "queued")),
        outbox.c.changed > moment,
    )
    return frozenset(one for row in connection.execute(asked) for one in row)


def last_written(connection: Connection) -> dict[str, int]:
    """When a digest last went, or may have gone, to each actor that one went to."""
    asked = (
        select(outbox.c.actor_id, func.max(outbox.c.changed))
        .where(outbox.c.kind == MailKind.DIGEST, outbox.c.state.in_(GONE))
        .group_by(outbox.c.actor_id)
    )
    return {row[0]: row[1] for row in connection.execute(asked)}


def written_ever(connection: Connection) -> frozenset[str]:
    """Ids of those whom a mail has reached, or may have."""
    asked = select(outbox.c.actor_id).where(outbox.c.state.in_(GONE)).distinct()
    return frozenset(connection.execute(asked).scalars())


def find_run(connection: Connection, run_id: str) -> Run | None:
    """A run that was planned, ``None`` where there is none of this id."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).first()
    return Run(row.id, row.territory, row.month, row.planned, row.report) if row else None


def write_run(connection: Connection, run: Run, pairs: Iterable[tuple[str, str, float]]) -> None:
    """Keep a run and the pairs that it chose; raises IntegrityError where it is there already."""
    row = {"id": run.id, "territory": run.territory, "month": run.month}
    connection.execute(insert(runs).values(**row, planned=run.planned, report=dict(run.report)))
    rows = []
    for first, second, score in pairs:
        one, other = sorted((first, second))
        rows.append({"run_id": run.id, "one": one, "other": other, "score": score})
    if rows:
        connection.execute(insert(suggestions), rows)


def count_suggestions(connection: Connection, run_id: str) -> int:
    """How many pairs a run chose."""
    asked = select(func.count()).select_from(suggestions).where(suggestions.c.run_id == run_id)
    return int(connection.execute(asked).scalar_one())
