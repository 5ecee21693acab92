"""Look an installation over, part by part, and say what is wrong and what to do about it."""

import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Literal

from packaging.requirements import Requirement

from matcher.bootstrap import Application
from matcher.errors import SynergiesError
from matcher.live_index import RECENT
from matcher.settings import Settings
from matcher.store import examining, revisions
from matcher.store.changes import count_actors
from matcher.store.database import Database
from matcher.store.installation import moment_of, read_installation
from matcher.usecases.answers import Answer
from matcher.wording.words import Words
from models.verifying import altered_artefacts, altered_sources

OLDEST_PYTHON = (3, 11)
LITTLE_BYTES = 1024**3
TOO_LITTLE_BYTES = 100 * 1024**2
MEGABYTE = 1024**2
SHOWN = 5

Outcome = Literal["ok", "warning", "failure"]


class DiagnosisItem(Answer):
    """What was looked at, how it is, and what there is to know or to do."""

    name: str
    outcome: Outcome
    text: str


class Diagnosis(Answer):
    """Everything that was looked at; ``ok`` unless something fails."""

    ok: bool
    items: list[DiagnosisItem]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: ``code`` names the sentence that tells it."""

    name: str
    outcome: Outcome
    code: str
    told: dict[str, object] = field(default_factory=dict)


def diagnose(settings: Settings, words: Words) -> Diagnosis:
    """Look at everything, whatever is missing; changes nothing."""
    found = [*_software(), *_on_disk(settings), *_opened(settings, words)]
    items = [
        DiagnosisItem(name=f.name, outcome=f.outcome, text=words.say(f"doctor.{f.code}", **f.told))
        for f in found
    ]
    return Diagnosis(ok=all(f.outcome != "failure" for f in found), items=items)


def _software() -> Iterator[Found]:
    python = platform.python_version()
    fine = sys.version_info >= OLDEST_PYTHON
    yield Found("python", "ok" if fine else "failure", "python", {"version": python})
    wrong = list(_wrong_packages())
    told: dict[str, object] = {"version": version("synergies"), "packages": wrong[:SHOWN]}
    yield Found("packages", *(("failure", "packages_wrong") if wrong else ("ok", "packages")), told)
    faulty = examining.may_lose_pages()
    code = "sqlite_faulty" if faulty else "sqlite"
    told = {"version": sqlite3.sqlite_version}
    yield Found("sqlite", "warning" if faulty else "ok", code, told)
    altered, sources = altered_artefacts(), altered_sources()
    if altered:
        yield Found("constants", "failure", "constants_altered", {"files": altered[:SHOWN]})
    elif sources:
        yield Found("constants", "warning", "constants_older", {"files": sources[:SHOWN]})
    else:
        yield Found("constants", "ok", "constants")


def _wrong_packages() -> Iterator[str]:
    for line in requires("synergies") or ():
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            if not wanted.specifier.contains(version(wanted.name), prereleases=True):
                yield f"{wanted.name} {version(wanted.name)} ({wanted.specifier})"
        except PackageNotFoundError:
            yield f"{wanted.name} ({wanted.specifier})"


def _on_disk(settings: Settings) -> Iterator[Found]:
    folder = settings.index_directory
    free = examining.free_bytes(folder)
    told: dict[str, object] = {"megabytes": free // MEGABYTE, "path": str(folder.parent)}
    if free < TOO_LITTLE_BYTES:
        yield Found("disk", "failure", "disk_full", told)
    else:
        little = free < LITTLE_BYTES
        code = "disk_little" if little else "disk"
        yield Found("disk", "warning" if little else "ok", code, told)


def _opened(settings: Settings, words: Words) -> Iterator[Found]:
    try:
        database = Database.open(settings.database_url, create=False)
    except SynergiesError as error:
        yield Found("database", "failure", "unusable", {"reason": words.error(error)})
        yield from _tried("model", "unusable", words, lambda: _model(settings))
        return
    with closing(database):
        yield from _database(database)
        yield from _permissions(database, settings)
        yield from _rules(database, settings)
        application = Application(settings, database)
        model = list(_tried("model", "unusable", words, lambda: [_model_of(application)]))
        yield from model
        if model[0].outcome == "ok":
            yield from _tried("index", "unusable", words, lambda: [_index(application)])


def _tried(name: str, code: str, words: Words, look: Callable[[], list[Found]]) -> Iterator[Found]:
    try:
        yield from look()
    except SynergiesError as error:
        yield Found(name, "failure", code, {"reason": words.error(error)})


def _model(settings: Settings) -> list[Found]:
    from models.analysis import open_encoder  # noqa: PLC0415  # only where there is no database

    opened = open_encoder(settings.model, settings.model_directory)
    return [Found("model", "ok", "model", {"model": opened.model_id})]


def _model_of(application: Application) -> Found:
    return Found("model", "ok", "model", {"model": application.encoder.model_id})


def _database(database: Database) -> Iterator[Found]:
    shown = database.url.render_as_string(hide_password=True)
    with database.read() as connection:
        told: dict[str, object] = {"actors": count_actors(connection), "url": shown}
        installation = read_installation(connection)
    yield Found("database", "ok", "database", told)
    yield Found("schema", "ok", "schema", {"revision": revisions.newest()})
    kept = examining.keeping(database)
    told = {"engine": kept.engine, "settings": [f"{n}={v}" for n, v in kept.settings.items()]}
    if kept.unsafe:
        yield Found("durability", "failure", "durability_unsafe", told | {"unsafe": kept.unsafe})
    else:
        yield Found("durability", "ok", "durability", told)
    if database.file is not None:
        damage = examining.damage(database)
        code = "damaged" if damage else "whole"
        yield Found("integrity", "failure" if damage else "ok", code, {"reason": damage or ""})
    if not installation.sending_confirmed:
        since = installation.restored_at
        restored = since.strftime("%Y-%m-%d %H:%M") if since else "?"
        yield Found("sending", "warning", "sending_suspended", {"restored": restored})


def _permissions(database: Database, settings: Settings) -> Iterator[Found]:
    paths = [settings.index_directory]
    if database.file is not None:
        paths += [database.file.with_name(database.file.name + end) for end in ("", "-wal", "-shm")]
    open_to_others = [str(path) for path in examining.readable_by_others(paths)]
    code = "permissions_open" if open_to_others else "permissions"
    told: dict[str, object] = {"paths": open_to_others}
    yield Found("permissions", "warning" if open_to_others else "ok", code, told)


def _rules(database: Database, settings: Settings) -> Iterator[Found]:
    """Whether PostgreSQL too keeps a caller to its départements, where keys tell who calls."""
    if database.file is None and settings.asks_keys:
        role = examining.above_the_rules(database)
        told: dict[str, object] = {"role": role or ""}
        yield Found("rules", *(("warning", "rules_idle") if role else ("ok", "rules")), told)


def _index(application: Application) -> Found:
    with application.database.read() as connection:
        actors, sequence = count_actors(connection), moment_of(connection).sequence
    if actors <= RECENT:
        return Found("index", "ok", "index_in_memory", {"actors": actors})
    card = application.live.on_disk()
    if card is None:
        return Found("index", "warning", "index_absent", {"actors": actors})
    told: dict[str, object] = {
        "day": card.day.isoformat(),
        "days": (application.today() - card.day).days,
        "sequence": card.sequence,
        "behind": sequence - card.sequence,
    }
    return Found("index", "ok", "index", told)
