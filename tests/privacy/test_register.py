"""The register of personal data is whole, and what it says is what happens."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, func, insert, select

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.store.mail_tables import bounces, outbox, runs, suggestions
from matcher.store.personal_data import COLUMNS, PLACES, ROWS_OF, Erased, Exported, Whose, untagged
from matcher.store.tables import audit, audit_actors, feedback, metadata
from matcher.usecases.describe_algorithm import OPERATIONS, REFUSED_USES, describe_algorithm
from matcher.usecases.describe_register import describe_register
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.export_actor import export_actor
from matcher.usecases.oppose import oppose
from matcher.usecases.purge import ACTOR_MONTHS, STATEMENT_MONTHS
from matcher.wording.words import Words

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
FRENCH, EVERYTHING = Words("fr"), Scope.everything()
HOLDS_NO_TEXT = {
    *("bounds_of", "_departments", "_place_named", "_decimal", "_catalogue"),
    *("write_out", "_part_draw", "_read"),
}
"""Remembered numbers, names of territories, catalogues, and the made-up people of measurements."""


def test_every_column_is_in_the_register() -> None:
    assert untagged() == set()


def test_a_column_that_nobody_tagged_is_noticed() -> None:
    table = Table("zz_new", metadata, Column("id", Integer, primary_key=True))
    try:
        assert untagged() == {"zz_new.id"}
    finally:
        metadata.remove(table)


def test_what_is_given_is_in_a_table_whose_rows_have_an_owner() -> None:
    given = {table for table, held in COLUMNS.items() if Exported.GIVEN in _exported(table)}
    assert given == set(ROWS_OF)
    assert all(held.whose is Whose.NOBODY for held in COLUMNS["changes"].values())


def test_an_export_holds_every_column_that_is_given(application: Application, canary: str) -> None:
    oppose(application, canary, EVERYTHING, mail=True)
    _note_visits(application, canary)
    export = export_actor(application, canary, FRENCH, EVERYTHING)
    for table in ROWS_OF:
        wanted = {c for c, held in COLUMNS[table].items() if held.exported is Exported.GIVEN}
        rows = export.tables[table]
        assert rows, table
        assert all(set(row) == wanted for row in rows)
        told = {column for row in rows for column, value in row.items() if value is not None}
        assert told == wanted, f"{table}: the canary fills every column"


def test_erasing_empties_every_table_of_a_person(application: Application, canary: str) -> None:
    oppose(application, canary, EVERYTHING, mail=True)
    _note_visits(application, canary)
    application.snapshot()
    erase_actor(application, canary, EVERYTHING)
    with application.database.read() as connection:
        for name, theirs in ROWS_OF.items():
            left = select(func.count()).select_from(metadata.tables[name]).where(theirs(canary))
            assert connection.execute(left).scalar_one() == 0, name


def test_whatever_stays_after_an_erasure_is_under_a_pseudonym() -> None:
    held = [one for table in COLUMNS.values() for one in table.values()] + list(PLACES.values())
    assert all(one.whose is not Whose.PERSON for one in held if one.erased is Erased.KEPT)


def test_the_document_shows_the_register() -> None:
    begin, end = "<!-- registre -->\n", "<!-- fin du registre -->"
    shown = DOCUMENT.partition(begin)[2].partition(end)[0]
    assert shown.strip() == describe_register(FRENCH).strip()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_register_is_in_words(language: str) -> None:
    assert "privacy." not in describe_register(Words(language))


def test_the_document_says_what_the_sheet_of_the_algorithm_says(application: Application) -> None:
    sheet = describe_algorithm(application, FRENCH, EVERYTHING)
    told = [sheet.purpose, sheet.contribution, *sheet.refused_uses, sheet.never_used, sheet.rights]
    told += [text for one in sheet.parameters for text in (one.label, one.meaning)]
    told += [operation.text for operation in sheet.operations]
    told += [source.text for source in sheet.data] + [sheet.matching.text]
    written = re.sub(r"\s+", " ", DOCUMENT)
    assert [text for text in told if re.sub(r"\s+", " ", text) not in written] == []
    assert len(OPERATIONS) == len(sheet.operations)
    assert len(REFUSED_USES) == len(sheet.refused_uses)


def test_the_document_says_how_long_things_are_kept() -> None:
    assert f"{ACTOR_MONTHS} mois" in DOCUMENT
    assert f"{STATEMENT_MONTHS} mois" in DOCUMENT


def test_every_memory_of_texts_can_be_forgotten() -> None:
    unknown = [
        f"{path.relative_to(ROOT)}: {name}"
        for room in ("matcher", "models", "api")
        for path in (ROOT / room).rglob("*.py")
        for name, decorators in _remembering(path)
        if "remembers_texts" not in decorators and name not in HOLDS_NO_TEXT
    ]
    assert unknown == []


def _note_visits(application: Application, canary: str) -> None:
    """What coordinators and the person did: read its page, and said what a pair is worth."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with application.database.write() as connection:
        told = {"at": at, "what": "actors.read", "count": 1, "details": {"page": 1}}
        for number, who in enumerate(("key:abc", f"actor:{canary}"), 1001):
            connection.execute(insert(audit).values(id=number, who=who, **told))
            connection.execute(insert(audit_actors).values(entry=number, actor_id=canary))
        said = {"verdict": "declined", "reason": "Zzcanari est trop loin", "at": at}
        pair = {"one": "ami", "other": canary}
        connection.execute(insert(feedback).values(by=f"actor:{canary}", **pair, **said))
        run = {"id": "r", "month": at.date(), "planned": 1, "report": {}}
        connection.execute(insert(runs).values(**run))
        connection.execute(insert(suggestions).values(run_id="r", score=0.9, **pair))
        for number, who in enumerate(("ami", canary), 1):
            mail = {"address": f"{who}@exemple.fr", "domain": "exemple.fr", "mail": b"Zzcanari"}
            times = dict.fromkeys(("first_attempt", "due", "until", "changed", "leased_until"), 1)
            sent = {"state": "sent", "reason": "ok", "attempts": 1, "message_id": f"<{number}>"}
            row = {"id": number, "run_id": "r", "actor_id": who}
            connection.execute(insert(outbox).values(**row, **mail, **times, **sent))
        back = {"actor_id": canary, "digest": "d", "address": "a@exemple.fr", "hard": True}
        connection.execute(insert(bounces).values(**back, status="5.1.1", at=1))


def _exported(table: str) -> set[Exported]:
    return {held.exported for held in COLUMNS[table].values()}


def _remembering(path: Path) -> Iterator[tuple[str, str]]:
    """Functions of at least one parameter whose answers are remembered, and their decorators."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.args.args:
            decorators = " ".join(ast.unparse(one) for one in node.decorator_list)
            if "lru_cache" in decorators:
                yield node.name, decorators


def test_the_audit_log_no_longer_names_who_was_erased(
    application: Application, canary: str
) -> None:
    _note_visits(application, canary)
    erase_actor(application, canary, EVERYTHING)
    with application.database.read() as connection:
        noted = connection.execute(select(audit.c.who).where(audit.c.id > 1000)).scalars()
        assert list(noted)[:2] == ["key:abc", "actor"]
        named = select(audit_actors).where(audit_actors.c.actor_id == canary)
        assert connection.execute(named).all() == []


def test_mails_that_spoke_of_it_to_others_are_taken_away(
    application: Application, canary: str
) -> None:
    _note_visits(application, canary)
    erase_actor(application, canary, EVERYTHING)
    with application.database.read() as connection:
        left = connection.execute(select(outbox.c.actor_id, outbox.c.mail)).all()
    assert [tuple(row) for row in left] == [("ami", None)]
