"""A desk to import at: a fresh database, a folder to write files in."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.engine.profiles import Actor
from matcher.scope import Scope
from matcher.store.actors import all_actors
from matcher.store.database import Database
from matcher.territory import Referential, load_referential
from matcher.usecases.import_actors import (
    ImportReport,
    import_actors,
    import_rows,
    read_ndjson,
)

TODAY = date(2026, 11, 23)


def _line(row: Mapping[str, object] | str | bytes) -> bytes:
    text = row if isinstance(row, str | bytes) else json.dumps(row)
    return text if isinstance(text, bytes) else text.encode("utf-8")


class Desk:
    """A fresh database, a folder to write files in, and an import."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.referential: Referential = load_referential()

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def lines(self, *rows: Mapping[str, object] | str | bytes, name: str = "a.jsonl") -> Path:
        written = [_line(row) for row in rows]
        return self.file(name, b"\n".join(written) + b"\n")

    def imported(self, *paths: Path, **options: Any) -> ImportReport:
        return import_actors(
            paths,
            database=self.database,
            referential=self.referential,
            today=TODAY,
            **{"scope": Scope.everything(), **options},
        )

    def streamed(self, content: bytes) -> ImportReport:
        return import_rows(
            read_ndjson([content]),
            file="corps",
            database=self.database,
            referential=self.referential,
            today=TODAY,
            scope=Scope.everything(),
        )

    def actors(self) -> dict[str, Actor]:
        with self.database.read() as connection:
            return {actor.id: actor for actor in all_actors(connection)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database.open(f"sqlite:///{tmp_path}/var/synergies.db")
    yield Desk(tmp_path, database)
    database.close()
