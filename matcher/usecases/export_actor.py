"""Give a person everything that is held on it, with where it comes from and what is made of it."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import Field

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.store.held import named_by, rows_of, vectors_of
from matcher.usecases.answers import Answer, RecommendationItem
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.seeing import Sight
from matcher.wording.words import Words

SUGGESTED = 20
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would run."""


class VectorsHeld(Answer):
    """Vectors exist and are not given: a text could be rebuilt from them by whoever got them."""

    model: str
    count: int


class ActorExport(Answer):
    """Everything held on one person."""

    actor_id: str
    exported: date
    tables: dict[str, list[dict[str, Any]]] = Field(
        description="Par table, les lignes de la personne, telles qu’elles sont enregistrées."
    )
    vectors: list[VectorsHeld] = Field(
        description="Vecteurs calculés à partir de ses textes : leur nombre, jamais leur contenu."
    )
    named_by: list[str] = Field(description="Identifiants de ceux qui disent la connaître.")
    recommendations: list[RecommendationItem] = Field(
        description="Ce qui lui est proposé aujourd’hui, avec scores et raisons."
    )
    notes: list[str] = Field(description="Ce qu’il faut savoir pour lire cet export.")


def export_actor(
    application: Application, actor_id: str, words: Words, scope: Scope
) -> ActorExport:
    """Read everything held on an actor, whoever else is named there.

    Raises NotFound ``unknown-actor`` where nobody in sight has this id.
    """
    actor = Sight(application, scope).actor(actor_id)
    shown: list[RecommendationItem] = []
    if actor.profiling:
        query = RecommendationQuery(actor_id=actor_id, limit=SUGGESTED)
        shown = recommend(application, query, words, scope).items
    with application.database.read() as connection:
        tables = rows_of(connection, actor_id)
        vectors = vectors_of(connection, actor_id)
        named = named_by(connection, actor_id)
    return ActorExport(
        actor_id=actor_id,
        exported=application.today(),
        tables=tables,
        vectors=[VectorsHeld(model=name, count=count) for name, count in sorted(vectors.items())],
        named_by=named,
        recommendations=shown,
        notes=[words.say(f"export.{note}") for note in ("vectors", "algorithm", "rights")],
    )


def export_as_csv(export: ActorExport) -> str:
    """The same export, one value a line: part, row, field, value; no cell is a formula."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(["part", "row", "field", "value"])
    for part, row, field, value in _values(export):
        lines.writerow([part, row, field, cell(value)])
    return written.getvalue()


def _values(export: ActorExport) -> Iterator[tuple[str, int, str, Any]]:
    told = export.model_dump(mode="json")
    for table, rows in told.pop("tables").items():
        yield from _fields(table, rows)
    for part in ("recommendations", "vectors"):
        yield from _fields(part, told.pop(part))
    for part, value in told.items():
        for number, one in enumerate(value if isinstance(value, list) else [value], 1):
            yield part, number, part, one


def _fields(part: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, int, str, Any]]:
    for number, row in enumerate(rows, 1):
        for field, value in row.items():
            yield part, number, field, value


def cell(value: Any) -> str:
    """A value as a spreadsheet shows it: never a formula."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULAS) else text
