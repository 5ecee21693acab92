"""A person sees what is held on it, and nothing that others said in confidence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.actors import find_actor, save_actors
from matcher.store.feedback import write_feedback
from matcher.store.mail_tables import outbox
from matcher.store.suggestions import Run, write_run
from matcher.store.tables import audit, audit_actors
from matcher.usecases.accept_mails import accept_mails
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.export_actor import export_actor
from matcher.usecases.manage_keys import create_key
from matcher.usecases.oppose import oppose
from matcher.usecases.show_my_data import reader_of_my_data, show_my_data
from matcher.wording.words import Words

ME, PARTNER, ANOTHER = "ts-garges-ml-01", "es-taverny-velo-01", "ts-cergy-mecs-01"
MINE = Scope(Role.PRACTITIONER, f"actor:{ME}", actor_id=ME)
ALL, FRENCH = Scope.everything(), Words("fr")
NOW = datetime.now(UTC)

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def suggested(application: Application) -> Application:
    """The same installation, where two partners were suggested and both sides answered."""
    with application.database.write() as connection:
        for month in (date(2026, 10, 1), date(2026, 11, 1)):
            run = Run(f"r{month.month}", None, month, 0, {})
            pairs = [(ME, PARTNER, 0.9), (ME, ANOTHER, 0.8)][: month.month - 9]
            write_run(connection, run, pairs)
        said = {f"actor:{ME}": "accepted", f"actor:{PARTNER}": "declined", "syn_coord": "note"}
        for who, verdict in said.items():
            write_feedback(connection, (ME, PARTNER), who, verdict, f"dit par {who}", NOW)
        for number, who in enumerate(said, 9001):
            entry = {"id": number, "at": NOW, "who": who, "what": "feedback", "count": 2}
            connection.execute(insert(audit).values(**entry, details={"verdict": said[who]}))
            for one in (ME, PARTNER):
                connection.execute(insert(audit_actors).values(entry=number, actor_id=one))
        times = {"attempts": 1, "due": 0, "until": 0, "changed": 1_790_000_000, "leased_until": 0}
        to = {"run_id": "r10", "actor_id": ME, "address": "x@exemple.fr", "domain": "exemple.fr"}
        connection.execute(insert(outbox).values(**to, **times, message_id="<1>", state="sent"))
    return application


def test_it_shows_what_was_suggested_and_ones_own_answers(suggested: Application) -> None:
    told = show_my_data(suggested, FRENCH, MINE)
    shown = [(one.partner is not None, one.month, one.verdict) for one in told.suggestions]
    assert sorted(shown, key=str) == [
        (True, date(2026, 11, 1), "accepted"),
        (True, date(2026, 11, 1), None),
    ]
    assert [(mail.kind, mail.state, mail.day) for mail in told.mails] == [
        ("digest", "sent", date(2026, 9, 21))
    ]


def test_who_has_left_or_refuses_is_not_named(suggested: Application) -> None:
    oppose(suggested, PARTNER, ALL, profiling=True)
    erase_actor(suggested, ANOTHER, ALL)
    (one,) = show_my_data(suggested, FRENCH, MINE).suggestions
    assert (one.partner, one.organization, one.verdict) == (None, None, "accepted")


@pytest.mark.parametrize("where", ["page", "export"])
def test_what_another_answered_stays_with_it(suggested: Application, where: str) -> None:
    told: Any = (
        show_my_data(suggested, FRENCH, MINE)
        if where == "page"
        else export_actor(suggested, ME, FRENCH, MINE)
    )
    written = str(told)
    assert f"dit par actor:{ME}" in written
    assert f"dit par actor:{PARTNER}" not in written
    if where == "export":
        assert {row["by"] for row in told.tables["feedback"]} == {f"actor:{ME}", "syn_coord"}
        assert {row["id"] for row in told.tables["audit"]} & {9001, 9002, 9003} == {9001, 9003}
        assert 9002 not in {row["entry"] for row in told.tables["audit_actors"]}


def test_partners_of_today_come_with_reasons(application: Application) -> None:
    told = show_my_data(application, FRENCH, MINE)
    assert told.partners
    assert all(item.actor.id == ME and item.reasons for item in told.partners)


def test_who_refuses_to_be_matched_is_shown_no_partner(application: Application) -> None:
    oppose(application, ME, MINE, profiling=True)
    told = show_my_data(application, FRENCH, MINE)
    assert (told.partners, told.profiling) == ((), False)
    assert told.refuses_profiling_since == date(2026, 11, 23)


def test_a_link_opens_for_its_actor_alone(application: Application) -> None:
    token = application.gate.link(ME, NOW + timedelta(days=1))
    assert reader_of_my_data(application, token) == MINE


def test_a_key_or_an_old_link_opens_nothing(application: Application) -> None:
    key = create_key(application, Role.ADMIN, {}, "", ALL).key
    old = application.gate.link(ME, NOW - timedelta(days=1))
    for token in (key, old, "", "x", "é", "x" * 5000):
        with pytest.raises(NotFound, match="unknown-link"):
            reader_of_my_data(application, token)


def test_mails_are_wanted_again_by_the_person_alone(application: Application) -> None:
    oppose(application, ME, MINE, mail=True)
    for other in (ALL, Scope(Role.PRACTITIONER, f"actor:{ANOTHER}", actor_id=ANOTHER)):
        with pytest.raises(NotFound):
            accept_mails(application, ME, other)
    assert not show_my_data(application, FRENCH, MINE).accepts_mails
    accept_mails(application, ME, MINE)
    told = show_my_data(application, FRENCH, MINE)
    assert (told.accepts_mails, told.refuses_mails_since) == (True, None)


def test_without_an_address_there_is_nothing_to_accept(application: Application) -> None:
    with application.database.write() as connection:
        stored = find_actor(connection, ME)
        assert stored is not None
        silent = replace(stored, email=None, consent_email=False)
        save_actors(connection, [silent], today=application.today())
    with pytest.raises(InvalidInput, match="no-address"):
        accept_mails(application, ME, MINE)
