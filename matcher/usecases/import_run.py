"""One import: rows become actors that are merged with what is stored, and written."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from matcher.access.gate import utc_now
from matcher.engine.profiles import Actor, Kind, Statement
from matcher.scope import Scope
from matcher.store.actors import SaveCounts, find_actors, same_profile, save_actors
from matcher.store.audit import LISTED, Entry, write_entries
from matcher.store.changes import next_change
from matcher.store.database import Database
from matcher.store.erasures import erased_among, without_erased
from matcher.store.importers import limits
from matcher.store.importers.admitting import Admission, second_id
from matcher.store.importers.amending import AS_THEY_ARE, Amendments
from matcher.store.importers.collecting import Collected, Collector
from matcher.store.importers.data_inclusion import Service
from matcher.store.importers.locating import Locator
from matcher.store.importers.merging import merged, missing_structure, with_services
from matcher.store.importers.problems import (
    FileOutcome,
    ImportReport,
    Refused,
    RowProblem,
    found,
)
from matcher.store.importers.reading import SourceFile, read_file
from matcher.store.importers.rows import Terms, read_actor
from matcher.store.oppositions import oppositions_of
from matcher.store.origins import changed_fields, note_origins
from matcher.territory import Referential


class ImportRun:
    """One import: what earlier files of it changed is known to the later ones."""

    def __init__(
        self,
        database: Database,
        referential: Referential,
        today: date,
        scope: Scope,
        side: Kind | None,
        dry_run: bool,
        amendments: Amendments = AS_THEY_ARE,
    ) -> None:
        self._database = database
        self._today = today
        self._dry_run = dry_run
        self._scope = scope
        self._admission = Admission(scope.departments, referential)
        self._locator = Locator(referential)
        self._changed: dict[str, Actor] = {}
        self._erased: set[str] = set()
        self._services: dict[str, list[tuple[Statement, tuple[str, ...]]]] = {}
        self.collector = Collector(self._locator, side, amendments)

    def collect(self, path: Path, progress: Callable[[int, int], None]) -> Collected:
        """Read the rows of a file; raises UnusableFile."""
        source = read_file(path)
        return self.collect_rows(source, path.name, progress)

    def collect_rows(
        self,
        source: SourceFile,
        name: str,
        progress: Callable[[int, int], None] = lambda read, rows: None,
    ) -> Collected:
        """Read rows that are already cut; ``name`` is where those come from that do not tell."""
        return self.collector.collect(
            source.rows,
            file=source.name,
            tabular=source.tabular,
            source=name,
            progress=lambda read: progress(read, len(source.rows)),
        )

    @property
    def changed(self) -> Mapping[str, Actor]:
        """Actors as they are after this import, or would be, in the order of the files."""
        return self._changed

    def save(self, collected: Collected) -> ImportReport:
        """Merge with what is stored and write, in one transaction."""
        hidden = self._hidden(collected)
        with self._transaction() as connection:
            if not self._dry_run:
                next_change(connection)  # who is erased meanwhile waits, or was before we read
            self._leave_out(connection, collected)
            stored = self._stored(connection, collected, hidden)
            refused = oppositions_of(connection, stored)
            actors = self._merged(collected, stored, hidden, refused)
            self._attach(collected, stored, actors)
            actors = {a.id: a for a in without_erased(connection, tuple(actors.values()))}
            counts = self._write(connection, actors, stored, collected.file)
        self._changed |= actors
        outcome = FileOutcome(
            collected.file,
            collected.rows,
            counts.created,
            counts.updated,
            counts.unchanged,
            len(collected.rejected),
            len(collected.skipped),
        )
        return ImportReport(
            counts.created,
            counts.updated,
            counts.unchanged,
            tuple(sorted(collected.rejected, key=lambda problem: problem.line)),
            tuple(sorted(collected.warnings, key=lambda problem: problem.line)),
            (outcome,),
            tuple(sorted(collected.skipped, key=lambda problem: problem.line)),
        )

    def _transaction(self) -> AbstractContextManager[Connection]:
        seen = self._scope.departments
        return self._database.read(seen) if self._dry_run else self._database.write(seen)

    def _leave_out(self, connection: Connection, collected: Collected) -> None:
        """Leave out those who were erased, and services of those whom an earlier file named."""
        asked = [read.actor for _, read in collected.actors]
        asked += [Actor(s.structure_id, Kind.SOCIAL_WORKER, "") for s in collected.services]
        self._erased |= erased_among(connection, asked)
        collected.leave_out(self._erased)

    def _hidden(self, collected: Collected) -> frozenset[str]:
        """Ids made up for rows that somebody out of sight bears."""
        seen = self._scope.departments
        made_up = [read.actor.id for _, read in collected.actors if read.generated_id]
        if seen is None or not made_up:
            return frozenset()
        with self._database.read() as connection:
            taken = find_actors(connection, made_up).keys()
            return frozenset(taken - find_actors(connection, made_up, seen).keys())

    def _stored(
        self, connection: Connection, collected: Collected, hidden: frozenset[str]
    ) -> dict[str, Actor]:
        ids = [read.actor.id for _, read in collected.actors]
        ids += [second_id(name) for name in hidden]
        ids += [service.structure_id for service in collected.services]
        stored = find_actors(connection, ids, self._scope.departments)
        if self._dry_run:
            stored |= {one: self._changed[one] for one in ids if one in self._changed}
        return stored

    def _merged(
        self,
        collected: Collected,
        stored: Mapping[str, Actor],
        hidden: frozenset[str],
        refused: Mapping[str, Collection[str]],
    ) -> dict[str, Actor]:
        actors: dict[str, Actor] = {}
        for line, read in collected.actors:
            try:
                row = self._admission.named(read, hidden)
                self._admission.check_known(row, stored)
                actor, warnings = merged(
                    row, stored.get(row.actor.id), refused.get(row.actor.id, ())
                )
                self._admission.check_home(actor)
            except Refused as refusal:
                collected.refuse(line, refusal)
            else:
                actors[actor.id] = actor
                collected.warn(line, warnings)
        return actors

    def _attach(
        self, collected: Collected, stored: Mapping[str, Actor], actors: dict[str, Actor]
    ) -> None:
        """Make services the offers of their structures."""
        for service in collected.services:
            owner = actors.get(service.structure_id) or stored.get(service.structure_id)
            said = self._services.setdefault(service.structure_id, [])
            if owner is None:
                refusal = Refused([missing_structure(service.structure_id)])
                collected.refuse(service.line, refusal)
            elif len(said) >= limits.STATEMENTS:
                context = {"limit": limits.STATEMENTS, "structure_id": owner.id}
                collected.refuse(service.line, Refused([found("too-many-services", **context)]))
            else:
                self._say(service, owner, said, collected)
                offers = list(dict.fromkeys(statement for statement, _ in said))
                zone = [identifier for _, where in said for identifier in where]
                actors[owner.id] = with_services(owner, offers, zone)

    def _say(
        self,
        service: Service,
        owner: Actor,
        said: list[tuple[Statement, tuple[str, ...]]],
        collected: Collected,
    ) -> None:
        values = {"kind": owner.kind.value, "offers": [service.offer]}
        terms = Terms(lenient=True, required=frozenset())
        try:
            read = read_actor(values, self._locator, terms)
        except Refused as refusal:
            collected.refuse(service.line, refusal)
            return
        said.append((read.actor.offers[0], service.zone))
        collected.warn(service.line, (_of_service(warning) for warning in read.warnings))

    def _write(
        self,
        connection: Connection,
        actors: Mapping[str, Actor],
        stored: Mapping[str, Actor],
        file: str,
    ) -> SaveCounts:
        if not self._dry_run:
            counts = save_actors(connection, actors.values(), today=self._today)
            self._record(connection, actors, stored, counts)
            note_origins(
                connection,
                {a.id: changed_fields(a, stored.get(a.id)) for a in actors.values()},
                file=file,
                sources={a.id: a.source for a in actors.values()},
                today=self._today,
            )
            return counts
        known = [actor for actor in actors.values() if actor.id in stored]
        unchanged = sum(same_profile(actor, stored[actor.id]) for actor in known)
        return SaveCounts(len(actors) - len(known), len(known) - unchanged, unchanged)

    def _record(
        self,
        connection: Connection,
        actors: Mapping[str, Actor],
        stored: Mapping[str, Actor],
        counts: SaveCounts,
    ) -> None:
        written = counts.created + counts.updated
        if written:
            changed = (
                one.id
                for one in actors.values()
                if one.id not in stored or not same_profile(one, stored[one.id])
            )
            named = tuple(islice(changed, LISTED))
            entry = Entry(utc_now(), self._scope.who, "import", named, written)
            write_entries(connection, [entry])


def _of_service(warning: RowProblem) -> RowProblem:
    field = (warning.field or "").removeprefix("offers[0].")
    return replace(warning, field=field or None)
