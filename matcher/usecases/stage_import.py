"""Keep a file that was sent until it is confirmed, and what is said of it meanwhile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.bootstrap import Application
from matcher.engine.profiles import Kind
from matcher.errors import InvalidInput, NotFound, UnusableFile
from matcher.scope import Scope
from matcher.store.importers import limits
from matcher.store.importers.actor_row import FIELDS
from matcher.store.importers.amending import Amendments
from matcher.store.importers.reading import read_upload
from matcher.store.staged_imports import StagedImport, amend_staged, drop_staged, find_staged, stage

MOST_CORRECTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Remarks:
    """What somebody says of a file: the side of rows that do not tell theirs, what columns mean,
    and what lines should say (line, then field).
    """

    side: Kind | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    @property
    def amendments(self) -> Amendments:
        """For the importer."""
        return Amendments(self.columns, self.corrections)


def stage_import(
    application: Application, file: str, content: bytes, side: str | None, scope: Scope
) -> str:
    """Keep a file for an hour, for nobody but whoever sent it; gives the name to ask for it by.

    Raises UnusableFile where it cannot be read at all, InvalidInput for a side there is not.
    """
    if len(content) > limits.UPLOAD_BYTES:
        limit = limits.UPLOAD_BYTES // limits.MEGABYTE
        raise UnusableFile("file-too-large", path=_plain(file), limit=limit)
    read_upload(_plain(file), content)
    said = written(Remarks(read_kind(side)))
    with application.database.write() as connection:
        return stage(connection, scope.who, _plain(file), content, said, now=seconds(application))


def find_import(application: Application, name: str, scope: Scope) -> StagedImport:
    """The file of this name; NotFound ``unknown-upload`` for anybody else's, or too late."""
    with application.database.read() as connection:
        found = find_staged(connection, name, scope.who, now=seconds(application))
    if found is None:
        raise NotFound("unknown-upload", pointer="depot")
    return found


def correct_import(
    application: Application, name: str, edition: int, remarks: Remarks, scope: Scope
) -> None:
    """Lay remarks over those made before, unless the file was changed since ``edition``.

    Raises InvalidInput ``upload-changed`` then; and for too many corrections, or an unknown field.
    """
    staged = find_import(application, name, scope)
    before = remarks_of(staged)
    lines = {line: dict(told) for line, told in before.corrections.items()}
    for line, told in remarks.corrections.items():
        lines[line] = lines.get(line, {}) | dict(told)
    if sum(len(told) for told in lines.values()) > MOST_CORRECTIONS:
        raise InvalidInput("too-many-corrections", pointer="corrections", maximum=MOST_CORRECTIONS)
    if any(meant and meant not in FIELDS for meant in remarks.columns.values()):
        raise InvalidInput("not-one-of", pointer="columns", typed="?", accepted=FIELDS)
    merged = Remarks(remarks.side, {**before.columns, **remarks.columns}, lines)
    with application.database.write() as connection:
        now = seconds(application)
        said = written(merged)
        changed = amend_staged(connection, name, scope.who, said, edition=edition, now=now)
    if not changed:
        raise InvalidInput("upload-changed", pointer="edition")


def abandon_import(application: Application, name: str, scope: Scope) -> None:
    """Let go of a file at once."""
    with application.database.write() as connection:
        drop_staged(connection, name, scope.who)


def remarks_of(staged: StagedImport) -> Remarks:
    """What was said of a file so far."""
    said = staged.amendments
    lines = {int(line): told for line, told in said.get("corrections", {}).items()}
    return Remarks(read_kind(said.get("side")), said.get("columns", {}), lines)


def read_kind(side: str | None) -> Kind | None:
    """The side that was chosen, ``None`` for what each row says."""
    if not side:
        return None
    if side not in set(Kind):
        raise InvalidInput("not-one-of", pointer="side", typed=side[:80], accepted=list(Kind))
    return Kind(side)


def written(remarks: Remarks) -> dict[str, Any]:
    """The same as JSON."""
    lines = {str(line): dict(told) for line, told in remarks.corrections.items()}
    side = remarks.side.value if remarks.side else None
    return {"side": side, "columns": dict(remarks.columns), "corrections": lines}


def seconds(application: Application) -> int:
    """Now, in seconds since 1970."""
    return int(application.now().timestamp())


def _plain(file: str) -> str:
    """The name of a file without folders, nor what no screen or database can show."""
    name = re.split(r"[/\\]", file)[-1].encode("utf-8", "replace").decode("utf-8")
    kept = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:200]}{dot}{suffix[:20]}" if dot else kept[:200]
