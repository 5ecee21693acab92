"""When both say yes: one mail to each, put into the outbox with the second answer."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.store.mail_tables import outbox
from matcher.store.tables import actors
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.mail_links import AnswerLink, MailLinks

ME, PARTNER = "ccas-argenteuil", "velo-argenteuil"
Yes = Callable[..., Any]


@pytest.fixture
def installation(application: Application) -> Application:
    """The same installation, where mail is set up and everybody agreed to it."""
    with application.database.write() as connection:
        for name in (ME, PARTNER):
            agreed = {"consent_email": True, "email": f"{name}@exemple.fr"}
            connection.execute(update(actors).where(actors.c.id == name).values(**agreed))
    settings = replace(
        application.settings,
        mail_from="Synergies <bonjour@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="https://synergies.test",
    )
    return Application(settings, application.database, application.today)


@pytest.fixture
def yes(installation: Application) -> Yes:
    """Somebody presses a button and confirms."""
    client = TestClient(create_app(installation))
    links = MailLinks("", installation.gate.secret(), datetime.now(UTC))

    def answer(reader: str, verdict: Any = "accepted") -> Any:
        return client.post(links.answer(AnswerLink(ME, PARTNER, reader, verdict)))

    return answer


def mails(installation: Application) -> list[Any]:
    with installation.database.read() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)))


@pytest.mark.every_engine
def test_both_are_introduced_once(installation: Application, yes: Yes) -> None:
    assert "Nous attendons" in yes(ME).text
    assert mails(installation) == []
    for reader in (PARTNER, ME, PARTNER):
        assert "part dans les prochaines heures" in yes(reader).text
    written = mails(installation)
    assert [(row.actor_id, row.kind, row.state) for row in written] == [
        (name, "introduction", "queued") for name in (ME, PARTNER)
    ]
    assert len({row.message_id for row in written}) == 2


def test_each_reads_who_the_other_is_why_and_what_to_do_first(
    installation: Application, yes: Yes
) -> None:
    yes(ME)
    yes(PARTNER)
    for row, other in zip(mails(installation), (PARTNER, ME), strict=True):
        mail = message_from_bytes(row.mail, policy=policy.default)
        assert mail["To"].addresses[0].addr_spec == row.address
        for kind in ("plain", "html"):
            text = mail.get_body((kind,)).get_content()  # type: ignore[union-attr]
            for said in (
                other,
                f"{other}@exemple.fr",
                "salle de réunion",
                "Premier pas",
                "programme",
            ):
                assert said in text, said
            assert "mail.introduction" not in text


def test_an_address_that_is_not_to_be_shared_is_not(installation: Application, yes: Yes) -> None:
    with installation.database.write() as connection:
        mine = actors.c.id == ME
        connection.execute(update(actors).where(mine).values(consent_email=False))
    yes(ME)
    yes(PARTNER)
    (row,) = mails(installation)
    assert row.actor_id == PARTNER
    assert f"{ME}@exemple.fr".encode() not in row.mail


@pytest.mark.parametrize("verdict", ["declined", "known"])
def test_nobody_is_introduced_to_who_did_not_say_yes(
    installation: Application, yes: Yes, verdict: str
) -> None:
    yes(ME, verdict)
    yes(PARTNER)
    assert mails(installation) == []


def test_who_leaves_takes_both_mails_along(installation: Application, yes: Yes) -> None:
    yes(ME)
    yes(PARTNER)
    erase_actor(installation, ME, Scope.everything())
    assert [(row.actor_id, row.mail, row.state) for row in mails(installation)] == [
        (PARTNER, None, "skipped")
    ]


@pytest.mark.every_engine
def test_two_who_say_yes_at_the_same_moment_are_introduced(
    installation: Application, yes: Yes
) -> None:
    installation.snapshot()
    together = threading.Barrier(2)

    def press(reader: str) -> None:
        together.wait()
        yes(reader)

    both = [threading.Thread(target=press, args=(reader,)) for reader in (ME, PARTNER)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [row.actor_id for row in mails(installation)] == [ME, PARTNER]


def test_where_no_mail_is_set_up_an_answer_is_kept_all_the_same(application: Application) -> None:
    client = TestClient(create_app(application))
    links = MailLinks("", application.gate.secret(), datetime.now(UTC))
    for reader in (ME, PARTNER):
        page = client.post(links.answer(AnswerLink(ME, PARTNER, reader, "accepted")))
        assert page.status_code == 200
    assert mails(application) == []
