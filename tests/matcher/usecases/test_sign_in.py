"""Signing in by a mailed link: once, for a quarter of an hour, and telling nobody who may."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound, NotReady
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.account_tables import accounts, sessions, sign_in_links
from matcher.store.database import Database
from matcher.usecases.manage_accounts import change_account, create_account, end_account
from matcher.usecases.purge import Retention, purge
from matcher.usecases.read_audit import read_audit
from matcher.usecases.sign_in import (
    MOST_LINKS,
    ask_link,
    link_opens,
    local_path,
    make_link,
    sends_links,
    sign_in,
    sign_out,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ME, OTHER = "coordination@exemple.fr", "inconnue@exemple.fr"
LOCAL = Scope.everything()
VAL_D_OISE = {"department": ["95"]}


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **much: float) -> None:
        self.moment += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def application(database_url: str, letterbox: Any, clock: Clock) -> Iterator[Application]:
    settings = Settings(
        database_url=database_url,
        model="hashing",
        auth="on",
        smtp_url=letterbox.url,
        mail_from="Synergies <bonjour@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="https://synergies.test",
    )
    made = Application(settings, Database.open(database_url), lambda: date(2026, 11, 24), clock)
    create_account(made, ME, Role.COORDINATOR, VAL_D_OISE, LOCAL)
    yield made
    made.close()


def mailed(application: Application, letterbox: Any, address: str = ME, suite: str = "/") -> str:
    """The token of the link that was mailed last."""
    ask_link(application, address, suite)
    application.aside.finish()
    return token_in(letterbox.mails[-1].get_body(("plain",)).get_content())


def token_in(text: str) -> str:
    found = re.search(r"/connexion/([A-Za-z0-9_-]{43})", text)
    assert found
    return found[1]


def cookie_of(application: Application) -> str:
    signed = sign_in(application, token_in(make_link(application, ME, LOCAL)))
    assert signed
    return signed.cookie


pytestmark = pytest.mark.every_engine


def test_a_mailed_link_signs_in_once(application: Application, letterbox: Any) -> None:
    token = mailed(application, letterbox)
    assert link_opens(application, token)
    assert link_opens(application, token), "looking does not use it"

    signed = sign_in(application, token)

    assert signed
    assert signed.scope.departments == ("department:95",)
    session = application.sessions.recognise(signed.cookie)
    assert session
    assert (session.address, session.scope) == (ME, signed.scope)
    assert not link_opens(application, token)
    assert sign_in(application, token) is None


def test_of_many_who_use_a_link_at_once_one_is_signed_in(
    application: Application, letterbox: Any
) -> None:
    for _ in range(3):
        token = token_in(make_link(application, ME, LOCAL))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: sign_in(application, token), range(8)))  # noqa: B023
        assert len([one for one in found if one]) == 1
    with application.database.read() as connection:
        assert len(connection.execute(select(sessions)).all()) == 3


def test_a_link_is_good_for_a_quarter_of_an_hour(
    application: Application, letterbox: Any, clock: Clock
) -> None:
    token = mailed(application, letterbox)
    clock.pass_(minutes=14, seconds=59)
    assert link_opens(application, token)
    clock.pass_(seconds=1)
    assert not link_opens(application, token)
    assert sign_in(application, token) is None


def test_signing_in_puts_the_other_links_out_of_use(
    application: Application, letterbox: Any
) -> None:
    first, second = (mailed(application, letterbox) for _ in range(2))
    assert first != second
    assert sign_in(application, second)
    assert sign_in(application, first) is None


def test_what_was_never_ours_signs_nobody_in(application: Application) -> None:
    for token in ("", "x", "A" * 43, "é" * 43, "../../x", "syn_abcdefgh_" + "x" * 43):
        assert not link_opens(application, token)
        assert sign_in(application, token) is None
        assert application.sessions.recognise(token) is None


def test_the_mail_is_in_french_and_holds_the_link_in_both_parts(
    application: Application, letterbox: Any
) -> None:
    mailed(application, letterbox, suite="/territoire?department=95")
    mail = letterbox.mails[-1]
    assert mail["Subject"] == "Votre lien de connexion à Synergies"
    assert mail["To"] == ME
    assert mail["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert re.search(
            r"https://synergies\.test/connexion/[\w-]{43}\?suite=/territoire%3Fdepartment%3D95",
            text,
        )
        assert "15\u00a0minutes" in text.replace("&nbsp;", "\u00a0")
        assert "contact@synergies.test" in text


def test_an_address_without_an_account_is_answered_the_same_and_not_written_to(
    application: Application, letterbox: Any
) -> None:
    ended = "partie@exemple.fr"
    create_account(application, ended, Role.ADMIN, {}, LOCAL)
    end_account(application, ended, LOCAL)
    for address in (OTHER, ended, ME.upper() + "x"):
        assert ask_link(application, address) is None  # type: ignore[func-returns-value]
    application.aside.finish()
    assert letterbox.mails == []
    with pytest.raises(InvalidInput, match="not-an-address"):
        ask_link(application, "personne")


def test_an_address_is_found_however_it_is_typed(application: Application, letterbox: Any) -> None:
    assert sign_in(application, mailed(application, letterbox, f" {ME.title()} "))


def test_an_account_gets_few_links_at_a_time_however_many_are_asked_at_once(
    application: Application, letterbox: Any, clock: Clock
) -> None:
    for _ in range(8 * MOST_LINKS):
        ask_link(application, ME)
    application.aside.finish()
    assert len(letterbox.mails) == MOST_LINKS
    clock.pass_(minutes=15)
    mailed(application, letterbox)
    assert len(letterbox.mails) == MOST_LINKS + 1


def test_only_digests_are_stored(application: Application, letterbox: Any) -> None:
    token, cookie = mailed(application, letterbox), cookie_of(application)
    with application.database.read() as connection:
        tables = (accounts, sign_in_links, sessions)
        stored = repr([connection.execute(select(table)).all() for table in tables])
    assert token not in stored
    assert cookie not in stored


def test_a_session_ends_after_two_idle_hours_and_after_twelve_at_most(
    application: Application, clock: Clock
) -> None:
    idle = cookie_of(application)
    clock.pass_(hours=2)
    assert application.sessions.recognise(idle) is None

    used = cookie_of(application)
    for _ in range(11):
        clock.pass_(hours=1, minutes=5)
        assert application.sessions.recognise(used), "it is in use"
        application.aside.finish()
    clock.pass_(minutes=5)
    assert application.sessions.recognise(used) is None


def test_signing_out_ends_that_session_and_no_other(application: Application) -> None:
    one, other = cookie_of(application), cookie_of(application)
    sign_out(application, one)
    sign_out(application, "nobody's")
    assert application.sessions.recognise(one) is None
    assert application.sessions.recognise(other)


def test_signing_in_again_ends_the_session_that_the_browser_had(application: Application) -> None:
    first = cookie_of(application)
    assert sign_in(application, token_in(make_link(application, ME, LOCAL)), first)
    assert application.sessions.recognise(first) is None


def test_an_account_that_ends_or_changes_is_signed_out_in_every_process(
    application: Application,
) -> None:
    with closing(Database.open(application.settings.database_url)) as database:
        elsewhere = Application(application.settings, database, now=application.now)
        cookie, link = cookie_of(application), token_in(make_link(application, ME, LOCAL))
        assert elsewhere.sessions.recognise(cookie)
        change_account(application, ME, Role.COORDINATOR, {"department": ["93"]}, LOCAL)
        assert elsewhere.sessions.recognise(cookie) is None
        assert sign_in(elsewhere, link) is None

        cookie, link = cookie_of(application), token_in(make_link(application, ME, LOCAL))
        found = elsewhere.sessions.recognise(cookie)
        assert found
        assert found.scope.departments == ("department:93",)
        end_account(application, ME, LOCAL)
        assert elsewhere.sessions.recognise(cookie) is None
        assert sign_in(elsewhere, link) is None
        with pytest.raises(NotFound):
            make_link(application, ME, LOCAL)


def test_the_log_names_the_account_and_not_the_person(application: Application) -> None:
    sign_out(application, cookie_of(application))
    end_account(application, ME, LOCAL)
    entries = read_audit(application, actor_id=None, since=None, limit=9).entries
    assert [entry.what for entry in entries] == [
        *("account-end", "sign-out", "sign-in", "account-link", "account-create")
    ]
    assert entries[1].who.startswith("acc_")
    assert ME not in repr(entries)


@pytest.mark.parametrize("missing", ["smtp_url", "mail_from", "mail_contact", "base_url"])
def test_an_installation_that_cannot_mail_says_so(tmp_path: Path, missing: str) -> None:
    told = {"smtp_url": "smtp://relay.test", "mail_from": "a@b.test", "mail_contact": "c@b.test"}
    told |= {"base_url": "https://synergies.test"}
    settings = Settings(database_url=f"sqlite:///{tmp_path}/a.db", **told | {missing: None})  # type: ignore[arg-type]
    with closing(Application(settings, Database.open(settings.database_url))) as application:
        assert not sends_links(application)
        with pytest.raises(NotReady, match="sign-in-without-mail"):
            ask_link(application, ME)


def test_a_relay_that_is_not_there_is_told_in_the_log_alone(
    application: Application, letterbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(**{**_values(application.settings), "smtp_url": "smtp://127.0.0.1:1"})
    made = Application(settings, application.database, now=application.now)
    ask_link(made, ME)
    made.aside.close()
    assert "no relay took a sign-in mail: connect-lost" in caplog.text
    assert ME not in caplog.text


@pytest.mark.parametrize(
    ("asked", "followed"),
    [
        ("/territoire?department=95&sort=score", True),
        ("/acteur?id=a%2Fb", True),
        ("/", True),
        *((wrong, False) for wrong in ("", "//evil.test", "/\\evil.test", "https://evil.test")),
        *((wrong, False) for wrong in ("evil.test", "/a\r\nSet-Cookie: x", "/é", "/a b", "\t//e")),
        *((wrong, False) for wrong in ("/\t/evil.test", "/connexion", "/connexion?suite=/")),
        *((wrong, False) for wrong in ("/deconnexion", "/" + "x" * 2000, "/a\\b", "javascript:x")),
    ],
)
def test_only_a_page_of_ours_is_gone_on_to(asked: str, followed: bool) -> None:
    assert local_path(asked) == (asked if followed else "/")


def test_a_purge_takes_what_is_out_of_date(application: Application, clock: Clock) -> None:
    cookie_of(application)
    clock.pass_(days=2)
    kept = cookie_of(application)
    purge(application, Retention())
    with application.database.read() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1
        assert len(connection.execute(select(sign_in_links)).all()) == 1
    assert application.sessions.recognise(kept)

    end_account(application, ME, LOCAL)
    application.today = lambda: date(2027, 11, 24)
    assert purge(application, Retention(), dry_run=True).accounts == 0
    application.today = lambda: date(2027, 12, 1)
    assert purge(application, Retention(), dry_run=True).accounts == 1
    assert purge(application, Retention()).accounts == 1
    with application.database.read() as connection:
        assert connection.execute(select(accounts)).all() == []


def _values(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
