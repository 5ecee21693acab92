"""Two people are introduced once, whichever way both said yes, and only then."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from matcher.access.gate import utc_now
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound, NotReady
from matcher.scope import Role, Scope
from matcher.store.mail_tables import outbox
from matcher.usecases.answer_suggestion import answer_suggestion
from matcher.usecases.compare_pair import compare_pair
from matcher.usecases.give_feedback import Feedback, give_feedback
from matcher.usecases.introduce_pair import introduce_pair, show_introduction
from matcher.usecases.judge_pair import judge_pair
from matcher.usecases.mail_links import AnswerLink, MailLinks
from matcher.usecases.oppose import oppose
from matcher.wording.words import Words

Stored = Callable[..., None]
Row = dict[str, Any]
ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
PAIR = ("odile", "roues")
WAYS = ("mail", "service")

pytestmark = pytest.mark.sqlite_only


def answer(application: Application, who: str, way: str, verdict: Any = "accepted") -> None:
    """Somebody answers by the button of its mail, or where it is signed in."""
    if way == "mail":
        links = MailLinks("", application.gate.secret(), utc_now())
        link = links.answer(AnswerLink(*PAIR, who, verdict))
        answer_suggestion(application, link.rpartition("/")[2], FRENCH)
    else:
        scope = Scope(Role.PRACTITIONER, f"actor:{who}", actor_id=who)
        pair = judge_pair(application, *PAIR, FRENCH, ALL).id
        give_feedback(application, pair, Feedback(*PAIR, verdict), scope)


def mails(application: Application) -> list[Any]:
    with application.database.read() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)))


def readers(application: Application) -> list[str]:
    return sorted(mail.actor_id for mail in mails(application))


def introduce(application: Application, *, agreed: bool = True, scope: Scope = IN_95) -> Any:
    return introduce_pair(application, *PAIR, FRENCH, scope, agreed=agreed)


@pytest.mark.parametrize(("first", "second"), list(product(WAYS, WAYS)))
def test_both_yes_introduce_once_whichever_way_they_came(
    desk: Application, first: str, second: str
) -> None:
    answer(desk, "odile", first)
    assert mails(desk) == []
    answer(desk, "roues", second)
    assert readers(desk) == ["odile", "roues"]
    for way in WAYS:
        answer(desk, "odile", way)
    assert not introduce(desk).new
    assert readers(desk) == ["odile", "roues"]


@pytest.mark.parametrize(("way", "verdict"), list(product(WAYS, ["declined", "known"])))
def test_another_answer_than_yes_introduces_nobody(
    desk: Application, way: str, verdict: str
) -> None:
    answer(desk, "odile", "mail")
    answer(desk, "roues", way, verdict)
    assert mails(desk) == []


def test_what_a_coordinator_retains_is_no_yes_of_theirs(desk: Application) -> None:
    answer(desk, "odile", "service")
    pair = judge_pair(desk, *PAIR, FRENCH, ALL).id
    give_feedback(desk, pair, Feedback(*PAIR, "accepted"), IN_95)
    assert mails(desk) == []


@pytest.mark.parametrize("leaves", PAIR)
def test_who_refuses_meanwhile_is_introduced_to_nobody(desk: Application, leaves: str) -> None:
    answer(desk, "odile", "mail")
    pair = judge_pair(desk, *PAIR, FRENCH, ALL).id
    oppose(desk, leaves, ALL, profiling=True)
    scope = Scope(Role.PRACTITIONER, "actor:roues", actor_id="roues")
    give_feedback(desk, pair, Feedback(*PAIR, "accepted"), scope)
    assert mails(desk) == []
    with pytest.raises(InvalidInput, match="actor-opted-out"):
        introduce(desk)


def test_a_coordinator_introduces_who_told_it_yes_once(desk: Application) -> None:
    made, again = introduce(desk), introduce(desk)
    assert (made.mails, made.new) == (2, True)
    assert not again.new
    assert readers(desk) == ["odile", "roues"]
    (said,) = compare_pair(desk, *PAIR, FRENCH, IN_95).history
    assert (said.by, said.verdict) == ("vous", "accepted")


def test_without_their_word_nobody_is_introduced_and_nothing_kept(desk: Application) -> None:
    answer(desk, "odile", "mail")
    with pytest.raises(InvalidInput, match="agreement-needed"):
        introduce(desk, agreed=False)
    assert mails(desk) == []
    assert len(compare_pair(desk, *PAIR, FRENCH, ALL).history) == 1


def test_the_mails_are_read_as_they_leave_but_for_what_is_personal(desk: Application) -> None:
    shown = show_introduction(desk, *PAIR, FRENCH, IN_95)
    assert (shown.agreed, shown.done, shown.ready) == (False, None, True)
    assert mails(desk) == []
    assert [(mail.reader, mail.leaves) for mail in shown.mails] == [
        ("Odile Tremblay", True),
        ("Atelier Roues", True),
    ]
    introduce(desk)
    for mail, sent in zip(shown.mails, mails(desk), strict=True):
        assert "@" not in mail.text
        assert "http" not in mail.text
        left = message_from_bytes(sent.mail, policy=policy.default)
        assert left["Subject"] == mail.subject
        body = left.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        address = "roues@exemple.fr" if sent.actor_id == "odile" else "odile@exemple.fr"
        assert address in body
        assert mail.text.split("\n")[0] in body
    assert show_introduction(desk, *PAIR, FRENCH, IN_95).done is not None


def test_who_said_yes_itself_needs_no_word_of_a_coordinator(
    desk: Application, almost_empty: Application
) -> None:
    silent = unable(almost_empty)
    for who in PAIR:
        answer(silent, who, "service")
    assert mails(desk) == []
    assert show_introduction(desk, *PAIR, FRENCH, IN_95).agreed
    assert introduce(desk, agreed=False).new
    assert readers(desk) == ["odile", "roues"]


def unable(application: Application) -> Application:
    """The same installation before it could send mails."""
    settings = replace(application.settings, mail_from=None)
    return Application(settings, application.database, application.today)


def test_an_installation_without_mail_says_so(desk: Application) -> None:
    silent = unable(desk)
    assert not show_introduction(silent, *PAIR, FRENCH, IN_95).ready
    with pytest.raises(NotReady, match="mail-settings-missing"):
        introduce(silent)


@pytest.fixture
def unwritten(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> Callable[..., Application]:
    """Both, of whom some did not agree to mail."""

    def made(*names: str) -> Application:
        rows = (worker_row, entrepreneur_row)
        store(*(row | {"consent_email": row["id"] not in names} for row in rows))
        return almost_empty

    return made


def test_an_address_that_is_not_to_be_shared_is_not(unwritten: Any) -> None:
    desk = unwritten("odile")
    shown = show_introduction(desk, *PAIR, FRENCH, IN_95)
    assert [mail.leaves for mail in shown.mails] == [False, True]
    assert introduce(desk).mails == 1
    (mail,) = mails(desk)
    assert mail.actor_id == "roues"
    assert b"odile@exemple.fr" not in mail.mail


def test_where_nobody_is_to_be_written_to_that_is_said(unwritten: Any) -> None:
    with pytest.raises(InvalidInput, match="nobody-to-write-to"):
        introduce(unwritten(*PAIR))


@pytest.mark.parametrize("hidden", ["es-bondy-cuisine-01", "nobody"])
def test_who_is_out_of_scope_is_nobody(application: Application, hidden: str) -> None:
    here = "ts-cergy-mecs-01"
    with pytest.raises(NotFound, match="unknown-actor"):
        show_introduction(application, here, hidden, FRENCH, IN_95)
    with pytest.raises(NotFound, match="unknown-actor"):
        introduce_pair(application, here, hidden, FRENCH, IN_95, agreed=True)
