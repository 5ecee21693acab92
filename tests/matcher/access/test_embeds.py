"""A token of a page says what it was made for, whoever reads it, and names itself by a hash."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matcher.access.embeds import (
    Embed,
    read_embed,
    read_ended_embed,
    scope_of_embed,
    sign_embed,
)
from matcher.access.gate import FORMS_WITHIN, Gate
from matcher.access.links import sign, sign_link
from matcher.scope import Role
from matcher.store.database import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
SECRET = b"a secret of thirty-two bytes long"
PORTAL, OTHER = "https://portail.example", "https://autre.example"
PLAIN = Embed(("department:93", "department:95"), (PORTAL, OTHER))
FRAMED = Embed(("department:95",), (PORTAL,), "95018", "Un vélo", "social_entrepreneur")


@pytest.mark.parametrize("embed", [PLAIN, FRAMED])
def test_a_token_says_all_that_it_was_made_for(embed: Embed) -> None:
    assert read_embed(SECRET, sign_embed(SECRET, embed, SOON), NOW) == embed


@pytest.mark.parametrize(
    ("embed", "is_one"),
    [
        (PLAIN, False),
        (FRAMED, True),
        (Embed(("department:95",), (PORTAL,), commune="95018"), True),
        (Embed(("department:95",), (PORTAL,), need="Un vélo"), True),
        (Embed(("department:95",), (PORTAL,), kind="social_entrepreneur"), False),
    ],
)
def test_a_commune_or_a_need_makes_it_one_question(embed: Embed, is_one: bool) -> None:
    assert embed.is_one_question is is_one


def test_a_token_that_has_run_out_is_read_only_to_say_so() -> None:
    token = sign_embed(SECRET, PLAIN, NOW)
    assert read_embed(SECRET, token, NOW) is None
    assert read_ended_embed(SECRET, token) == PLAIN
    assert read_ended_embed(b"another secret of sixteen", token) is None
    assert read_ended_embed(SECRET, "nothing") is None


@pytest.mark.parametrize(
    "told",
    [
        [],
        ["department:95", PORTAL],
        ["department:95", PORTAL, "", "", "social_worker", "more"],
        ["department:95", PORTAL, "", ""],
        ["", PORTAL, "", "", "social_worker"],
        ["department:95", "", "", "", "social_worker"],
    ],
)
def test_a_token_that_says_too_little_or_too_much_is_none(told: list[str]) -> None:
    assert read_embed(SECRET, sign(SECRET, "embed", told, SOON), NOW) is None


def test_a_link_of_a_person_is_no_token_of_a_page_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    assert read_embed(SECRET, sign_link(SECRET, "somebody", SOON), NOW) is None


def test_a_page_is_let_see_its_departements_under_a_name_that_opens_nothing() -> None:
    token = sign_embed(SECRET, PLAIN, SOON)
    scope, again = scope_of_embed(PLAIN, token), scope_of_embed(PLAIN, token)
    other = scope_of_embed(PLAIN, sign_embed(SECRET, PLAIN, SOON + timedelta(days=1)))
    assert (scope.role, scope.departments) == (Role.EMBED, PLAIN.departments)
    kind, _, name = scope.who.partition(":")
    assert (kind, len(name)) == ("embed", 12)
    assert scope == again
    assert scope.who != other.who
    assert not set(token.split(".")) & {name}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    database = Database.open(f"sqlite:///{tmp_path}/a.db")
    made = Gate(database, SECRET, now=lambda: NOW)
    database.close()  # nothing of a signed token is asked of it
    return made


@pytest.mark.parametrize(
    ("origin", "opens"),
    [(None, True), (PORTAL, True), (OTHER, True), ("https://ailleurs.example", False), ("", False)],
)
def test_a_token_opens_to_the_pages_it_names_and_to_no_other(
    gate: Gate, origin: str | None, opens: bool
) -> None:
    token = gate.embed(PLAIN, SOON)
    found = gate.admit(token, origin)
    assert found == (scope_of_embed(PLAIN, token) if opens else None)


def test_a_token_of_one_question_opens_no_other_and_one_that_ran_out_none(gate: Gate) -> None:
    assert gate.admit(gate.embed(FRAMED, SOON)) is None
    assert gate.admit(gate.embed(PLAIN, NOW)) is None
    assert gate.admit(gate.embed(PLAIN, NOW + timedelta(seconds=1))) is not None


def test_a_form_is_of_one_session_for_a_day_of_work(gate: Gate) -> None:
    token = gate.form_token("a session")
    assert gate.sent_form("a session", token) is True
    assert gate.sent_form("another", token) is False
    assert gate.sent_form("a session", "nothing") is False
    assert gate.sent_form("a session", gate.link("a session", SOON)) is False
    assert gate.sent_form("a session", gate.embed(PLAIN, SOON)) is False


def test_a_form_is_taken_until_its_session_would_have_ended(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/b.db")
    clock = [NOW]
    gate = Gate(database, SECRET, now=lambda: clock[0])
    token = gate.form_token("a session")
    assert timedelta(hours=13) == FORMS_WITHIN
    clock[0] = NOW + FORMS_WITHIN - timedelta(seconds=1)
    assert gate.sent_form("a session", token)
    clock[0] = NOW + FORMS_WITHIN
    assert not gate.sent_form("a session", token)
    database.close()
