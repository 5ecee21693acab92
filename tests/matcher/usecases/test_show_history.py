"""The history of an actor: everything that happened in sight, and nothing out of it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.store.feedback import write_feedback
from matcher.store.mail_tables import outbox
from matcher.store.suggestions import Run, write_run
from matcher.usecases.change_actor import change_actor
from matcher.usecases.edit_profile import edit_profile
from matcher.usecases.show_history import Event, show_history
from matcher.wording.words import Words

ME, PARTNER, AWAY = "ts-garges-ml-01", "es-taverny-velo-01", "ts-aulnay-ml-01"
ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:95",))
MINE = Scope(Role.PRACTITIONER, f"actor:{ME}", actor_id=ME)
DAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def told(application: Application, scope: Scope = ALL, who: str = ME) -> tuple[Event, ...]:
    return show_history(application, who, FRENCH, scope)


def texts(events: tuple[Event, ...]) -> list[str]:
    return [event.text for event in events]


@pytest.fixture
def away(application: Application) -> str:
    """Somebody who belongs to another département."""
    with_others = edit_profile(application, PARTNER, ALL).values
    moved = {**with_others, "commune": "75111", "zone": [], "name": "Ailleurs"}
    change_actor(application, "ailleurs", moved, ALL)
    return "ailleurs"


def test_each_table_tells_what_it_knows(application: Application) -> None:
    with application.database.write() as connection:
        moment = int(DAY.timestamp())
        write_run(connection, Run("r1", None, date(2026, 11, 1), moment, {}), [(ME, PARTNER, 0.9)])
        intro = Run("intro-x", None, date(2026, 11, 1), moment, {})
        write_run(connection, intro, [(ME, PARTNER, 0.9)])
        write_feedback(connection, (ME, PARTNER), f"actor:{ME}", "accepted", "", DAY)
        write_feedback(connection, (ME, PARTNER), "syn_x", "note", "Les appeler", DAY)
        times = {"attempts": 1, "due": 0, "until": 0, "changed": moment, "leased_until": 0}
        to = {"run_id": "r1", "actor_id": ME, "address": "x@exemple.fr", "domain": "exemple.fr"}
        connection.execute(insert(outbox).values(**to, **times, message_id="<1>", state="sent"))
    values = dict(edit_profile(application, ME, ALL).values)
    change_actor(application, ME, values | {"name": "Autre nom"}, ALL)
    events = told(application)
    said = {event.text.replace("\u00a0", " "): event for event in events}
    assert said["Rencontre proposée pour novembre 2026"].other is not None
    assert said["Mise en relation"].day == DAY.date()
    assert said["A souhaité cette rencontre"].other is not None
    assert said["Note de la coordination"].note == "Les appeler"
    assert "Reçu par courriel : les suggestions du mois" in said
    assert "Fiche corrigée par la coordination" in said
    assert any(text.startswith("Fiche importée du fichier") for text in said)
    assert [event.day for event in events] == sorted((one.day for one in events), reverse=True)


def test_a_reason_is_told_as_it_was_asked(application: Application) -> None:
    with application.database.write() as connection:
        reason = "too_far: une heure de route"
        write_feedback(connection, (ME, PARTNER), f"actor:{PARTNER}", "declined", reason, DAY)
    (event,) = [one for one in told(application) if one.other]
    assert event.note == "C’est trop loin — une heure de route"


def test_what_concerns_somebody_out_of_sight_never_was(application: Application, away: str) -> None:
    before = told(application, IN_95)
    with application.database.write() as connection:
        write_feedback(connection, (ME, away), f"actor:{away}", "accepted", "", DAY)
        run = Run("r1", None, date(2026, 11, 1), int(DAY.timestamp()), {})
        write_run(connection, run, [(ME, away, 0.9)])
    assert told(application, IN_95) == before
    assert len(told(application)) == len(before) + 2


def test_a_practitioner_is_not_told_what_others_answered(application: Application) -> None:
    with application.database.write() as connection:
        write_feedback(connection, (ME, PARTNER), f"actor:{PARTNER}", "declined", "", DAY)
        write_feedback(connection, (ME, PARTNER), f"actor:{ME}", "accepted", "", DAY)
    said = texts(told(application, MINE))
    assert "A souhaité cette rencontre" in said
    assert not any("L’autre" in text for text in said)


def test_who_is_out_of_sight_has_no_history(application: Application, away: str) -> None:
    for scope, who in ((IN_95, away), (IN_95, "zzz"), (MINE, PARTNER)):
        with pytest.raises(NotFound):
            told(application, scope, who)
